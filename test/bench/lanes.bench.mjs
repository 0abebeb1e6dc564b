/**
 * How much longer a hover waits for its answer while AlexNet is swept with an occluder than while the engine has nothing
 * else to do, for both ways of sweeping. What a hover asks for is computed anew each time: nothing is kept of it.
 * Run it by hand: node test/bench/lanes.bench.mjs [--network alexnet] [--threads 0] [--hovers 40]
 */

import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { unpool } from './core.mjs';
import { networkFile } from './networks.mjs';

const { values: options } = parseArgs({
  options: {
    network: { type: 'string', default: 'alexnet' },
    threads: { type: 'string', default: '0' },
    hovers: { type: 'string', default: '40' },
  },
});
/** Milliseconds more than while idle. */
const BOUND = 150;
const FILL = [0.3, -0.2, 0.5];

const u = unpool();
const cache = process.env.UNPOOL_BENCH_CACHE ?? join(homedir(), '.cache/unpool/bench');
const network = await u.openNetwork(networkFile(options.network, cache, u.encodeModelProto));
const engine = u.startEngine({
  provider: 'cpu',
  threads: Number(options.threads),
  processFile: u.processFile,
});
const layers = [
  network.layers[0],
  network.layers[Math.floor(network.layers.length / 2)],
  network.layers.at(-1),
];
let asked = 0;

function photo() {
  asked++;
  const { shape } = network.input;
  const value = (_, index) => Math.sin(index * 0.7 + asked) + (index % 5) / 3 - 0.5;
  return u.floatTensor(shape, Float32Array.from({ length: u.elementCount(shape) }, value));
}

/** Milliseconds until the values of a layer on a photo are there. */
async function hover() {
  const { output } = layers[asked % layers.length];
  const input = photo();
  const start = performance.now();
  await u.activationValues(engine, network, input, output);
  return performance.now() - start;
}

/** Hovers at moments that have nothing to do with the sweep's batches. */
async function hovers(isWanted = () => true) {
  const times = [];
  while (times.length < Number(options.hovers) && isWanted()) {
    await pause(20 + ((asked * 37) % 83));
    times.push(await hover());
  }
  return times.sort((a, b) => a - b);
}

const at = (times, share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];

for (const { output } of layers) {
  await u.activationValues(engine, network, photo(), output);
}
for (const method of ['incremental', 'plain']) {
  const batch = u.inLane(engine, 'batch');
  const sweep = await u.openSweep(batch, network, photo(), { size: 32, stride: 4, fill: FILL, method });
  // The first one tunes.
  await sweep.job().run(u.contextOf(batch));
  const idle = await hovers();
  const ending = new AbortController();
  const sweeping = (async () => {
    while (!ending.signal.aborted) {
      const context = u.contextOf(batch, { signal: ending.signal });
      await sweep
        .job()
        .run(context)
        .catch(() => undefined);
    }
  })();
  await pause(500);
  const during = await hovers();
  ending.abort();
  await sweeping;
  const more = (share) => at(during, share) - at(idle, 0.5);
  process.stdout.write(
    `${options.network}, ${method}: a hover takes ${at(idle, 0.5).toFixed(0)} ms while idle; during a sweep ` +
      `${more(0.5).toFixed(0)} ms more in the middle of ${during.length}, ${more(0.9).toFixed(0)} at the ninth tenth, ` +
      `${more(1).toFixed(0)} at most (bound ${BOUND})\n`,
  );
}
engine.dispose();
