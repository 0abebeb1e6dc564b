/** Layers: the nodes of a graph as a person reads them, with names and costs. */

import type { Dimension, Node } from './model.js';

/** The square or rectangle of input pixels that one unit of a layer sees. */
export interface ReceptiveField {
  /** Height and width in input pixels. */
  readonly size: readonly [number, number];
  /** Input pixels between the fields of neighbouring units. */
  readonly stride: readonly [number, number];
}

export interface Layer {
  /** Unique friendly name: `conv1`, `relu5`, `fc7`, or the exporter's module path (`features.0`). */
  readonly name: string;
  /** Further names that `findLayer` accepts: `conv1` beside a module path, node name, output tensor. */
  readonly aliases: readonly string[];
  readonly node: Node;
  /** First output tensor. */
  readonly output: string;
  readonly outputShape: readonly Dimension[] | undefined;
  /** Number of weights and biases that this node owns (shared ones are counted at the first owner). */
  readonly parameters: number;
  /** Multiply-adds for one image; undefined where shapes are unknown. */
  readonly multiplyAdds: number | undefined;
  /** Undefined for layers without spatial units, and where it cannot be told. */
  readonly receptiveField: ReceptiveField | undefined;
  /** Short description of the operator's setting: `11x11, stride 4`. */
  readonly detail: string;
}
