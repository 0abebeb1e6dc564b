/** The arithmetic of windows and of whole tensors, and what both move. */

import { multiplyAdds } from '../onnx/multiplyAdds.js';
import type { Node } from '../onnx/model.js';
import type { Shapes } from '../onnx/shapes.js';
import { elementCount } from '../tensor.js';
import type { WindowedNode } from './windowedForm.js';
import type { WindowGeometry } from './windowGeometry.js';

export interface Cost {
  readonly multiplyAdds: number;
  readonly elements: number;
}

/** The cost of one element of a window: of a node's output, or of what is cut for it. */
export interface WindowCost extends Cost {
  readonly window: number;
}

/** The cost of a node for each element of its output's window. */
export function windowCosts(each: WindowedNode, geometry: WindowGeometry, shapes: Shapes): WindowCost[] {
  const { node, output, form } = each;
  const window = geometry.windowOf(output);
  const [rows, columns] = geometry.sizeOf(window);
  const size = elementCount(shapes.staticShapeOf(output) ?? []);
  const own = { multiplyAdds: multiplyAdds(node, shapes) ?? 0, elements: size };
  const cut = form.reads
    .filter((read) => !geometry.isPassed(read, each))
    .map(({ tensor }) => elementCount(shapes.staticShapeOf(tensor) ?? []));
  const elements = cut.reduce((sum, count) => sum + count, own.elements);
  return [
    { window, multiplyAdds: own.multiplyAdds / (rows * columns), elements: elements / (rows * columns) },
  ];
}

/** The cost of nodes on whole tensors, for one position. */
export function wholeCost(nodes: readonly Node[], inputs: readonly string[], shapes: Shapes): Cost {
  const sizeOf = (name: string): number => elementCount(shapes.staticShapeOf(name) ?? [0]);
  return {
    multiplyAdds: nodes.reduce((sum, node) => sum + (multiplyAdds(node, shapes) ?? 0), 0),
    elements: [...inputs, ...nodes.flatMap(({ outputs }) => outputs)].reduce(
      (sum, name) => sum + sizeOf(name),
      0,
    ),
  };
}
