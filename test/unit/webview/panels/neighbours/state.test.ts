import { describe, expect, it } from 'vitest';

import {
  coloursOf,
  errorColours,
  errorGroups,
  labelGroups,
  PLAIN,
} from '../../../../../webview/panels/neighbours/colouring.js';
import { activationDots, groupDots, HIDDEN } from '../../../../../webview/panels/neighbours/mapDots.js';
import { paintDots, stamp } from '../../../../../webview/panels/neighbours/dots.js';
import { within } from '../../../../../webview/panels/neighbours/lasso.js';
import {
  fitted,
  intoUnitSquare,
  nearestTo,
  pointTowards,
} from '../../../../../webview/panels/neighbours/plane.js';
import {
  asked,
  MOST_QUERIES,
  withoutQuery,
  withQueries,
} from '../../../../../webview/panels/neighbours/queries.js';
import { SetPhotos } from '../../../../../webview/panels/neighbours/setPhotos.js';

const photos = new SetPhotos({
  photos: Int32Array.of(0, 1, 3, 4, 7),
  paths: new Uint8Array(new TextEncoder().encode('a/1.jpg\0a/2.jpg\0b/ü.jpg\0b/3.jpg\0loose.jpg')).buffer,
  labels: ['a', 'b'],
  labelOf: Int32Array.of(0, 0, 1, 1, -1),
  classOf: Int32Array.of(5, 6, -1, 6, 6),
  probability: Float32Array.of(0.5, 0.25, 0, 1, 1),
  answers: Uint8Array.of(1, 2, 0, 1, 0),
});

describe('the photos of an index', () => {
  it('are known by place and by number, with path, label, and what they are taken for', () => {
    expect(photos.count).toBe(5);
    expect(photos.placeOf(3)).toBe(2);
    expect(photos.placeOf(2)).toBeUndefined();
    expect([photos.path(2), photos.name(2), photos.label(2), photos.label(4)]).toEqual([
      ...['b/ü.jpg', 'ü.jpg', 'b', undefined],
    ]);
    expect(photos.predicted(1)).toEqual({ index: 6, probability: 0.25 });
    expect(photos.predicted(2)).toBeUndefined();
    expect([0, 1, 2].map((place) => photos.answer(place))).toEqual(['right', 'wrong', 'unknown']);
  });
});

describe('queries', () => {
  const picked = [{ photo: 1 }, { photo: 2 }];

  it('are the chosen photo and those picked, each once, the latest last', () => {
    expect(asked(picked, 'file:///x.png')).toEqual([{ file: 'file:///x.png' }, ...picked]);
    expect(asked([{ file: 'file:///x.png' }, { photo: 2 }], 'file:///x.png')).toEqual([
      ...[{ file: 'file:///x.png' }, { photo: 2 }],
    ]);
    expect(asked(picked, null)).toEqual(picked);
    expect(withQueries(picked, [{ photo: 1 }, { photo: 1 }])).toEqual([{ photo: 2 }, { photo: 1 }]);
    expect(withoutQuery(picked, { photo: 1 })).toEqual([{ photo: 2 }]);
  });

  it('that are too many leave out the earliest', () => {
    const many = Array.from({ length: MOST_QUERIES + 3 }, (_, photo) => ({ photo }));
    expect(withQueries(picked, many)).toEqual(many.slice(3));
  });
});

describe('groups', () => {
  it('are labels by the number of their photos, and errors with the wrong ones first', () => {
    expect(labelGroups(photos)).toEqual({
      groups: [
        { name: 'a', count: 2 },
        { name: 'b', count: 2 },
        { name: undefined, count: 1 },
      ],
      groupOf: Int32Array.of(0, 0, 1, 1, 2),
    });
    const { groups, groupOf } = errorGroups(photos);
    expect(groups.map(({ name }) => name)).toEqual(['wrong', 'right', 'unknown']);
    expect([...groupOf]).toEqual([1, 0, 2, 1, 2]);
  });

  it('have colours of their own where they are chosen, or are the largest', () => {
    const groups = labelGroups(photos);
    expect([...coloursOf(groups, new Set())]).toEqual([0, 1, PLAIN]);
    expect([...coloursOf(groups, new Set([2]))]).toEqual([PLAIN, PLAIN, 0]);
    const many = {
      groups: Array.from({ length: 20 }, (_, at) => ({ name: `${at}`, count: 1 })),
      groupOf: new Int32Array(),
    };
    expect(new Set(coloursOf(many, new Set())).size).toBe(PLAIN + 1);
  });
});

