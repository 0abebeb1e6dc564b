/** What onnxruntime's WebGPU provider claims to run and does not: such nodes are left to the processor. */

import { decodeModelProto } from '../core/onnx/schema.js';
import type { NodeProto } from '../core/onnx/schema.js';

/** Names of the nodes; none of a model that cannot be decoded, which onnxruntime then refuses. */
export function nodesForTheProcessor(model: Uint8Array): string[] {
  try {
    return (decodeModelProto(model).graph?.node ?? []).filter(isGap).map(({ name }) => name);
  } catch {
    return [];
  }
}

function isGap({ opType, output }: NodeProto): boolean {
  // "The Indices output is not supported yet."
  return opType === 'MaxPool' && (output[1] ?? '') !== '';
}
