/**
 * What the engine process costs against onnxruntime in the same process, as milliseconds a call and a ratio.
 * Run it by hand: node test/bench/engine.bench.mjs
 */

import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import * as ort from 'onnxruntime-node';

const ROOT = resolve(import.meta.dirname, '../..');
const FIXTURES = join(ROOT, 'test/fixtures/engine');
const MEGABYTE = 2 ** 20;

const dist = mkdtempSync(join(tmpdir(), 'unpool-bench-'));
process.on('exit', () => rmSync(dist, { recursive: true, force: true }));
symlinkSync(join(ROOT, 'node_modules'), join(dist, 'node_modules'), 'junction');
buildSync({
  entryPoints: ['client', 'engineProcess'].map((name) => join(ROOT, `src/runtime/${name}.ts`)),
  outdir: dist,
  bundle: true,
  platform: 'node',
  format: 'cjs',
  external: ['onnxruntime-node'],
});
const { startEngine } = createRequire(import.meta.url)(join(dist, 'client.js'));

/** Milliseconds of the median call, after a tenth of them to warm up. */
async function median(calls, call) {
  const times = [];
  for (let i = 0; i < calls * 1.1; i++) {
    const start = performance.now();
    await call();
    times.push(performance.now() - start);
  }
  return times.slice(-calls).sort((a, b) => a - b)[Math.floor(calls / 2)];
}

function print(what, direct, engine) {
  const ratio = (engine / direct).toFixed(2);
  process.stdout.write(
    `${what.padEnd(44)} in process ${direct.toFixed(3).padStart(8)} ms   ` +
      `engine ${engine.toFixed(3).padStart(8)} ms   +${(engine - direct).toFixed(3)} ms, ${ratio} times\n`,
  );
}

async function compare(
  what,
  calls,
  engine,
  { model: name, feed: [input, dtype, shape, data], output, memo },
) {
  const bytes = new Uint8Array(readFileSync(join(FIXTURES, `${name}.onnx`)));
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    extra: { session: { model_external_initializers_file_folder_path: FIXTURES } },
  });
  const feeds = { [input]: new ort.Tensor(dtype, data, shape) };
  const direct = await median(calls, () => session.run(feeds, [output]));
  const model = { bytes, folder: FIXTURES };
  const step = { model, feeds: { [input]: { dtype, shape, data } }, fetch: [output], memo };
  print(what, direct, await median(calls, () => engine.run([step])));
  await session.release();
  return step;
}

const engine = startEngine({ provider: 'cpu', threads: 1 });
const begin = performance.now();
await engine.status();
process.stdout.write(`the process started in ${(performance.now() - begin).toFixed(0)} ms\n`);

const small = new Float32Array([1, 2, 3]);
await compare('a multiplication of 3 numbers', 1000, engine, {
  model: 'scale',
  feed: ['x', 'float32', [1, 3], small],
  output: 'z',
});
await compare('100 products of 256x256 matrices', 50, engine, {
  model: 'slow',
  feed: ['times', 'int64', [], BigInt64Array.of(100n)],
  output: 'y',
});

const scaleLarge = (megabytes, extra) => {
  const rows = Math.floor((megabytes * MEGABYTE) / 12);
  const data = new Float32Array(rows * 3).fill(1);
  return { model: 'scale', feed: ['x', 'float32', [rows, 3], data], output: 'z', ...extra };
};
for (const megabytes of [1, 10, 40]) {
  await compare(`${megabytes} MB there and back`, 20, engine, scaleLarge(megabytes));
}
const step = await compare(
  '40 MB there and back, kept by the memo',
  20,
  engine,
  scaleLarge(40, { memo: true }),
);

// The processor time of the caller, whose event loop stands still for as long.
const CALLS = 20;
const before = process.cpuUsage();
for (let i = 0; i < CALLS; i++) {
  await engine.run([step]);
}
const { user, system } = process.cpuUsage(before);
process.stdout.write(
  `40 MB there and back take ${((user + system) / 1000 / CALLS).toFixed(0)} ms of the caller's time\n`,
);
engine.dispose();
