/** How the axes of a node's inputs depend on the axes of its outputs: the geometry behind receptive fields. */

import { intsAttribute } from '../attributes.js';
import type { Node } from '../model.js';
import type { Shapes } from '../shapes.js';

/**
 * Output index i along `axis` reads the input indices from floor((i * step + first) / divisor) to
 * floor((i * step + last) / divisor), both included.
 */
export interface Reach {
  readonly axis: number;
  readonly step: number;
  readonly first: number;
  readonly last: number;
  readonly divisor: number;
  /** Distance between the indices that are read, for a dilated window; 1 unless given. */
  readonly spacing?: number;
  /** What indices outside the input stand for; nothing unless given. */
  readonly border?: 'edge' | 'reflect';
  /** True where the interval is only a bound of what is read. */
  readonly isBound?: boolean;
}

/**
 * How one axis of an input is read: as `Reach` says, all of it for every output element, or 'unknown': nobody has
 * said, so all of it has to be assumed.
 */
export type AxisLink = Reach | 'all' | 'unknown';

/** One link per axis of an input. */
export type InputLinks = readonly AxisLink[];

/** An input and an output of a node, with their shapes. */
export interface Place {
  readonly node: Node;
  readonly shapes: Shapes;
  readonly input: number;
  readonly output: number;
  readonly from: readonly number[];
  readonly to: readonly number[];
}

export type Linking = (place: Place) => InputLinks;

/** Linkings by operator. */
export type LinkingTable = Readonly<Record<string, Linking>>;

/** Element i is read for element i + offset along the output's `axis`. */
export function shifted(axis: number, offset = 0): Reach {
  return { axis, step: 1, first: -offset, last: -offset, divisor: 1 };
}

/** All of the axis is read, and the output's `axis` still tells positions on it apart. */
export function spread(axis: number): Reach {
  return { axis, step: 1, first: -Infinity, last: Infinity, divisor: 1 };
}

/** Everything is read for every output element. */
export const everything: Linking = ({ from }) => from.map(() => 'all');

/** Nothing can be said. */
export const unknown: Linking = ({ from }) => from.map(() => 'unknown');

/** `axis` counted from the front. */
export function wrapped(axis: number, shape: readonly number[]): number {
  return axis < 0 ? axis + shape.length : axis;
}

/** A list that is an attribute or an input; `absent` where the node has neither, undefined where it is computed. */
export function integers(
  { node, shapes }: Place,
  name: string,
  index: number,
  absent?: readonly number[],
): readonly number[] | undefined {
  const tensor = node.inputs[index] ?? '';
  return intsAttribute(node, name) ?? (tensor === '' ? absent : shapes.valuesOf(tensor));
}
