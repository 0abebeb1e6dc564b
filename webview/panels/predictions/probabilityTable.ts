import type { Numbers } from '../../../src/protocol/everyPanel.js';
import type { PredictionView } from '../../../src/protocol/panels/predictions.js';

/** [photos, classes] from lists that hold every class, the likeliest first. */
export function probabilityTable(rows: readonly PredictionView['top'][]): Numbers {
  const classes = Math.max(0, ...rows.map((row) => row.length));
  const values = new Float32Array(rows.length * classes);
  for (const [place, row] of rows.entries()) {
    for (const { index, probability } of row) {
      values[place * classes + index] = probability;
    }
  }
  return { shape: [rows.length, classes], values };
}
