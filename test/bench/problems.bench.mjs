/**
 * How long looking for problems takes without photos, and for how long at most it holds the thread that asks for it.
 * Run it by hand: node test/bench/problems.bench.mjs [MODEL.onnx...]
 */

import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { unpool } from './core.mjs';
import { networkFile } from './networks.mjs';

const LONGEST_MS = 50;
const u = unpool();
const cache = process.env.UNPOOL_BENCH_CACHE ?? join(homedir(), '.cache/unpool/bench');
const given = process.argv.slice(2);
const files =
  given.length > 0
    ? given
    : ['squeezenet', 'resnet18', 'vgg16'].map((name) => networkFile(name, cache, u.encodeModelProto));
for (const file of files) {
  const network = await u.openNetwork(file);
  const { preprocessing, isDeclared } = await u.choosePreprocessing({ sidecar: network.sidecar });
  const engine = u.startEngine({ provider: 'cpu', processFile: u.processFile });
  await engine.status();
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  const start = performance.now();
  const job = u.inspectionJob(network, { inputs: [], preprocessing, isDeclared });
  const { problems } = await job.run(u.contextOf(u.inLane(engine, 'batch')));
  const seconds = (performance.now() - start) / 1000;
  delay.disable();
  process.stdout.write(
    `${basename(file)}: ${problems.length} findings in ${seconds.toFixed(2)} s, ` +
      `the thread held for ${(delay.max / 1e6).toFixed(0)} ms at most (bound ${LONGEST_MS})\n`,
  );
  engine.dispose();
}
