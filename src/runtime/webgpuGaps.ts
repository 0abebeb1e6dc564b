/**
 * What onnxruntime's WebGPU provider claims to run and does not, or runs wrongly (seen in 1.30): such nodes are left
 * to the processor.
 */

import { decodeModelProto } from '../core/onnx/schema.js';
import type { GraphProto, NodeProto } from '../core/onnx/proto/messages.js';

/** Names of the nodes; none of a model that cannot be decoded, which onnxruntime then refuses. */
export function nodesForTheProcessor(model: Uint8Array): string[] {
  const graph = graphOf(model);
  const isGap = (node: NodeProto): boolean =>
    givesSwitches(node) || (graph !== undefined && hasUnevenGroups(node, graph));
  return (graph?.node ?? []).filter(isGap).flatMap(({ name }) => (name === '' ? [] : [name]));
}

function graphOf(model: Uint8Array): GraphProto | undefined {
  try {
    return decodeModelProto(model).graph ?? undefined;
  } catch {
    return undefined;
  }
}

/** "The Indices output is not supported yet." */
function givesSwitches({ opType, output }: NodeProto): boolean {
  return opType === 'MaxPool' && (output[1] ?? '') !== '';
}

/** With constant weights the maps of groups get mixed up where a group has more than 4 that are no multiple of 4. */
function hasUnevenGroups({ opType, input, attribute }: NodeProto, { initializer }: GraphProto): boolean {
  const groups = Number(attribute.find(({ name }) => name === 'group')?.i ?? 1);
  if (opType !== 'Conv' || groups === 1) {
    return false;
  }
  const maps = Number(initializer.find(({ name }) => name === input[1])?.dims[0] ?? 0) / groups;
  return maps > 4 && maps % 4 !== 0;
}
