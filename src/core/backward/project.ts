/** The backward model of a projection: from a signal at one tensor back to the image. */

import { encodeModel } from '../onnx/encode.js';
import type { DerivedModel } from '../onnx/model.js';
import { differentiate } from './differentiate.js';
import type { BackwardGraph, DifferentiableGraph, Passage } from './differentiate.js';
import { BACKWARD_OPSET } from './rule.js';

/** Names of the backward model's first input and only output. */
export const SIGNAL = 'signal';
export const PROJECTION = 'projection';

/** What a projection needs to know of the user's model. */
export interface ProjectionSource extends DifferentiableGraph {
  readonly irVersion: number;
  /** Absolute folder that external data locations are relative to. */
  readonly folder: string;
}

export interface ProjectionOptions extends Passage {
  /** The image input. */
  readonly image: string;
  /** The tensor at which the signal starts. */
  readonly target: string;
}

/**
 * Inputs of the graph: `signal` (float32, the target's shape) and the saved tensors. Output: `projection` (float32,
 * the image input's shape).
 */
export interface Projection extends BackwardGraph {
  readonly backward: DerivedModel;
}

/**
 * Builds the backward model of a projection. Everything in it is float32, whatever the model's float type.
 * @throws UserError where the target does not depend on the image, or naming every node between the two that
 * has no backward rule
 */
export function buildProjection(source: ProjectionSource, options: ProjectionOptions): Projection {
  const { image, target } = options;
  const cotangents = new Map([[target, { kind: 'input', name: SIGNAL } as const]]);
  const { saved, graph } = differentiate(source, cotangents, new Map([[image, PROJECTION]]), options);
  const { folder, irVersion, file } = source;
  const opsets = new Map([['', BACKWARD_OPSET]]);
  return { saved, graph, backward: encodeModel({ graph, opsets, irVersion, folder, file }) };
}
