/**
 * What a map of a set costs, by stages: `node test/bench/setMap.bench.mjs [photos] [numbers] [pca|umap]`, 50,000 photos of
 * 4,096 numbers and both methods unless given. Features are those of a hundred made-up classes, three of four numbers zero.
 */

import { unpool } from './core.mjs';

const [photos = 50_000, length = 4096] = process.argv.slice(2, 4).map(Number);
const methods = process.argv[4] === undefined ? ['pca', 'umap'] : [process.argv[4]];
const CLASSES = 100;
const PART = 1000;

const { computeSetMap, numberToHalf } = unpool();

let state = 1;
const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
const half = Uint16Array.from({ length: 4096 }, (_, at) => numberToHalf(at / 512));
const centres = Array.from({ length: CLASSES }, () =>
  Float32Array.from({ length }, () => (random() < 0.2 ? 2 + 2 * random() : 0)),
);

function part(first) {
  const count = Math.min(PART, photos - first);
  const numbers = new Uint16Array(count * length);
  for (let row = 0; row < count; row++) {
    const centre = centres[(first + row) % CLASSES];
    for (let at = 0; at < length; at++) {
      const value = centre[at] + 3 * random() - 2.4;
      numbers[row * length + at] = value > 0 ? half[Math.floor(value * 512)] : 0;
    }
  }
  return { photos: Int32Array.from({ length: count }, (_, row) => first + row), length, numbers };
}

const parts = Array.from({ length: Math.ceil(photos / PART) }, (_, at) => part(at * PART));
const index = {
  store: 'made up',
  manifest: { layers: [{ name: 'fc7', tensor: 'fc7', maps: length, rows: 1, columns: 1, vectors: true }] },
  parts: [...parts.keys()],
  async *vectorParts(_, of) {
    yield* of.map((at) => parts[at]);
  },
};

for (const method of methods) {
  const begun = performance.now();
  const cpu = process.cpuUsage();
  const stages = new Map();
  let last = 0;
  let stage = 'components';
  let most = 0;
  const report = (next) => {
    const now = process.cpuUsage(cpu).user / 1000;
    stages.set(stage, (stages.get(stage) ?? 0) + now - last);
    [stage, last] = [next, now];
    most = Math.max(most, process.memoryUsage().rss);
  };
  const context = { signal: new AbortController().signal, report, partial: () => undefined };
  const before = process.memoryUsage().rss;
  await computeSetMap(index, { layer: 'fc7', method }, context);
  report('');
  const seconds = [...stages].map(([name, took]) => `${name} ${(took / 1000).toFixed(1)} s`).join(', ');
  process.stdout.write(
    `${method}, ${photos} x ${length}: ${((performance.now() - begun) / 1000).toFixed(1)} s; of the processor's time: ${seconds}; ` +
      `${((most - before) / 1e6).toFixed(0)} MB more than the vectors\n`,
  );
}
