/** Which function links which operator. */

import type { Node } from '../model.js';
import type { Shapes } from '../shapes.js';
import { unknown } from './link.js';
import type { InputLinks, Linking } from './link.js';
import { MIXING } from './mixing.js';
import { REARRANGING } from './rearranging.js';
import { RESAMPLING } from './resampling.js';
import { SLIDING } from './sliding.js';

const LINKINGS: ReadonlyMap<string, Linking> = new Map(
  [MIXING, REARRANGING, RESAMPLING, SLIDING].flatMap((table) => Object.entries(table)),
);

/**
 * What output number `output` of a node reads of input number `input`. Undefined where one of the two shapes is
 * not known.
 */
export function axisLinks(node: Node, shapes: Shapes, input: number, output: number): InputLinks | undefined {
  const from = shapes.staticShapeOf(node.inputs[input] ?? '');
  const to = shapes.staticShapeOf(node.outputs[output] ?? '');
  if (from === undefined || to === undefined) {
    return undefined;
  }
  return (LINKINGS.get(node.opType) ?? unknown)({ node, shapes, input, output, from, to });
}
