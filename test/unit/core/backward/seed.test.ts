import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { signalStep } from '../../../../src/core/analysis/photo/projectionPass.js';
import { SIGNAL } from '../../../../src/core/backward/project.js';
import { mapsNeeded, seedAt } from '../../../../src/core/backward/seed.js';
import type { Seed, Target } from '../../../../src/core/backward/seed.js';
import { UserError } from '../../../../src/core/errors.js';
import { mapsStep, strongestStep } from '../../../../src/core/network/reducers.js';
import { floatTensor } from '../../../../src/core/tensor.js';
import type { FloatTensor } from '../../../../src/core/tensor.js';
import type { EngineClient } from '../../../../src/runtime/client.js';
import { startTestEngine } from '../../runtime/testEngine.js';

let engine: EngineClient;
beforeAll(() => {
  engine = startTestEngine();
});
afterAll(() => {
  engine.dispose();
});

/** The seed of a target among `value`, and the signal that the engine makes of it. */
async function seedSignal(value: FloatTensor, target: Target): Promise<Seed & { signal: FloatTensor }> {
  const channels = mapsNeeded(value.shape, [target]);
  const reduced = { of: value, dtype: value.dtype };
  const [strongest, chosen] = await engine.run([
    strongestStep(reduced),
    ...(channels.length > 0 ? [mapsStep(reduced, channels)] : []),
  ]);
  const seed = seedAt(
    {
      shape: value.shape,
      largest: strongest?.['largest']?.data as Float32Array,
      places: strongest?.['places']?.data as BigInt64Array,
      maps: new Map(channels.map((channel) => [channel, chosen?.['chosen']?.data as Float32Array])),
    },
    target,
  );
  const [result] = await engine.run([{ ...signalStep(seed), fetch: [SIGNAL] }]);
  return { ...seed, signal: result?.[SIGNAL] as FloatTensor };
}

// Two maps of 2x3.
const maps = floatTensor([1, 2, 2, 3], [1, 5, 2, 0, 3, 5, -1, 4, 2, 7, -3, 6]);
const classes = floatTensor([1, 3], [0.2, 0.7, 0.1]);

describe('the signal starts with activations, zero elsewhere:', () => {
  it('one unit', async () => {
    const { signal, unit, activation } = await seedSignal(maps, { kind: 'unit', channel: 1, y: 0, x: 1 });
    expect([...signal.data]).toEqual([0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0]);
    expect(signal.shape).toEqual([1, 2, 2, 3]);
    expect(unit).toEqual({ channel: 1, y: 0, x: 1 });
    expect(activation).toBe(4);
  });

  it('the strongest unit of the layer', async () => {
    const { signal, unit, activation } = await seedSignal(maps, { kind: 'strongest' });
    expect([...signal.data]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0]);
    expect(unit).toEqual({ channel: 1, y: 1, x: 0 });
    expect(activation).toBe(7);
  });

  it('the strongest unit of a map, the first of equals', async () => {
    const { signal, unit, corners } = await seedSignal(maps, { kind: 'strongestOfMap', channel: 0 });
    expect([...signal.data]).toEqual([0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(unit).toEqual({ channel: 0, y: 0, x: 1 });
    expect(corners).toEqual([unit, unit]);
  });

  it('a whole map', async () => {
    const { signal, unit, corners } = await seedSignal(maps, { kind: 'map', channel: 1 });
    expect([...signal.data]).toEqual([0, 0, 0, 0, 0, 0, -1, 4, 2, 7, -3, 6]);
    expect(unit).toEqual({ channel: 1, y: 1, x: 0 });
    expect(corners).toEqual([
      { channel: 1, y: 0, x: 0 },
      { channel: 1, y: 1, x: 2 },
    ]);
  });

  it('a class', async () => {
    const { signal, unit } = await seedSignal(classes, { kind: 'strongest' });
    expect([...signal.data]).toEqual([0, Math.fround(0.7), 0]);
    expect(unit).toEqual({ channel: 1, y: 0, x: 0 });
  });

  it('not with NaN where another unit has a number', async () => {
    const { unit } = await seedSignal(floatTensor([1, 3], [NaN, -2, -1]), { kind: 'strongest' });
    expect(unit.channel).toBe(2);
  });
});

it.each([
  [{ kind: 'map', channel: 2 }, 'there is no map 2: the layer has maps 0 to 1'],
  [{ kind: 'unit', channel: 0, y: 2, x: 0 }, 'maps have 2 rows and 3 columns'],
  [{ kind: 'unit', channel: 0, y: 0, x: 3 }, 'maps have 2 rows and 3 columns'],
  [{ kind: 'unit', channel: 0.5, y: 0, x: 0 }, 'there is no map 0.5'],
] as const)('a unit that the layer does not have is refused: %j', (target, message) => {
  expect(() => mapsNeeded(maps.shape, [target])).toThrow(UserError);
  expect(() => mapsNeeded(maps.shape, [target])).toThrow(message);
});

it('a layer without channels is refused', () => {
  expect(() => mapsNeeded([2], [{ kind: 'strongest' }])).toThrow(UserError);
});
