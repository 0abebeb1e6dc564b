/** What a pattern sees of a graph, and what it says when it matches. */

import type { Attribute, Node } from '../model.js';

export interface GraphView {
  /** The node that makes a tensor. */
  producer(tensor: string): Node | undefined;
  /** The value of a constant with a single element. */
  scalar(tensor: string): number | undefined;
}

/** A recognised group: everything between `input` and the anchor's output. */
export interface Match {
  readonly input: string;
  /** Further inputs (scale, bias of a normalisation), in the operator's order behind `input`. */
  readonly parameters?: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
}

export interface Pattern {
  /** The ONNX operator that the group amounts to. */
  readonly opType: string;
  /** Operator of the group's last node. */
  readonly anchor: string;
  match(anchor: Node, view: GraphView): Match | undefined;
}

/** Both orders of a commutative node's two operands. */
export function operands(node: Node | undefined, opType: string): readonly (readonly [string, string])[] {
  const [a, b] = node?.opType === opType && node.domain === '' ? node.inputs : [];
  return a === undefined || b === undefined
    ? []
    : [
        [a, b],
        [b, a],
      ];
}

/** The operand beside a scalar constant that passes `test`: `x` of `x * 0.5`. */
export function besideScalar(
  tensor: string,
  opType: string,
  view: GraphView,
  test: (value: number) => boolean,
): string | undefined {
  const pair = operands(view.producer(tensor), opType).find(([, constant]) => {
    const value = view.scalar(constant);
    return value !== undefined && test(value);
  });
  return pair?.[0];
}

/** The single input of `tensor`'s producer when that is an `opType`. */
export function through(tensor: string, opType: string, view: GraphView): string | undefined {
  const node = view.producer(tensor);
  return node?.opType === opType && node.domain === '' ? node.inputs[0] : undefined;
}

/** Equality up to float32 rounding of a constant in the file. */
export function near(expected: number): (value: number) => boolean {
  return (value) => Math.abs(value - expected) <= 1e-5 * Math.max(1, Math.abs(expected));
}
