/**
 * How long reading a Python source, and comparing it with its model, keeps an event loop from everything else: in the thread
 * that asks, and in a background thread. Ratios of one run, the two taking turns.
 * Run it by hand behind `npm run build`: node test/bench/python.bench.mjs [--source FILE.py --model FILE.onnx] [--rounds 5]
 */

import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { buildSync } from 'esbuild';

const ROOT = resolve(import.meta.dirname, '../..');
const FIXTURES = join(ROOT, 'test/fixtures/sources');
const TICK_MS = 1;

const { values: options } = parseArgs({
  options: {
    source: { type: 'string', default: join(FIXTURES, 'nested.py') },
    model: { type: 'string', default: join(FIXTURES, 'nested-dynamo.onnx') },
    rounds: { type: 'string', default: '5' },
  },
});
const background = join(ROOT, 'dist/background.js');
if (!existsSync(background)) {
  throw new Error('dist/background.js is missing: run npm run build');
}
const { Client, SourceReader } = ours();
const [file, model] = [resolve(options.source), resolve(options.model)];
const text = readFileSync(file, 'utf8');
let asked = 0;

/** The source with one more empty line: it has to be read again. */
function edited() {
  asked++;
  return { roots: [], texts: new Map([[file, `${text}${'\n'.repeat(asked)}`]]) };
}

const reader = new SourceReader();
const worker = new Worker(background);
const client = new Client({
  post: (message) => worker.postMessage(message),
  listen: (receive) => {
    worker.on('message', receive);
    return () => worker.off('message', receive);
  },
});
const here = () => reader.connect(edited(), file, [model]);
const there = () => client.request('connectSource', { edited: edited(), file, models: [model] });

// Once each to load what stays: the parser, the model, the thread.
await here();
const { maps } = await there();
const { ways } = maps.get(model) ?? { ways: { made: 'nothing', called: 'nothing' } };
process.stdout.write(`${file}: modules by ${ways.made}, calls by ${ways.called}\n`);
const costs = { here: [], there: [] };
for (let round = 0; round < Number(options.rounds); round++) {
  costs.here.push(await blocked(here));
  costs.there.push(await blocked(there));
}
await worker.terminate();
print('event loop at work', 'active');
print('longest time in one go', 'longest');

/** How long the event loop of this thread was at work on something, and the longest time in one go; in milliseconds. */
async function blocked(work) {
  let [last, longest] = [performance.now(), 0];
  const tick = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last - TICK_MS);
    last = now;
  };
  const timer = setInterval(tick, TICK_MS);
  const before = performance.eventLoopUtilization();
  await work();
  const { active } = performance.eventLoopUtilization(before);
  tick();
  clearInterval(timer);
  return { active, longest };
}

function print(what, measure) {
  const [one, other] = [costs.here, costs.there].map((all) => {
    const sorted = all.map((each) => each[measure]).sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)];
  });
  process.stdout.write(
    `${what.padEnd(28)} ${one.toFixed(1).padStart(8)} ms here, ${other.toFixed(1).padStart(6)} ms with the thread: ` +
      `${((100 * other) / one).toFixed(1)} %\n`,
  );
}

/** The reader and the asking end of a channel, with the parser beside them. */
function ours() {
  const folder = mkdtempSync(join(tmpdir(), 'unpool-bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const outfile = join(folder, 'source.cjs');
  buildSync({
    stdin: {
      contents: `export { Client } from './src/protocol/channel.js';
        export { SourceReader } from './src/core/source/sourceReader.js';`,
      resolveDir: ROOT,
      loader: 'ts',
    },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    define: { 'import.meta.url': JSON.stringify(String(pathToFileURL(outfile))) },
    logLevel: 'error',
  });
  for (const wasm of ['web-tree-sitter/web-tree-sitter.wasm', 'tree-sitter-python/tree-sitter-python.wasm']) {
    copyFileSync(join(ROOT, 'node_modules', wasm), join(folder, wasm.split('/').at(-1)));
  }
  return createRequire(import.meta.url)(outfile);
}
