/** The cost of a node in multiplications with an addition each, as papers count it. */

import { intAttribute, stringAttribute } from './attributes.js';
import type { Dimension, Node } from './model.js';
import type { Shapes } from './shapes.js';
import { isStatic, productOf } from './shapes/dimensions.js';

/** Operators whose weights are another input than the second. */
const WEIGHT_INPUT: ReadonlyMap<string, number> = new Map([
  ['QLinearConv', 3],
  ['QLinearMatMul', 3],
  ['QGemm', 3],
]);

/** Index of the input that holds the weights of a convolution or matrix product. */
export function weightInput(node: Node): number {
  return WEIGHT_INPUT.get(node.opType) ?? 1;
}

/**
 * Multiply-adds of `node` for one image: those of convolutions and matrix products; 0 for every other operator,
 * undefined where the shapes are not known.
 */
export function multiplyAdds(node: Node, shapes: Shapes): number | undefined {
  const input = shapes.shapeOf(node.inputs[0] ?? '');
  const weights = shapes.shapeOf(node.inputs[weightInput(node)] ?? '');
  const output = shapes.shapeOf(node.outputs[0] ?? '');
  switch (node.opType) {
    case 'Conv':
    case 'FusedConv':
    case 'QLinearConv':
    case 'ConvInteger':
    case 'DeformConv':
      // Every output element is a sum over one group's kernel: [M, C / groups, kernel...].
      return product(perImage(output), weights?.slice(1));
    case 'ConvTranspose':
      // Every input element is spread over one group's kernel: [C, M / groups, kernel...].
      return product(perImage(input), weights?.slice(1));
    case 'Gemm':
    case 'FusedGemm':
    case 'QGemm':
      return product(perImage(output), [input?.[intAttribute(node, 'transA') === 1 ? 0 : 1]]);
    case 'MatMul':
    case 'MatMulInteger':
    case 'QLinearMatMul':
    case 'FusedMatMul':
      return product(perImage(output), input && [input.at(intAttribute(node, 'transA') === 1 ? -2 : -1)]);
    case 'Einsum':
      return einsum(node, shapes);
    default:
      return 0;
  }
}

/** The shape for one image where the batch size is left open. */
function perImage(shape: readonly Dimension[] | undefined): readonly Dimension[] | undefined {
  return shape?.map((size, axis) => (axis === 0 && typeof size === 'string' ? 1 : size));
}

function product(...shapes: readonly (readonly Dimension[] | undefined)[]): number | undefined {
  return shapes.every((shape) => shape !== undefined) ? productOf(shapes.flat()) : undefined;
}

/** One multiply-add for every combination of the equation's letters, for each operand behind the first. */
function einsum(node: Node, shapes: Shapes): number | undefined {
  const terms =
    (stringAttribute(node, 'equation') ?? '').replaceAll(' ', '').split('->')[0]?.split(',') ?? [];
  const sizes = new Map<string, number>();
  for (const [index, term] of terms.entries()) {
    const shape = perImage(shapes.shapeOf(node.inputs[index] ?? ''));
    if (shape === undefined || !isStatic(shape) || shape.length !== term.length) {
      return undefined;
    }
    [...term].forEach((letter, axis) =>
      sizes.set(letter, Math.max(sizes.get(letter) ?? 1, shape[axis] ?? 1)),
    );
  }
  return (terms.length - 1) * [...sizes.values()].reduce((total, size) => total * size, 1);
}
