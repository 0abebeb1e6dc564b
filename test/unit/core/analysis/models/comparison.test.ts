/** Where two models part, held against numpy and onnxruntime (test/fixtures/comparison/make.py). */

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { comparisonJob, firstParting } from '../../../../../src/core/analysis/models/comparison.js';
import type { Comparison } from '../../../../../src/core/analysis/models/comparison.js';
import { singleImages } from '../../../../../src/core/analysis/photo/predictions.js';
import { contextOf } from '../../../../../src/core/jobs/job.js';
import { openNetwork } from '../../../../../src/core/network/open.js';
import { decodeNpy } from '../../../../../src/core/npy.js';
import type { EngineClient } from '../../../../../src/runtime/client.js';
import { startTestEngine } from '../../../runtime/testEngine.js';

const FOLDER = resolve(import.meta.dirname, '../../../../fixtures/comparison');

interface ExpectedDistance {
  readonly relativeError: number;
  readonly cosine: number;
  readonly snr: number | null;
  readonly largest: number;
}
type ByLayer = Readonly<Record<string, ExpectedDistance>>;
const expected = JSON.parse(readFileSync(join(FOLDER, 'expected.json'), 'utf8')) as Readonly<
  Record<'scaled' | 'transposed' | 'inserted' | 'quantised' | Integer, ByLayer>
> & {
  readonly weights: Readonly<Record<'scaled' | 'transposed' | Integer, ByLayer>>;
  readonly cka: Readonly<Record<'transposed' | 'inserted', Readonly<Record<string, number>>>>;
};
type Integer = 'integer' | 'integer_channels' | 'dynamic';

let engine: EngineClient;
beforeAll(() => {
  engine = startTestEngine();
});
afterAll(() => {
  engine.dispose();
});

async function compared(other: string, { hasPhoto = true, photos = 'image' } = {}): Promise<Comparison> {
  const [a, b] = [
    await openNetwork(join(FOLDER, 'base.onnx')),
    await openNetwork(join(FOLDER, `${other}.onnx`)),
  ];
  const file = join(FOLDER, `${photos}.npy`);
  const images = singleImages(a, decodeNpy(readFileSync(file), file)).map((image, place) => ({
    name: place === 0 ? 'image' : `image ${place}`,
    read: () => Promise.resolve({ a: image, b: image }),
  }));
  return comparisonJob(a, b, hasPhoto ? images : []).run(contextOf(engine));
}

/** What make.py calls a layer, by our names. */
const CALLED: Readonly<Record<string, string>> = { relu1_2: 'fcrelu1', pool3: 'mean' };

function expectLayers({ layers }: Comparison, wanted: ByLayer): void {
  const found = new Map(layers.map(({ a, activations }) => [CALLED[a?.name ?? ''] ?? a?.name, activations]));
  for (const [layer, { relativeError, cosine, snr, largest }] of Object.entries(wanted)) {
    const ours = found.get(layer);
    if (snr === null) {
      expect(ours).toEqual({ relativeError: 0, cosine: 1, snr: Infinity, largest: 0, notFinite: [0, 0] });
    } else {
      // Two runs of onnxruntime, of different versions, differ by some 1e-7 of the largest value.
      expect(ours?.relativeError).toBeCloseTo(relativeError, 5);
      expect(ours?.cosine).toBeCloseTo(cosine, 6);
      expect(ours?.snr).toBeCloseTo(snr, 1);
      expect(ours?.largest).toBeCloseTo(largest, 5);
    }
  }
}

