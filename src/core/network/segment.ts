/** A part of a network that starts at a tensor in its middle, as a model of its own. */

import type { Network } from './network.js';
import { floatTensor } from '../tensor.js';
import type { FloatTensor, Tensor } from '../tensor.js';
import { cutGraph } from '../onnx/derive.js';
import { encodeModel } from '../onnx/encode.js';
import type { DerivedModel, Graph } from '../onnx/model.js';

export interface Segment {
  readonly model: DerivedModel;
  /** Shape of what is fed at `from`. */
  readonly shape: readonly number[];
  /** The feeds for a value of `from`; the image, where the segment looks at its size, is zeros. */
  feeds(value: FloatTensor): Record<string, Tensor>;
}

/**
 * The nodes between the tensor `from`, which becomes an input, and the tensors `to`.
 * Undefined where the shape of `from` is not known.
 */
export function deriveSegment(
  { model, shapes, input }: Pick<Network, 'model' | 'shapes' | 'input'>,
  from: string,
  to: readonly string[],
): Segment | undefined {
  const shape = shapes.staticShapeOf(from);
  if (shape === undefined) {
    return undefined;
  }
  const { graph } = model;
  const opened: Graph = {
    ...graph,
    nodes: graph.nodes.filter(({ outputs }) => !outputs.includes(from)),
    inputs: [
      ...graph.inputs.filter(({ name }) => name !== from),
      { name: from, dtype: shapes.typeOf(from), shape },
    ],
  };
  const cut = cutGraph(opened, to, new Map([[input.name, input.shape]]), shapes);
  const readsImage = from !== input.name && cut.inputs.some(({ name }) => name === input.name);
  const image = readsImage
    ? {
        [input.name]: floatTensor(
          input.shape,
          new Float32Array(input.shape.reduce((product, size) => product * size, 1)),
        ),
      }
    : {};
  return {
    model: encodeModel({ ...model, graph: cut }),
    shape,
    feeds: (value) => ({ ...image, [from]: value }),
  };
}
