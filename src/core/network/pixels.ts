/** Which tensors depend on the image's pixels, as against its size or on nothing but weights. */

import { atOnce, each } from '../steps.js';
import type { Steps } from '../steps.js';
import { hasSubgraphs, readsOf } from '../onnx/graphIndex.js';
import type { GraphIndex } from '../onnx/graphIndex.js';
import type { Node } from '../onnx/model.js';
import type { Shapes } from '../onnx/shapes.js';

/** Operators that look at the shape of their input and not at its elements. */
const SHAPE_READERS: readonly string[] = [
  ...['Shape', 'Size', 'EyeLike', 'RandomNormalLike', 'RandomUniformLike'],
];

/** True where a node reads the elements of its input number `input`, not just its shape or type. */
export function readsElements({ opType }: Node, input: number): boolean {
  return !SHAPE_READERS.includes(opType) && !(opType === 'CastLike' && input === 1);
}

/** The tensors that `image`'s elements flow into, the image itself included. */
export function pixelTensors(index: GraphIndex, shapes: Shapes, image: string): ReadonlySet<string> {
  return atOnce(pixelsSteps(index, shapes, image));
}

/** The same in steps. */
export function* pixelsSteps(index: GraphIndex, shapes: Shapes, image: string): Steps<ReadonlySet<string>> {
  const pixels = new Set([image]);
  yield* each(index.graph.nodes, (node) => {
    if (isFed(node, pixels)) {
      for (const output of node.outputs) {
        // Values that are known without running the model come from shapes.
        if (output !== '' && shapes.valuesOf(output) === undefined) {
          pixels.add(output);
        }
      }
    }
  });
  return pixels;
}

function isFed(node: Node, pixels: ReadonlySet<string>): boolean {
  return (
    node.inputs.some((tensor, input) => pixels.has(tensor) && readsElements(node, input)) ||
    capturesAny(node, pixels)
  );
}

/** True for a control flow node whose subgraphs read one of `tensors` by name. */
export function capturesAny(node: Node, tensors: { has(tensor: string): boolean }): boolean {
  return (
    hasSubgraphs(node) && readsOf(node).some((tensor) => tensors.has(tensor) && !node.inputs.includes(tensor))
  );
}
