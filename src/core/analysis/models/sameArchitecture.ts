/** Are two files checkpoints of one network? */

import { UserError } from '../../errors.js';
import type { Layer } from '../../network/layers.js';
import type { Network } from '../../network/network.js';

/**
 * Holds a network against the one that comes first: the same layers in the same order, with the same settings and shapes.
 * @throws UserError naming the file and what differs first
 */
export function checkSameArchitecture(first: Network, other: Network): void {
  const difference = differenceOf(first, other);
  if (difference !== undefined) {
    throw new UserError(
      `${other.model.file}: is no checkpoint of the network in ${first.model.baseName}: ${difference}; move it to another folder`,
    );
  }
}

function differenceOf(first: Network, other: Network): string | undefined {
  const [input, otherInput] = [first.input.shape.join('x'), other.input.shape.join('x')];
  if (input !== otherInput) {
    return `it takes images of ${otherInput}, not of ${input}`;
  }
  const count = Math.max(first.layers.length, other.layers.length);
  for (let place = 0; place < count; place++) {
    const [layer, own] = [first.layers[place], other.layers[place]];
    if (layer === undefined || own === undefined) {
      return layer === undefined ? `it has a layer '${own?.name}' more` : `it has no layer '${layer.name}'`;
    }
    const [text, ownText] = [layerText(first, layer), layerText(other, own)];
    if (text !== ownText) {
      return `layer ${place + 1} is ${ownText}, not ${text}`;
    }
  }
  return undefined;
}

/** All that a layer is but for the values of its weights. */
function layerText({ shapes, pixels }: Network, { name, node, detail, outputShape }: Layer): string {
  const weights = node.inputs
    .filter((tensor) => tensor !== '' && !pixels.has(tensor))
    .map((tensor) => `[${shapes.shapeOf(tensor)?.join(', ') ?? '?'}]`);
  return [
    `${name} (${node.opType}${detail === '' ? '' : ` ${detail}`})`,
    ...(weights.length > 0 ? [`with weights ${weights.join(', ')}`] : []),
    `giving ${outputShape?.slice(1).join('x') ?? '?'}`,
  ].join(' ');
}
