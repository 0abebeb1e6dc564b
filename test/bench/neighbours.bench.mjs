/**
 * What a search for neighbours costs over 50,000 vectors of 4,096 numbers, beside the plain loop over float32:
 * `node test/bench/neighbours.bench.mjs [photos] [numbers]`. Every number is the best of several runs in one process.
 */

import { unpool } from './core.mjs';

const [photos = 50_000, length = 4096] = process.argv.slice(2).map(Number);
const RUNS = 15;

const { NearestPhotos, VectorBlock, numberToHalf } = unpool();

let state = 1;
const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;

/** Random features, `zeros` of which are zero, as a rectifier leaves them. */
function features(zeros) {
  // Drawn from a table: 200 million halves one by one would take longer than all searches.
  const some = Uint16Array.from({ length: 2 ** 16 }, () =>
    random() < zeros ? 0 : numberToHalf(random() * 4),
  );
  const numbers = new Uint16Array(photos * length);
  for (let at = 0; at < numbers.length; at++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    numbers[at] = some[state >>> 16];
  }
  return { photos: Int32Array.from({ length: photos }, (_, photo) => photo), length, numbers };
}

function best(work) {
  let least = Infinity;
  for (let run = 0; run < RUNS; run++) {
    const begun = performance.now();
    work();
    least = Math.min(least, performance.now() - begun);
  }
  return least;
}

function valueOf(bits) {
  const [exponent, fraction] = [(bits >> 10) & 31, (bits & 1023) / 1024];
  return exponent === 0 ? fraction * 2 ** -14 : (1 + fraction) * 2 ** (exponent - 15);
}

/** Squared distances to all rows of float32, one after another. */
function plainLoop(rows, query, distances) {
  for (let row = 0; row < distances.length; row++) {
    let sum = 0;
    for (let at = 0; at < length; at++) {
      const difference = rows[row * length + at] - query[at];
      sum += difference * difference;
    }
    distances[row] = sum;
  }
}

/** The plain loop over these rows is timed, and what it takes for all is told from it: float32 of all would take 0.8 GB more. */
const PLAIN = Math.min(photos, 10_000);

for (const [name, zeros] of [
  ['dense features', 0],
  ['rectified features, three of four zero', 0.75],
]) {
  const vectors = features(zeros);
  const begun = performance.now();
  const block = new VectorBlock(vectors);
  const loading = performance.now() - begun;
  const vector = Float32Array.from(vectors.numbers.subarray(0, length), valueOf);
  const searched = (distance) => best(() => new NearestPhotos({ vector, photo: 0 }, distance, 6).add(block));
  const [euclidean, cosine] = [searched('euclidean'), searched('cosine')];
  const rows = Float32Array.from(vectors.numbers.subarray(0, PLAIN * length), valueOf);
  const distances = new Float64Array(PLAIN);
  const plain = (best(() => plainLoop(rows, vector, distances)) * photos) / PLAIN;
  process.stdout.write(
    `${name}, ${photos} x ${length}: euclidean ${euclidean.toFixed(0)} ms, cosine ${cosine.toFixed(0)} ms, ` +
      `plain float32 loop ${plain.toFixed(0)} ms (${(plain / euclidean).toFixed(1)} times as long); ` +
      `lengths computed once in ${loading.toFixed(0)} ms; ` +
      `${(vectors.numbers.byteLength / 1e6).toFixed(0)} MB of float16\n`,
  );
}
