import { describe, expect, it } from 'vitest';

import { seedSignal } from '../../../../src/core/backward/seed.js';
import { UserError } from '../../../../src/core/errors.js';
import { floatTensor } from '../../../../src/core/tensor.js';

// Two maps of 2x3.
const maps = floatTensor([1, 2, 2, 3], [1, 5, 2, 0, 3, 5, -1, 4, 2, 7, -3, 6]);
const classes = floatTensor([1, 3], [0.2, 0.7, 0.1]);

describe('the signal starts with activations, zero elsewhere:', () => {
  it('one unit', () => {
    const { signal, unit, activation } = seedSignal(maps, { kind: 'unit', channel: 1, y: 0, x: 1 });
    expect([...signal().data]).toEqual([0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0]);
    expect(signal().shape).toEqual([1, 2, 2, 3]);
    expect(unit).toEqual({ channel: 1, y: 0, x: 1 });
    expect(activation).toBe(4);
  });

  it('the strongest unit of the layer', () => {
    const { signal, unit, activation } = seedSignal(maps, { kind: 'strongest' });
    expect([...signal().data]).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0]);
    expect(unit).toEqual({ channel: 1, y: 1, x: 0 });
    expect(activation).toBe(7);
  });

  it('the strongest unit of a map, the first of equals', () => {
    const { signal, unit, corners } = seedSignal(maps, { kind: 'strongestOfMap', channel: 0 });
    expect([...signal().data]).toEqual([0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    expect(unit).toEqual({ channel: 0, y: 0, x: 1 });
    expect(corners).toEqual([unit, unit]);
  });

  it('a whole map', () => {
    const { signal, unit, corners } = seedSignal(maps, { kind: 'map', channel: 1 });
    expect([...signal().data]).toEqual([0, 0, 0, 0, 0, 0, -1, 4, 2, 7, -3, 6]);
    expect(unit).toEqual({ channel: 1, y: 1, x: 0 });
    expect(corners).toEqual([
      { channel: 1, y: 0, x: 0 },
      { channel: 1, y: 1, x: 2 },
    ]);
  });

  it('a class', () => {
    const { signal, unit } = seedSignal(classes, { kind: 'strongest' });
    expect([...signal().data]).toEqual([0, Math.fround(0.7), 0]);
    expect(unit).toEqual({ channel: 1, y: 0, x: 0 });
  });

  it('not with NaN where another unit has a number', () => {
    expect(seedSignal(floatTensor([1, 3], [NaN, -2, -1]), { kind: 'strongest' }).unit.channel).toBe(2);
  });
});

it.each([
  [{ kind: 'map', channel: 2 }, 'there is no map 2: the layer has maps 0 to 1'],
  [{ kind: 'unit', channel: 0, y: 2, x: 0 }, 'maps have 2 rows and 3 columns'],
  [{ kind: 'unit', channel: 0, y: 0, x: 3 }, 'maps have 2 rows and 3 columns'],
  [{ kind: 'unit', channel: 0.5, y: 0, x: 0 }, 'there is no map 0.5'],
] as const)('a unit that the layer does not have is refused: %j', (target, message) => {
  expect(() => seedSignal(maps, target)).toThrow(UserError);
  expect(() => seedSignal(maps, target)).toThrow(message);
});

it('a layer without channels is refused', () => {
  expect(() => seedSignal(floatTensor([2], [1, 2]), { kind: 'strongest' })).toThrow(UserError);
});