describe('two models', () => {
  it.each([
    ['scaled', 'conv2'],
    ['transposed', 'conv3'],
    ['inserted', 'conv3'],
  ] as const)('of which one is %s are as far apart as numpy says, from %s on', async (name, first) => {
    const found = await compared(name);
    expectLayers(found, expected[name]);
    expect(firstParting(found, 1e-4)?.layer.a?.name).toBe(first);
  });

  it('are apart by their quantisation, layer by layer', async () => {
    const found = await compared('quantised');
    expectLayers(found, expected.quantised);
    expect(found.layers.find(({ a }) => a?.name === 'relu1')?.change).toBe('removed');
  });

  it.each(['integer', 'integer_channels', 'dynamic'] as const)(
    'of which one has operators on whole numbers (%s) are compared by the real numbers that these stand for',
    async (name) => {
      const found = await compared(name);
      expectLayers(found, expected[name]);
      for (const [layer, wanted] of Object.entries(expected.weights[name])) {
        const { weights = [], activations } = found.layers.find(({ a }) => a?.name === layer) ?? {};
        expect(activations).toBeDefined();
        expect(weights[0]?.distance?.relativeError).toBeCloseTo(wanted.relativeError, 6);
        expect(weights[0]?.distance?.largest).toBeCloseTo(wanted.largest, 6);
        expect(weights[1]?.distance?.relativeError).toBeLessThan(name === 'dynamic' ? 1e-9 : 1e-3);
      }
      expect(found.layers.find(({ a }) => a?.name === 'relu1')?.change).toBe(
        name === 'dynamic' ? 'none' : 'removed',
      );
      expect(found.layers.every(({ change }) => change !== 'inserted')).toBe(true);
    },
  );

  it('have weights that are as far apart as numpy says, and no photos are needed for that', async () => {
    for (const [name, layer] of [
      ['scaled', 'conv2'],
      ['transposed', 'conv3'],
    ] as const) {
      const { layers, photos } = await compared(name, { hasPhoto: false });
      expect(photos).toEqual([]);
      for (const { a, weights, activations } of layers) {
        expect(activations).toBeUndefined();
        const [weight, bias] = weights;
        const wanted = a?.name === layer ? expected.weights[name][layer] : undefined;
        if (wanted === undefined) {
          expect([0, undefined]).toContain(weight?.distance?.relativeError);
        } else {
          expect(weight?.distance?.relativeError).toBeCloseTo(wanted.relativeError, 7);
          expect(weight?.distance?.cosine).toBeCloseTo(wanted.cosine, 7);
          expect(weight?.distance?.largest).toBeCloseTo(wanted.largest, 7);
          expect(bias?.distance).toMatchObject({ relativeError: 0, largest: 0 });
        }
      }
    }
  });

  it.each(['transposed', 'inserted'] as const)(
    'of which one is %s are as alike over a set, by linear CKA, as numpy says of its groups',
    async (name) => {
      const { layers, photos } = await compared(name, { photos: 'images' });
      const found = new Map(layers.map(({ a, cka }) => [CALLED[a?.name ?? ''] ?? a?.name, cka]));
      for (const [layer, wanted] of Object.entries(expected.cka[name])) {
        expect(found.get(layer)).toBeCloseTo(wanted, 5);
      }
      expect(photos).toHaveLength(20);
    },
  );

  it('are alike by exactly 1 where they are one, and are not said to be for three photos', async () => {
    const { layers } = await compared('base', { photos: 'images' });
    expect(layers.map(({ cka }) => cka)).toEqual(layers.map(() => 1));
    expect((await compared('base')).layers.every(({ cka }) => cka === undefined)).toBe(true);
  });

  it('part where float16 has no number that is large enough, and one has no answer then', async () => {
    const found = await compared('overflowing');
    const parting = firstParting(found, 0.01);
    expect(parting?.layer.a?.name).toBe('conv2');
    expect(parting?.layer.activations?.notFinite[0]).toBe(0);
    expect(parting?.layer.activations?.notFinite[1]).toBeGreaterThan(0);
    expect(found.photos).toEqual([
      {
        name: 'image',
        classIndex: undefined,
        a: expect.objectContaining({ index: expect.any(Number) as number }) as object,
        b: undefined,
        largest: NaN,
      },
    ]);
  });

  it.each(['base', 'renamed', 'optimised'])('that are one (%s) are not apart at all', async (name) => {
    const found = await compared(name);
    for (const { a, b, weights, activations } of found.layers) {
      expect(weights.every(({ distance }) => distance?.relativeError === 0)).toBe(true);
      expect(a).toBeDefined();
      expect(b === undefined ? 0 : activations?.relativeError).toBe(0);
    }
    expect(found.photos).toMatchObject([{ largest: 0 }]);
    expect(firstParting(found, 0)).toBeUndefined();
  });
});
