/**
 * Whether `auto` takes the better way after its first sweep: for each network, sweeps by both ways and by `auto` in turns,
 * in processor time of the engine and on the clock, as shares of the plain way's. The first sweep writes its tuning into a
 * fresh folder.
 * Run it by hand: node test/bench/way.bench.mjs [--stride 16] [--rounds 3] [--threads 2] [FILE.onnx ...]
 * Without files it takes the networks of networks.mjs.
 */

import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { scratch } from './bundle.mjs';
import { unpool } from './core.mjs';
import { networkFile, NETWORKS } from './networks.mjs';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    stride: { type: 'string', default: '16' },
    rounds: { type: 'string', default: '3' },
    threads: { type: 'string', default: '2' },
  },
});
/** What `auto` may lose to the better way. */
const BOUND = 1.05;
const SIZE = 32;
const FILL = [0.3, -0.2, 0.5];
const METHODS = ['plain', 'incremental', 'auto'];

const u = unpool();
const cache = process.env.UNPOOL_BENCH_CACHE ?? join(homedir(), '.cache/unpool/bench');
const files =
  positionals.length > 0
    ? positionals
    : Object.keys(NETWORKS).map((name) => networkFile(name, cache, u.encodeModelProto));

for (const file of files) {
  await compare(file);
}

async function compare(file) {
  const network = await u.openNetwork(file);
  const engine = u.startEngine({
    provider: 'cpu',
    threads: Number(options.threads),
    processFile: u.processFile,
  });
  try {
    const { shape } = network.input;
    const value = (_, index) => Math.sin(index / 50) + Math.sin(index / 3);
    const photo = u.floatTensor(shape, Float32Array.from({ length: u.elementCount(shape) }, value));
    const tunings = u.tuningFolder(join(scratch, basename(file)));
    const sweepBy = (method) =>
      u.openSweep(engine, network, photo, {
        size: SIZE,
        stride: Number(options.stride),
        fill: FILL,
        tunings,
        method,
      });
    await (await sweepBy('auto')).job().run(u.contextOf(engine));
    const sweeps = [];
    for (const method of METHODS) {
      sweeps.push(await sweepBy(method));
    }
    const { processId } = await engine.status();
    const turns = [];
    for (let round = 0; round <= Number(options.rounds); round++) {
      const turn = [];
      for (const sweep of sweeps) {
        const before = processorSeconds(processId);
        const start = performance.now();
        await sweep.job().run(u.contextOf(engine));
        turn.push({ cpu: processorSeconds(processId) - before, clock: performance.now() - start });
      }
      turns.push(turn);
    }
    tell(file, sweeps[METHODS.indexOf('auto')].method, turns.slice(1));
  } finally {
    engine.dispose();
  }
}

/** The least of all rounds: what other processes took comes on top of it. */
function tell(file, chosen, turns) {
  const least = (place, what) => Math.min(...turns.map((turn) => turn[place][what]));
  const parts = ['cpu', 'clock'].map((what) => {
    const [plain, incremental, auto] = METHODS.map((_, place) => least(place, what));
    const loss = auto / Math.min(plain, incremental);
    return `${what}: incremental ${(incremental / plain).toFixed(2)}, auto ${(auto / plain).toFixed(2)} of plain, auto to the better ${loss.toFixed(2)}${loss > BOUND ? ' (!)' : ''}`;
  });
  process.stdout.write(
    `${basename(file, '.onnx').padEnd(22)} auto takes ${chosen.padEnd(11)}  ${parts.join('   ')}\n`,
  );
}

/** Of all threads of the process, as Linux counts it, in hundredths. */
function processorSeconds(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / 100;
}
