import { int, intAttribute, ints, stringAttribute } from '../../onnx/attributes.js';
import { toFirstInput } from '../signals.js';
import type { OperatorRule } from '../rule.js';

/** DepthToSpace (PixelShuffle in CRD mode): the blocks of the signal go back to the channels. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'DepthToSpace',
  domain: '',
  opsets: { min: 1 },
  saves: {},
  backward: (c) =>
    toFirstInput(c, (signal) => {
      const block = intAttribute(c.node, 'blocksize') ?? 1;
      if (stringAttribute(c.node, 'mode') !== 'CRD') {
        return c.emit('SpaceToDepth', [signal], { blocksize: int(block) });
      }
      const [n = 1, channels = 1, h = 1, w = 1] = c.inputShape(0);
      const split = [n, channels / (block * block), h, block, w, block];
      const blocks = c.emit('Reshape', [signal, c.int64(split)]);
      const moved = c.emit('Transpose', [blocks], { perm: ints([0, 1, 3, 5, 2, 4]) });
      return c.emit('Reshape', [moved, c.int64(c.inputShape(0))]);
    }),
};
