/** The form of an operator's shape inference: from what is known of its inputs to what is known of its outputs. */

import type { DataType } from '../../tensor.js';
import { UserError } from '../../errors.js';
import { intsAttribute } from '../attributes.js';
import type { Dimension, Graph, Node } from '../model.js';
import { formatShape, isStatic } from './dimensions.js';
import type { Shape } from './dimensions.js';

/** What is known of a tensor. */
export interface Fact {
  readonly dtype?: DataType | undefined;
  /** Undefined where the rank is unknown. */
  readonly shape?: Shape | undefined;
  /**
   * The values in row-major order where they are few and known without running the model; a value that is a
   * size of a dynamic input is that dimension's symbol. Only tensors of a static shape have them.
   */
  readonly values?: readonly Dimension[] | undefined;
}

export const UNKNOWN: Fact = {};

/** Values of larger tensors are not followed: shape arithmetic works on few numbers. */
export const VALUE_LIMIT = 1024;

export interface InferenceContext {
  readonly node: Node;
  /** Opset of the node's domain. */
  readonly opset: number;
  /** What is known of each input; an omitted optional input is UNKNOWN. */
  input(index: number): Fact;
  has(index: number): boolean;
  /** Outputs of a subgraph that sees this node's scope, or undefined where it contradicts itself. */
  subgraph(graph: Graph): readonly Fact[] | undefined;
}

/** What is known of each output; outputs behind the end of the list are unknown. */
export type Inference = (c: InferenceContext) => readonly Fact[];

/** Inference functions by operator. */
export type InferenceTable = Readonly<Record<string, Inference>>;

/** The same inference for several operators. */
export function forAll(opTypes: readonly string[], inference: Inference): InferenceTable {
  return Object.fromEntries(opTypes.map((opType) => [opType, inference]));
}

/** The error of a node whose shapes contradict each other. */
export function impossible(c: InferenceContext, why: string): UserError {
  return new UserError(
    `node '${c.node.name}' (${c.node.opType}): ${why}; the model is not valid, or not for inputs of this size`,
  );
}

/** The values of a fact where each of them is a number. */
export function numbersOf({ values }: Fact): readonly number[] | undefined {
  return values !== undefined && isStatic(values) ? values : undefined;
}

/**
 * Whole numbers that older opsets give as attribute `name` and newer ones as input `index`.
 * @returns `undefined` where the node has neither, `'unknown'` where they are computed at run time
 */
export function integers(
  c: InferenceContext,
  name: string,
  index: number,
): readonly number[] | 'unknown' | undefined {
  const fixed = intsAttribute(c.node, name);
  if (fixed !== undefined) {
    return fixed;
  }
  return c.has(index) ? (numbersOf(c.input(index)) ?? 'unknown') : undefined;
}

/**
 * `axis` counted from the front.
 * @throws UserError where a tensor of `shape` has no such axis
 */
export function axisOf(c: InferenceContext, axis: number, shape: Shape): number {
  return axisWithin(c, axis, shape.length, shape);
}

/** The same for a rank that differs from the shape's, such as that of Unsqueeze's output. */
export function axisWithin(c: InferenceContext, axis: number, rank: number, shape: Shape): number {
  const wrapped = axis < 0 ? axis + rank : axis;
  if (wrapped < 0 || wrapped >= rank) {
    throw impossible(c, `axis ${axis} does not exist for its input ${formatShape(shape)}`);
  }
  return wrapped;
}
