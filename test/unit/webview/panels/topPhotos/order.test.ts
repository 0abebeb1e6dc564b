import { describe, expect, it } from 'vitest';

import { choiceFor, commandWords, kindsFor, orderOf } from '../../../../../webview/panels/topPhotos/order.js';
import type { OrderChoice } from '../../../../../webview/panels/topPhotos/order.js';

const labelled = {
  ...{ store: '/index', layer: 'conv5', maps: 40 },
  ...{ labels: ['ant', 'bee', 'cat'], selectivity: Float64Array.of(NaN, 0.5) },
};
const negative = { ...labelled, selectivity: Float64Array.of(NaN, NaN) };
const plain = { ...labelled, labels: [], selectivity: Float64Array.of(NaN) };

describe('the orders of maps', () => {
  it('are those that have a meaning for the layer', () => {
    expect(kindsFor(labelled)).toEqual([
      ...['index', 'strength', 'deadness', 'selectivity', 'label', 'contrast', 'likeness'],
    ]);
    expect(kindsFor(negative)).toEqual(['index', 'strength', 'deadness', 'likeness']);
    expect(kindsFor(plain)).toEqual(['index', 'strength', 'deadness']);
  });

  it('begin with selectivity where classes can be told, else with strength', () => {
    expect(choiceFor(labelled, {}).kind).toBe('selectivity');
    expect(choiceFor(negative, {}).kind).toBe('strength');
    expect(choiceFor(plain, { kind: 'label', label: 'ant' }).kind).toBe('strength');
  });

  it('are completed: two classes are different ones, a map is one of the layer', () => {
    expect(choiceFor(labelled, { kind: 'contrast', label: 'ant', other: 'ant' })).toEqual({
      ...{ kind: 'contrast', label: 'ant', other: 'bee', map: 0 },
    });
    expect(choiceFor(labelled, { kind: 'likeness', map: 99.5 }).map).toBe(39);
    expect(choiceFor(labelled, { kind: 'likeness', map: NaN }).map).toBe(0);
  });

  it('do not ask for a class that these photos do not have', () => {
    expect(choiceFor(labelled, { kind: 'label', label: 'dog' })).toMatchObject({
      ...{ kind: 'selectivity', label: 'ant' },
    });
  });
});

describe('the command', () => {
  const words = (choice: Partial<OrderChoice>): string =>
    commandWords(labelled, orderOf(choiceFor(labelled, choice))).join(' ');

  it.each([
    [{ kind: 'selectivity' }, '--sort selectivity'],
    [{ kind: 'strength' }, '--sort strength'],
    [{ kind: 'deadness' }, '--sort deadness'],
    [{ kind: 'label', label: 'bee' }, '--label bee'],
    [{ kind: 'contrast', label: 'bee', other: 'cat' }, '--label bee --versus cat'],
    [{ kind: 'likeness', map: 17 }, '--like 17'],
    [{ kind: 'index' }, '--map 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15'],
  ] as const)('of %o is that of unpool top', (choice, options) => {
    expect(words(choice)).toBe(`unpool top /index --layer conv5 ${options} --out top.png`);
  });
});
