import { toFirstInput } from '../signals.js';
import { unpool } from '../switches.js';
import type { OperatorRule } from '../rule.js';

/**
 * MaxPool: the signal goes to the switches. The saved input is pooled again to find them, so that models from
 * before opset 8, whose MaxPool has no output `Indices`, work alike.
 */
export const rule: OperatorRule = {
  kind: 'shared',
  opType: 'MaxPool',
  domain: '',
  opsets: { min: 1 },
  saves: { inputs: [0] },
  backward: (c) =>
    toFirstInput(c, (signal) => {
      // Column-major indices (storage_order) would not fit the row-major scatter.
      const attributes = [...c.node.attributes].filter(([name]) => name !== 'storage_order');
      return unpool(c, signal, c.input(0), Object.fromEntries(attributes), c.inputShape(0));
    }),
};
