import { describe, expect, it } from 'vitest';

import { architecture } from '../../../../../src/core/analysis/weights/architecture.js';
import { alexNet } from '../../onnx/alexnet.js';
import { ints, weight } from '../../onnx/build.js';
import type { NodeSpec } from '../../onnx/build.js';
import { networkOf } from '../../onnx/networkOf.js';

describe('the architecture', () => {
  it('of AlexNet is the table that the paper is usually given as', () => {
    const found = architecture(networkOf(alexNet((layer, part) => `${part}${layer}`)));
    expect(found.input).toBe('227x227x3');
    const sizes = Object.fromEntries(found.rows.map(({ name, output }) => [name, output]));
    expect(sizes).toMatchObject({
      conv1: '55x55x96',
      pool1: '27x27x96',
      conv2: '27x27x256',
      pool2: '13x13x256',
      conv3: '13x13x384',
      conv4: '13x13x384',
      conv5: '13x13x256',
      pool5: '6x6x256',
      fc6: '4096',
      fc7: '4096',
      fc8: '1000',
    });
    expect(found.rows[4]).toEqual({
      name: 'conv2',
      operator: 'Conv',
      output: '27x27x256',
      detail: '5x5, pad 2, 2 groups',
      parameters: 256 * 48 * 25 + 256,
      multiplyAdds: 27 * 27 * 256 * 48 * 25,
      receptiveField: '51x51',
      stride: '8',
    });
    expect(found.parameters).toBe(60_965_224);
    expect(found.multiplyAdds).toBe(724_406_816);
  });

  it('says where a receptive field is larger than the image', () => {
    const conv = (side: number, pad: number, inputs: readonly string[], name: string): NodeSpec => ({
      opType: 'Conv',
      inputs: [...inputs, `w${side}`],
      name,
      attributes: { pads: ints([pad, pad, pad, pad]), kernel_shape: ints([side, side]) },
    });
    const { rows } = architecture(
      networkOf({
        inputs: { x: [1, 3, 5, 9] },
        constants: [weight('w3', 3, 3, 3, 3), weight('w5', 3, 3, 5, 5)],
        nodes: [conv(5, 2, ['x'], 'fits'), conv(3, 1, ['fits'], 'exceeds')],
      }),
    );
    expect(rows.map(({ receptiveField, clippedBy }) => [receptiveField, clippedBy])).toEqual([
      ['5x5', undefined],
      ['7x7', '5x9'],
    ]);
  });

  it('gives rows before columns before channels, wherever the network keeps them', () => {
    const found = architecture(
      networkOf(
        {
          inputs: { x: [1, 9, 7, 3] },
          constants: [weight('w', 3, 5)],
          nodes: [
            { opType: 'MatMul', inputs: ['x', 'w'], name: 'mixed' },
            {
              opType: 'Transpose',
              inputs: ['mixed'],
              name: 'first',
              attributes: { perm: ints([0, 3, 1, 2]) },
            },
            { opType: 'Relu', inputs: ['first'], name: 'relu' },
          ],
        },
        'NHWC',
      ),
    );
    expect(found.input).toBe('9x7x3');
    expect(found.rows.map(({ output }) => output)).toEqual(['9x7x5', '9x7x5']);
  });
});
