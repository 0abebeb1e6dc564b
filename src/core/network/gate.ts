/** Places of a network where feature maps can be switched off. */

import { UserError } from '../errors.js';
import type { Layer } from './layers.js';
import type { Network } from './network.js';

/** A place where maps are replaced. */
export interface Gate {
  /** Of real numbers, [N, maps, H, W] or [N, maps]. */
  readonly tensor: string;
  readonly maps: number;
  /** A tensor of the same shape that takes its place as a whole; undefined where maps are switched off one by one. */
  readonly bypass?: string | undefined;
}

/** The layer's output as such a place. @throws UserError where the layer's output are no feature maps of real numbers */
export function gateOf({ model, shapes }: Pick<Network, 'model' | 'shapes'>, layer: Layer): Gate {
  const { output, name, node } = layer;
  const shape = shapes.shapeOf(output);
  const maps = shape?.[1];
  const dtype = shapes.typeOf(output) ?? 'float32';
  if ((shape?.length !== 4 && shape?.length !== 2) || typeof maps !== 'number') {
    throw new UserError(
      `${model.file}: layer '${name}' (${node.opType}) gives [${shape?.map((size) => size ?? '?').join(', ') ?? '?'}], which are no feature maps [N, C, H, W]`,
    );
  }
  if (!dtype.startsWith('float')) {
    throw new UserError(
      `${model.file}: layer '${name}' (${node.opType}) gives ${dtype}, whole numbers in a unit of their own; choose a layer of real numbers, such as what reads it behind DequantizeLinear`,
    );
  }
  return { tensor: output, maps };
}
