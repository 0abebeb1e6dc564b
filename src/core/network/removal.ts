/** What takes the place of whole layers that are removed from a network as it is, without training it again. */

import { gateOf } from './gate.js';
import type { Gate } from './gate.js';
import type { Layer } from './layers.js';
import { layerKind } from './layerKind.js';
import type { Network } from './network.js';

/** A layer, or several in a row, and what becomes of it. */
export interface Removal {
  readonly layers: readonly Layer[];
  /** With a bypass the layers are taken out: what they read goes on as it is. Without one the output is filled. */
  readonly gate: Gate;
  /** Whether the output is that of a residual branch, without which the skip is left. */
  readonly isBranch: boolean;
}

/**
 * Layers in a row whose first reads what has the shape of the last one's output are taken out exactly; of others, and of the
 * last one of a residual branch, the output is filled, behind the normalisation that belongs to it.
 * @throws UserError where a layer's output are no feature maps
 */
export function removalsOf(network: Network, layers: readonly Layer[]): readonly Removal[] {
  const order = new Map(network.layers.map(({ node }, place) => [node, place]));
  const sorted = [...new Set(layers)].sort((a, b) => (order.get(a.node) ?? 0) - (order.get(b.node) ?? 0));
  const removals: Removal[] = [];
  for (let first = 0; first < sorted.length;) {
    const removal = takenOut(network, sorted.slice(first)) ?? filled(network, sorted[first] as Layer);
    removals.push(removal);
    first += removal.layers.length;
  }
  return removals;
}

/** Layers with weights whose absence the class scores can tell: all but the one that makes them. */
export function removableLayers({ layers, shapes, pixels, index, scores }: Network): readonly Layer[] {
  const needed = new Set(index.ancestors(scores === undefined ? [] : [scores.tensor]));
  const weighted = layers.filter(
    ({ node, outputShape }) =>
      needed.has(node) &&
      layerKind(node, shapes, pixels)?.isWeighted === true &&
      (outputShape?.length === 4 || outputShape?.length === 2),
  );
  return weighted.slice(0, -1);
}

/** The most layers from the first on that can be taken out together. */
function takenOut(network: Network, layers: readonly Layer[]): Removal | undefined {
  const [first] = layers;
  const from = first === undefined ? undefined : imageInput(network, first.node.inputs);
  const shape = from === undefined ? undefined : network.shapes.staticShapeOf(from);
  let most: Removal | undefined;
  for (const [place, layer] of layers.entries()) {
    if (place > 0 && !follows(network, layer, layers[place - 1] as Layer)) {
      break;
    }
    const end = contribution(network, layer);
    // A branch that passed on what it reads would add it to itself.
    if (isAdded(network, end)) {
      break;
    }
    if (shape !== undefined && network.shapes.staticShapeOf(end)?.join() === shape.join()) {
      most = {
        layers: layers.slice(0, place + 1),
        gate: { ...gateOf(network, { ...layer, output: end }), bypass: from },
        isBranch: false,
      };
    }
  }
  return most;
}

function filled(network: Network, layer: Layer): Removal {
  const output = contribution(network, layer);
  return { layers: [layer], gate: gateOf(network, { ...layer, output }), isBranch: isAdded(network, output) };
}

/** What a layer gives to those behind it: its output, normalised where that is part of the layer. */
function contribution({ index }: Network, { output }: Layer): string {
  const [reader, ...others] = index.consumers(output);
  const isNormalised = others.length === 0 && reader?.opType === 'BatchNormalization';
  return isNormalised ? (reader.outputs[0] ?? output) : output;
}

/** Whether a tensor goes nowhere but into a sum with another one. */
function isAdded({ index, pixels }: Network, tensor: string): boolean {
  const [reader, ...others] = index.consumers(tensor);
  const isSum = reader?.opType === 'Add' || reader?.opType === 'Sum';
  return others.length === 0 && isSum && reader.inputs.every((input) => pixels.has(input));
}

/** Whether a layer reads what another one gives, with nothing between but nodes of one input that keep the shape. */
function follows(network: Network, layer: Layer, before: Layer): boolean {
  const { index, shapes } = network;
  const shape = shapes.staticShapeOf(before.output)?.join();
  let tensor = imageInput(network, layer.node.inputs);
  while (tensor !== undefined && tensor !== before.output) {
    const node = index.producer(tensor);
    tensor =
      shapes.staticShapeOf(tensor)?.join() === shape ? imageInput(network, node?.inputs ?? []) : undefined;
  }
  return tensor !== undefined;
}

/** The only input that the image's pixels flow into. */
function imageInput({ pixels }: Network, inputs: readonly string[]): string | undefined {
  const [only, ...others] = inputs.filter((name) => pixels.has(name));
  return others.length === 0 ? only : undefined;
}
