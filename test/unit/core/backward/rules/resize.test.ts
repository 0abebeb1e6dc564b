import { describe, expect, it } from 'vitest';

import { backward, f32, floats, gradientError, i64, int, ints, noise, oneNode, string } from '../harness.js';
import type { Case } from '../harness.js';

const image = noise([1, 2, 4, 5]);
const scalesOf = (...scales: number[]) => f32([scales.length], scales);

/** Resize of opset 11 and later by scales; the second input, a region of interest, is left out. */
function resize(attributes: Case['nodes'][number]['attributes'], scales: readonly number[], x = image): Case {
  return {
    nodes: [{ opType: 'Resize', inputs: ['x', '', 'scales'], ...(attributes && { attributes }) }],
    x,
    constants: { scales: scalesOf(...scales) },
    opset: 19,
  };
}

describe('Resize', () => {
  it('nearest sums the signals of the copies', async () => {
    const spec = resize({}, [1, 1, 1, 2], f32([1, 1, 1, 2], [0, 0]));
    for (const method of ['gradient', 'deconvnet', 'guided'] as const) {
      const { data } = await backward({ ...spec, method }, f32([1, 1, 1, 4], [1, 2, -4, 8]));
      expect([...data]).toEqual([3, 4]);
    }
  });

  it('linear shares the signal between the two neighbours', async () => {
    // Twice as large, half-pixel centres: x0, (3 x0 + x1) / 4, (x0 + 3 x1) / 4, x1.
    const spec = resize({ mode: string('linear') }, [1, 1, 1, 2], f32([1, 1, 1, 2], [0, 0]));
    const { data } = await backward(spec, f32([1, 1, 1, 4], [1, 4, 8, 16]));
    expect([...data]).toEqual([1 + 3 + 2, 1 + 6 + 16]);
  });

  describe.each(['nearest', 'linear'])('%s agrees with finite differences', (mode) => {
    it.each(['half_pixel', 'half_pixel_symmetric', 'pytorch_half_pixel', 'align_corners', 'asymmetric'])(
      'with coordinates %s',
      async (transformation) => {
        for (const scales of [
          [1, 1, 2, 3],
          [1, 1, 1.7, 0.6],
          [1, 1, 0.5, 1.25],
        ]) {
          const attributes = {
            mode: string(mode),
            coordinate_transformation_mode: string(transformation),
          };
          expect(await gradientError(resize(attributes, scales), 0.1), String(scales)).toBeLessThan(1e-4);
        }
      },
    );

    it('with sizes', async () => {
      const spec: Case = {
        nodes: [{ opType: 'Resize', inputs: ['x', '', '', 'sizes'], attributes: { mode: string(mode) } }],
        x: image,
        constants: { sizes: i64(1, 2, 7, 3) },
      };
      expect(await gradientError(spec, 0.1)).toBeLessThan(1e-4);
    });

    it('in opset 10', async () => {
      for (const scales of [scalesOf(1, 1, 2, 1.5), scalesOf(1, 1, 0.5, 0.6)]) {
        const spec = oneNode('Resize', image, {
          constants: { scales },
          attributes: { mode: string(mode) },
          opset: 10,
        });
        expect(await gradientError(spec, 0.1)).toBeLessThan(1e-4);
      }
    });

    it('as Upsample, scales as attribute and as input', async () => {
      const old = oneNode('Upsample', image, {
        attributes: { mode: string(mode), scales: floats([1, 1, 2, 3]) },
        opset: 7,
      });
      expect(await gradientError(old, 0.1)).toBeLessThan(1e-4);
      const constants = { scales: scalesOf(1, 1, 3, 2) };
      const newer = oneNode('Upsample', image, { constants, attributes: { mode: string(mode) }, opset: 9 });
      expect(await gradientError(newer, 0.1)).toBeLessThan(1e-4);
    });
  });

  it.each(['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'])(
    'nearest rounds by %s',
    async (rounding) => {
      for (const transformation of ['half_pixel', 'asymmetric', 'tf_half_pixel_for_nn']) {
        const attributes = {
          nearest_mode: string(rounding),
          coordinate_transformation_mode: string(transformation),
        };
        const constants = { region: f32([0], []), scales: scalesOf(1, 1, 0.5, 1.5) };
        const spec = oneNode('Resize', image, { constants, attributes, opset: 11 });
        expect(await gradientError(spec, 0.1), transformation).toBeLessThan(1e-4);
      }
    },
  );

  it('takes the axes of opset 18', async () => {
    const spec = resize({ axes: ints([3, 2]) }, [2, 3]);
    expect(await gradientError(spec, 0.1)).toBeLessThan(1e-4);
  });

  it.each([
    [{ mode: string('cubic') }, "mode 'cubic'"],
    [{ mode: string('linear'), antialias: int(1) }, 'antialiasing'],
  ])('names what it cannot undo', async (attributes, message) => {
    await expect(backward(resize(attributes, [1, 1, 2, 2]), noise([1, 2, 8, 10]))).rejects.toThrow(
      `node 'resize0' (Resize): ${message} cannot be projected`,
    );
  });
});
