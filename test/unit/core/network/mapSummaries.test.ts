/** What is told of maps in place of them, against a walk over the same values. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { summaryModel } from '../../../../src/core/network/mapSummaries.js';
import { randomNumbers } from '../../../../src/core/random.js';
import { floatTensor } from '../../../../src/core/tensor.js';
import type { EngineClient } from '../../../../src/runtime/client.js';
import { startTestEngine } from '../../runtime/testEngine.js';
import type { NodeSpec } from '../onnx/build.js';
import { networkOf } from '../onnx/networkOf.js';

let engine: EngineClient;
beforeAll(() => {
  engine = startTestEngine();
});
afterAll(() => {
  engine.dispose();
});

const [MAPS, ROWS, COLUMNS, BATCH] = [3, 4, 5, 2];

interface Told {
  readonly largest: number;
  readonly row: number;
  readonly column: number;
  readonly mean: number;
  readonly nonZeros: number;
}

/** What the engine tells of each map of `nodes`' last output over images of `values`. */
async function told(nodes: readonly NodeSpec[], values: Float32Array): Promise<readonly Told[]> {
  const network = networkOf({ nodes, inputs: { x: [1, MAPS, ROWS, COLUMNS] } });
  const tensor = nodes.at(-1)?.name ?? '';
  const layer = { tensor, maps: MAPS, rows: ROWS, columns: COLUMNS };
  const { model, batch, outputs } = summaryModel(network, [layer], undefined, BATCH);
  expect(batch).toBe(BATCH);
  const [names] = outputs;
  const fetch = Object.values(names ?? {}) as string[];
  const feeds = { x: floatTensor([BATCH, MAPS, ROWS, COLUMNS], values) };
  const [answer = {}] = await engine.run([{ model, feeds, fetch }]);
  const of = (name: string | undefined, map: number): number => Number(answer[name ?? '']?.data[map]);
  return Array.from({ length: BATCH * MAPS }, (_, map) => ({
    largest: of(names?.largest, map),
    row: of(names?.row, map),
    column: of(names?.column, map),
    mean: of(names?.means, map),
    nonZeros: of(names?.nonZeros, map),
  }));
}

/** The same by a walk over the values. */
function walked(values: Float32Array): readonly Told[] {
  const size = ROWS * COLUMNS;
  return Array.from({ length: values.length / size }, (_, map) => {
    const own = [...values.subarray(map * size, (map + 1) * size)];
    const largest = Math.max(...own);
    const place = own.indexOf(largest);
    return {
      largest,
      row: Math.floor(place / COLUMNS),
      column: place % COLUMNS,
      mean: own.reduce((sum, value) => sum + value, 0) / size,
      nonZeros: own.filter((value) => value !== 0).length / size,
    };
  });
}

const ACTIVATIONS: readonly (readonly [string, NodeSpec, (value: number) => number])[] = [
  ['a rectifier', { opType: 'Relu', inputs: ['x'], name: 'y' }, (value) => Math.max(0, value)],
  ['what may be negative', { opType: 'Identity', inputs: ['x'], name: 'y' }, (value) => value],
];

describe.each(ACTIVATIONS)('of the maps of %s', (_, node, activation) => {
  it('are the largest value, its first place, the mean, and the share that is not zero', async () => {
    const random = randomNumbers(3);
    for (let round = 0; round < 20; round++) {
      // Few values, so that many are equal, in rows and columns of their own.
      const values = Float32Array.from({ length: BATCH * MAPS * ROWS * COLUMNS }, () =>
        Math.floor(random() * 5 - 2),
      );
      const found = await told([node], values);
      walked(values.map(activation)).forEach(({ mean, nonZeros, ...exact }, map) => {
        expect(found[map]).toMatchObject(exact);
        expect(found[map]?.mean).toBeCloseTo(mean, 6);
        expect(found[map]?.nonZeros).toBeCloseTo(nonZeros, 6);
      });
    }
  });

  it('count values as small as float32 has them, and all of a map that is negative or zero', async () => {
    const values = new Float32Array(BATCH * MAPS * ROWS * COLUMNS);
    values[0] = 1.2e-38;
    values[ROWS * COLUMNS + 7] = -1.2e-38;
    values.fill(-3, 2 * ROWS * COLUMNS, 3 * ROWS * COLUMNS);
    const found = await told([node], values);
    walked(values.map(activation)).forEach(({ nonZeros, ...exact }, map) => {
      expect(found[map]).toMatchObject({ ...exact, mean: expect.closeTo(exact.mean, 6) as number });
      expect(found[map]?.nonZeros).toBeCloseTo(nonZeros, 6);
    });
  });
});

it('of a concatenation of rectified maps, and of NaN, whose mean is none', async () => {
  const nodes: readonly NodeSpec[] = [
    { opType: 'Relu', inputs: ['x'], name: 'r' },
    { opType: 'Concat', inputs: ['r'], name: 'y', attributes: { axis: { type: 'int', value: 1 } } },
  ];
  const values = Float32Array.from({ length: BATCH * MAPS * ROWS * COLUMNS }, (_, at) => (at % 7) - 3);
  values[3] = NaN;
  const found = await told(nodes, values);
  expect(found[0]?.mean).toBeNaN();
  const others = walked(values.map((value) => Math.max(0, value))).slice(1);
  expect(found.slice(1).map(({ row, column, largest }) => [row, column, largest])).toEqual(
    others.map(({ row, column, largest }) => [row, column, largest]),
  );
});
