/** The result of shape inference: what is known of every tensor of a graph without running it. */

import type { DataType } from '../tensor.js';
import type { Dimension } from './model.js';

export interface Shapes {
  /** Shape of a tensor, undefined where the rank is unknown. */
  shapeOf(name: string): readonly Dimension[] | undefined;
  /** The same where every dimension is a number, else undefined. */
  staticShapeOf(name: string): readonly number[] | undefined;
  typeOf(name: string): DataType | undefined;
  /** Values of a small integer or float constant, computed where the graph computes it (Shape, Gather, ...). */
  valuesOf(name: string): readonly number[] | undefined;
}
