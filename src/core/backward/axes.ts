/** Axes and index lists of a node, which ONNX moved from attributes to inputs over its opsets. */

import { UserError } from '../errors.js';
import { intsAttribute } from '../onnx/attributes.js';
import type { BackwardContext } from './rule.js';

/** A negative axis counts from the end. */
export const wrapAxis = (axis: number, rank: number): number => (axis < 0 ? axis + rank : axis);

/**
 * The whole numbers that a node gets as attribute `attribute` in old opsets and as input `index` in new ones;
 * undefined where it has neither.
 * @throws UserError when the input is computed at run time.
 */
export function integers(
  c: BackwardContext,
  attribute: string,
  index: number,
): readonly number[] | undefined {
  const fixed = intsAttribute(c.node, attribute);
  return fixed ?? (c.hasInput(index) ? knownInput(c, index) : undefined);
}

/**
 * The values of an input that the backward graph is built from.
 * @throws UserError when they are computed at run time.
 */
export function knownInput(c: BackwardContext, index: number): readonly number[] {
  const values = c.constantInput(index);
  if (values === undefined) {
    throw new UserError(
      `node '${c.node.name}' (${c.node.opType}): input '${c.node.inputs[index] ?? ''}' is computed at run time, ` +
        'but projecting through the node needs it constant; simplify the model or choose a layer after this node',
    );
  }
  return values;
}
