/** What the occluder does at its places, and how a checkpoint keeps it. */

import { argMax } from './scores.js';

/** What a single place of the occluder does. */
export interface OccludedAnswer {
  readonly probabilities: Float32Array;
  readonly label: number;
  /** Summed activity of the followed map; NaN where no layer has maps. */
  readonly activity: number;
}

/** 32-bit words of a position before its probabilities: its index, and the map's activity. */
const AHEAD = 2;

/** Row after row: index, activity, and the probability of each class. */
export function recordOf(answers: readonly (readonly [index: number, answer: OccludedAnswer])[]): Uint8Array {
  const classes = answers[0]?.[1].probabilities.length ?? 0;
  const floats = new Float32Array(answers.length * (AHEAD + classes));
  const words = new Uint32Array(floats.buffer);
  answers.forEach(([index, { activity, probabilities }], row) => {
    const start = row * (AHEAD + classes);
    words[start] = index;
    floats[start + 1] = activity;
    floats.set(probabilities, start + AHEAD);
  });
  return new Uint8Array(floats.buffer);
}

/** The positions in records; records that do not fit the sweep are passed over. */
export function* keptAnswers(
  records: readonly Uint8Array[],
  positions: number,
  classes: number,
): Generator<readonly [index: number, answer: OccludedAnswer]> {
  const length = AHEAD + classes;
  for (const { buffer, byteOffset, byteLength } of records) {
    if (byteLength % (4 * length) !== 0) {
      continue;
    }
    const words = new Uint32Array(buffer, byteOffset, byteLength / 4);
    const floats = new Float32Array(buffer, byteOffset, byteLength / 4);
    for (let start = 0; start < floats.length; start += length) {
      const index = words[start] ?? positions;
      if (index < positions) {
        const probabilities = floats.subarray(start + AHEAD, start + length);
        yield [index, { probabilities, label: argMax(probabilities), activity: floats[start + 1] ?? NaN }];
      }
    }
  }
}
