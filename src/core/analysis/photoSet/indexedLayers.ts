/** Which layers an index of photos is made of. */

import { activationOf } from '../../activations/registry.js';
import { UserError } from '../../errors.js';
import { layerKind } from '../../network/layerKind.js';
import { layerNamed } from '../../network/layerNamed.js';
import type { Layer } from '../../network/layers.js';
import type { Network } from '../../network/network.js';
import type { Node } from '../../onnx/model.js';
import type { IndexedLayer } from '../../store/indexManifest.js';
import { elementCount } from '../../tensor.js';

export interface LayerChoice {
  /** Names as people give them; the default layers where left out. */
  readonly layers?: readonly string[] | undefined;
  /** Those of the layers whose vectors are kept; the default one where left out. */
  readonly vectors?: readonly string[] | undefined;
}

/**
 * The layers that are asked for, by default of every stage (the layers whose maps have one size) the last activation, and
 * the fully connected layers behind all stages, each with the activation behind it. Vectors are kept by default of what the
 * last fully connected layer reads, or else of the last stage: the features that the network tells classes by.
 * @throws UserError for an unknown layer, or one whose shape is not known
 */
export function indexedLayers(network: Network, { layers, vectors }: LayerChoice): readonly IndexedLayer[] {
  const named = (name: string): Layer => layerNamed(network, name);
  const features = featureLayer(network);
  const usual = layers === undefined;
  const withVectors = (vectors?.map(named) ?? (features === undefined ? [] : [features])).map(
    ({ output }) => output,
  );
  const asked = usual ? defaultLayers(network, features) : layers.map(named);
  // Vectors that are asked for by name are of layers in the index; the default ones only of those that are there.
  const all = [...asked, ...(vectors?.map(named) ?? [])];
  const unique = [...new Map(all.map((layer) => [layer.output, layer])).values()];
  if (unique.length === 0) {
    throw new UserError(
      `${network.model.file}: no layer has maps or units that could be indexed; name some with --layers`,
    );
  }
  return unique.map((layer) => indexed(network, layer, withVectors.includes(layer.output)));
}

function indexed({ shapes, model }: Network, { name, output }: Layer, vectors: boolean): IndexedLayer {
  const shape = shapes.staticShapeOf(output);
  const [images, maps, ...places] = shape ?? [];
  if (images !== 1 || maps === undefined || maps === 0 || elementCount(places) === 0) {
    throw new UserError(
      `${model.file}: layer '${name}' of shape [${shape?.join(', ') ?? '?'}] has no maps [1, maps, ...]; leave it out`,
    );
  }
  const columns = places.at(-1) ?? 1;
  return { name, tensor: output, maps, rows: elementCount(places) / columns, columns, vectors };
}

function defaultLayers(network: Network, features: Layer | undefined): readonly Layer[] {
  const { layers } = network;
  const stages = new Map<string, Layer>();
  for (const layer of layers) {
    const [height, width] = mapSize(network, layer) ?? [1, 1];
    if (height * width > 1 && isActive(network, layer.node)) {
      // The last one of its size stands where that one does.
      stages.delete(`${height}x${width}`);
      stages.set(`${height}x${width}`, layer);
    }
  }
  const lastStage = layers.indexOf([...stages.values()].at(-1) as Layer);
  const connected = fullyConnected(network)
    .filter((layer) => layers.indexOf(layer) > lastStage)
    .map((layer) => activated(network, layer));
  const chosen = new Set([...stages.values(), ...(features === undefined ? [] : [features]), ...connected]);
  return layers.filter((layer) => chosen.has(layer));
}

/** The activation that alone reads a layer; the layer itself where there is none. */
export function activated(network: Network, layer: Layer): Layer {
  const [reader, ...others] = network.index.consumers(layer.output);
  const isActivated = reader !== undefined && others.length === 0 && isActive(network, reader);
  return network.layers.find(({ node }) => isActivated && node === reader) ?? layer;
}

/** Height and width of a layer's maps; undefined for a layer that has none. */
export function mapSize({ shapes }: Network, { output }: Layer): readonly [number, number] | undefined {
  const [, , height, width, ...rest] = shapes.staticShapeOf(output) ?? [];
  return height === undefined || width === undefined || rest.length > 0 ? undefined : [height, width];
}

/** True for an activation function, and for a concatenation of nothing but the outputs of such. */
export function isActive({ shapes, index }: Network, node: Node): boolean {
  const isFunction = (each: Node | undefined): boolean =>
    each !== undefined && activationOf(each, shapes) !== undefined;
  return (
    isFunction(node) ||
    (node.opType === 'Concat' && node.inputs.every((input) => isFunction(index.producer(input))))
  );
}

/** Those that give a vector, in order. */
export function fullyConnected({ layers, shapes, pixels }: Network): readonly Layer[] {
  return layers.filter(({ node }) => {
    const kind = layerKind(node, shapes, pixels);
    return kind?.word === 'fc' && shapes.staticShapeOf(node.outputs[0] ?? '')?.length === 2;
  });
}

/** Operators that hand numbers on as they are. */
const PASSING: readonly string[] = [
  'Flatten',
  'Reshape',
  'Squeeze',
  'Unsqueeze',
  'Dropout',
  'Identity',
  'Cast',
];

/** The layer whose output the last fully connected layer reads; the last activation with maps where there is none. */
function featureLayer(network: Network): Layer | undefined {
  const { layers, index, pixels } = network;
  const last = fullyConnected(network).at(-1);
  let tensor = last?.node.inputs.find((input) => pixels.has(input));
  for (
    let maker = producerOf();
    maker !== undefined && PASSING.includes(maker.opType);
    maker = producerOf()
  ) {
    tensor = maker.inputs[0];
  }
  function producerOf(): Node | undefined {
    return tensor === undefined ? undefined : index.producer(tensor);
  }
  const read = layers.find(({ output }) => output === tensor);
  return (
    read ?? layers.findLast((layer) => mapSize(network, layer) !== undefined && isActive(network, layer.node))
  );
}