describe('dots of the map', () => {
  it('are coloured by group; what has no colour lies below, what is not chosen below all', () => {
    const groups = labelGroups(photos);
    const all = groupDots(groups, coloursOf(groups, new Set()), new Set());
    expect([...all.colourOf]).toEqual([0, 0, 1, 1, PLAIN]);
    expect([...all.order]).toEqual([4, 0, 1, 2, 3]);
    const some = groupDots(groups, coloursOf(groups, new Set([1])), new Set([1]));
    expect([...some.colourOf]).toEqual([HIDDEN.groups, HIDDEN.groups, 0, 0, HIDDEN.groups]);
    expect([0, 2].map(some.isShown)).toEqual([false, true]);
    expect([...some.order]).toEqual([0, 1, 4, 2, 3]);
    const errors = errorGroups(photos);
    expect([...groupDots(errors, errorColours(errors), new Set()).order].at(-1)).toBe(1);
  });

  it('are coloured by activation, the strongest on top; what has none lies below', () => {
    const { colourOf, order } = activationDots(Float32Array.of(1, 3, NaN, 2), { min: 1, max: 3 });
    expect([...colourOf]).toEqual([0, HIDDEN.activations - 1, HIDDEN.activations, 127]);
    expect([...order]).toEqual([2, 0, 3, 1]);
  });
});

describe('the plane', () => {
  const square = intoUnitSquare(Float32Array.of(-2, 0, 2, 0, 0, 1, NaN, NaN));

  it('holds all points by one scale, upwards turned downwards', () => {
    expect([...square.subarray(0, 6)]).toEqual([0, 0.625, 1, 0.625, 0.5, 0.375]);
    expect(fitted(300, 200, 10)).toEqual({ k: 180, x: 60, y: 10 });
    expect([...intoUnitSquare(Float32Array.of(3, 3, 3, 3))]).toEqual([0.5, 0.5, 0.5, 0.5]);
  });

  it('knows the nearest point that is shown, and none that is far away', () => {
    const viewport = { k: 100, x: 10, y: 0 };
    const all = (): boolean => true;
    expect(nearestTo(square, viewport, { x: 12, y: 60 }, 10, all)).toBe(0);
    expect(nearestTo(square, viewport, { x: 40, y: 60 }, 10, all)).toBeUndefined();
    expect(nearestTo(square, viewport, { x: 12, y: 60 }, 1000, (point) => point !== 0)).toBe(2);
  });

  it('has arrow keys lead to the nearest point on their side', () => {
    const all = (): boolean => true;
    expect(pointTowards(square, 0, 'ArrowRight', all)).toBe(2);
    expect(pointTowards(square, 2, 'ArrowRight', all)).toBe(1);
    expect(pointTowards(square, 0, 'ArrowLeft', all)).toBeUndefined();
    expect(pointTowards(square, 0, 'ArrowRight', (point) => point === 1)).toBe(1);
    expect(pointTowards(square, 0, 'Enter', all)).toBeUndefined();
  });

  it('has a lasso hold what it goes around, bays left out', () => {
    const bay = [
      ...[
        { x: 0, y: 0 },
        { x: 4, y: 0 },
        { x: 4, y: 4 },
        { x: 2, y: 1 },
      ],
      { x: 0, y: 4 },
    ];
    expect(within(bay, Float32Array.of(1, 1, 2, 3, 3.8, 3, 5, 1, NaN, 0))).toEqual([0, 2]);
  });
});

describe('dots', () => {
  const pixels = (
    width: number,
    height: number,
  ): { width: number; height: number; colours: Uint32Array } => ({
    width,
    height,
    colours: new Uint32Array(width * height),
  });
  const rows = ({ width, colours }: ReturnType<typeof pixels>): string[] =>
    Array.from({ length: colours.length / width }, (_, row) =>
      [...colours.subarray(row * width, (row + 1) * width)].join(''),
    );
  const dots = (
    positions: readonly number[],
    colourOf: readonly number[],
  ): Parameters<typeof paintDots>[1] => ({
    positions: Float32Array.from(positions),
    order: Int32Array.from(colourOf.keys()),
    colourOf: Uint8Array.from(colourOf),
  });

  it('are discs and crosses, cut off at the borders, the later ones on top', () => {
    const picture = pixels(7, 4);
    const stamps = [stamp('disc', 1), stamp('cross', 1)];
    const all = dots([0, 0, 1, 0.5, 0.25, 0, NaN, 0.5], [0, 1, 1, 0]);
    paintDots(picture, all, { k: 4, x: 1, y: 1 }, Uint32Array.of(1, 2), stamps);
    expect(rows(picture)).toEqual(['0202000', '1120000', '0202202', '0000020']);
  });
});
