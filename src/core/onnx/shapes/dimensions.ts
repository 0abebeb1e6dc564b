/** Arithmetic on shapes whose dimensions may be symbols or unknown. */

import type { Dimension } from '../model.js';

export type Shape = readonly Dimension[];

/** A shape for messages: `[1, 96, ?, batch]`. */
export function formatShape(shape: Shape | undefined): string {
  return shape === undefined ? 'of unknown rank' : `[${shape.map((size) => size ?? '?').join(', ')}]`;
}

/** True when every dimension (or value) is a number. */
export function isStatic(shape: Shape): shape is readonly number[] {
  return shape.every((size) => typeof size === 'number');
}

/** The product of all dimensions; undefined when one is not a number, unless another is 0. */
export function productOf(shape: Shape): number | undefined {
  const sizes = shape.filter((size) => typeof size === 'number');
  const product = sizes.reduce((total, size) => total * size, 1);
  return sizes.length === shape.length || product === 0 ? product : undefined;
}

/** The same as a dimension: a single symbol beside nothing but ones stays itself. */
export function foldedDimension(shape: Shape): Dimension {
  const rest = shape.filter((size) => size !== 1);
  return rest.length === 1 ? rest[0] : productOf(shape);
}

/** An unknown dimension in every place. */
export function unknownShape(rank: number): Shape {
  return new Array<Dimension>(rank).fill(undefined);
}

/** What is known of two dimensions that have to be equal: a number says more than a symbol. */
export function unify(a: Dimension, b: Dimension): Dimension {
  if (a === undefined || typeof b === 'number') {
    return b;
  }
  return b === undefined || typeof a === 'number' || a === b ? a : undefined;
}

/** True when two dimensions are different numbers. */
export function differ(a: Dimension, b: Dimension): boolean {
  return typeof a === 'number' && typeof b === 'number' && a !== b;
}

/** The dimension at `axis`; a negative axis counts from the end. */
export function at(shape: Shape | undefined, axis: number): Dimension {
  return shape?.at(axis);
}

/** `shape` with the dimension at `axis` (not negative) replaced. */
export function withDimension(shape: Shape, axis: number, size: Dimension): Shape {
  return shape.map((old, position) => (position === axis ? size : old));
}

/**
 * The shape that numpy-style broadcasting gives, `undefined` where a rank is unknown and `'impossible'` where
 * two sizes contradict each other.
 */
export function broadcast(shapes: readonly (Shape | undefined)[]): Shape | undefined | 'impossible' {
  const known = shapes.filter((shape) => shape !== undefined);
  if (known.length < shapes.length) {
    return undefined;
  }
  const rank = Math.max(0, ...known.map((shape) => shape.length));
  const result: Dimension[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const sizes = known.flatMap((shape) => {
      const own = axis - (rank - shape.length);
      return own < 0 || shape[own] === 1 ? [] : [shape[own]];
    });
    const numbers = new Set(sizes.filter((size) => typeof size === 'number'));
    if (numbers.size > 1) {
      return 'impossible';
    }
    const [number] = numbers;
    // Beside a number that is not 1, a symbol can only be 1 or that number.
    result.push(number ?? (sizes.length === 0 ? 1 : commonSymbol(sizes)));
  }
  return result;
}

function commonSymbol(sizes: readonly Dimension[]): Dimension {
  return sizes.every((size) => size === sizes[0]) ? sizes[0] : undefined;
}
