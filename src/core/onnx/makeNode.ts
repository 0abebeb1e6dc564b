/** Nodes of Unpool's own in derived graphs. */

import type { Attribute, Node } from './model.js';

/**
 * A node of ONNX's own operator set.
 * @param metadata of the node that it stands for
 */
export function makeNode(
  name: string,
  opType: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, Attribute>> = {},
  metadata: Node['metadata'] = new Map(),
): Node {
  return {
    name,
    opType,
    domain: '',
    inputs,
    outputs,
    attributes: new Map(Object.entries(attributes)),
    metadata,
  };
}
