import { int, intAttribute, string } from '../../onnx/attributes.js';
import { toFirstInput } from '../signals.js';
import type { OperatorRule } from '../rule.js';

/** SpaceToDepth: the channels of the signal go back to their blocks. */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'SpaceToDepth',
  domain: '',
  opsets: { min: 1 },
  saves: {},
  backward: (c) =>
    toFirstInput(c, (signal) =>
      c.emit('DepthToSpace', [signal], {
        blocksize: int(intAttribute(c.node, 'blocksize') ?? 1),
        mode: string('DCR'),
      }),
    ),
};
