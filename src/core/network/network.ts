/** A model opened for looking at: graph, shapes, layers, and what its input and scores are. */

import type { GraphIndex } from '../onnx/graphIndex.js';
import type { Model } from '../onnx/model.js';
import type { Shapes } from '../onnx/shapes.js';
import type { ImageInput } from './imageInput.js';
import type { Layer } from './layers.js';
import type { Positions } from './receptiveField.js';
import type { Scores } from './scores.js';
import type { Sidecar } from './sidecar.js';

export interface Network {
  readonly model: Model;
  readonly index: GraphIndex;
  readonly input: ImageInput;
  /** Shapes for one image of the input's size. */
  readonly shapes: Shapes;
  /** Tensors that the image's pixels flow into, the image itself included. */
  readonly pixels: ReadonlySet<string>;
  readonly positions: Positions;
  /** Number of all parameters, those of nodes that are no layer included. */
  readonly parameters: number;
  readonly layers: readonly Layer[];
  /** Undefined for a network that does not classify. */
  readonly scores: Scores | undefined;
  readonly sidecar: Sidecar | undefined;
}
