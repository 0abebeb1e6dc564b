/** Layers: the nodes of a graph as a person reads them, with names and costs. */

import { UserError } from '../errors.js';
import { each, mapped } from '../steps.js';
import type { Steps } from '../steps.js';
import type { GraphIndex } from '../onnx/graphIndex.js';
import { layerDetail } from './layerDetail.js';
import { layerKind } from './layerKind.js';
import { layerNamesSteps } from './layerNames.js';
import type { NamedNode } from './layerNames.js';
import type { Dimension, Node } from '../onnx/model.js';
import { multiplyAdds } from '../onnx/multiplyAdds.js';
import type { ParameterCount } from './parameters.js';
import type { Shapes } from '../onnx/shapes.js';
import { productOf } from '../onnx/shapes/dimensions.js';

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
  /** The node's first output, or that of the addition behind it that holds its bias. */
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

/** What is known of a network when its layers are listed. */
export interface LayerFacts {
  readonly index: GraphIndex;
  readonly shapes: Shapes;
  /** Tensors that the image's pixels flow into. */
  readonly pixels: ReadonlySet<string>;
  readonly parameters: ParameterCount;
  /** Receptive fields of the tensors. */
  readonly fields: ReadonlyMap<string, ReceptiveField>;
}

/** Lists the layers between the image and the network's outputs, in topological order. */
export function* layersSteps({
  index,
  shapes,
  pixels,
  parameters,
  fields,
}: LayerFacts): Steps<readonly Layer[]> {
  const nodes: NamedNode[] = [];
  yield* each(index.graph.nodes, (node) => {
    const isShown = node.outputs.some((output) => pixels.has(output));
    const kind = isShown ? layerKind(node, shapes, pixels) : undefined;
    if (kind !== undefined) {
      nodes.push({ node, kind, isProbability: isProbability(node, index) });
    }
  });
  const names = yield* layerNamesSteps(nodes, index.graph.nodes);
  const ownNames = new Set(names.map(({ name }) => name));
  return yield* mapped(nodes, ({ node, kind }, place): Layer => {
    const { name = node.name, alias } = names[place] ?? {};
    const bias = kind.isWeighted ? biasAddition(node, index, shapes, pixels) : undefined;
    const outputs = [node, bias].map((each) => each?.outputs[0]);
    const output = outputs.findLast((tensor) => tensor !== undefined) ?? '';
    const aliases = [alias, node.name, ...outputs, bias?.name].filter((other) => other !== undefined);
    return {
      name,
      aliases: [...new Set(aliases)].filter((other) => !ownNames.has(other)),
      node,
      output,
      outputShape: shapes.shapeOf(output),
      parameters: (parameters.ofNode.get(node) ?? 0) + (bias ? (parameters.ofNode.get(bias) ?? 0) : 0),
      multiplyAdds: multiplyAdds(node, shapes),
      receptiveField: fields.get(output),
      detail: layerDetail(node, shapes),
    };
  });
}

/** Operators that pass class probabilities on. */
const PASSING: readonly string[] = ['Identity', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Cast'];

/** True for a Softmax that nothing but an output of the network follows. */
function isProbability(node: Node, index: GraphIndex): boolean {
  if (node.opType !== 'Softmax') {
    return false;
  }
  let tensor = node.outputs[0] ?? '';
  for (;;) {
    const [reader, ...others] = index.consumers(tensor);
    if (reader === undefined) {
      return true;
    }
    if (others.length > 0 || !PASSING.includes(reader.opType)) {
      return false;
    }
    tensor = reader.outputs[0] ?? '';
  }
}

/** The Add behind a weighted node that adds one constant to each of its maps, and is its only reader. */
function biasAddition(
  node: Node,
  index: GraphIndex,
  shapes: Shapes,
  pixels: ReadonlySet<string>,
): Node | undefined {
  const output = node.outputs[0] ?? '';
  const [add, ...others] = index.consumers(output);
  const isOutput = index.graph.outputs.some(({ name }) => name === output);
  if (add?.opType !== 'Add' || others.length > 0 || isOutput) {
    return undefined;
  }
  const other = add.inputs.find((input) => input !== output) ?? '';
  const isMatrixProduct = node.opType.includes('MatMul');
  const maps = shapes.shapeOf(output)?.at(isMatrixProduct ? -1 : 1);
  return !pixels.has(other) && productOf(shapes.shapeOf(other) ?? []) === maps ? add : undefined;
}

/**
 * The layer that `query` names: by its name, or by an alias that no other layer has.
 * @throws UserError listing the candidates of an ambiguous query, or the nearest names of an unknown one
 */
export function findLayer(layers: readonly Layer[], query: string): Layer {
  const exact = layers.find(({ name }) => name === query);
  const found = exact ? [exact] : layers.filter(({ aliases }) => aliases.includes(query));
  const [layer] = found;
  if (layer === undefined) {
    throw new UserError(`there is no layer '${query}'; the nearest are ${listed(nearest(layers, query))}`);
  }
  if (found.length > 1) {
    throw new UserError(`'${query}' is the name of several layers; give one of ${listed(found)}`);
  }
  return layer;
}

function listed(layers: readonly Layer[]): string {
  return (
    layers.map(({ name, node }) => `'${name}' (${node.opType})`).join(', ') || 'none: the model has no layers'
  );
}

const SUGGESTIONS = 3;

function nearest(layers: readonly Layer[], query: string): readonly Layer[] {
  const wanted = query.toLowerCase();
  return layers
    .map((layer) => ({
      layer,
      distance: Math.min(
        ...[layer.name, ...layer.aliases].map((name) => editDistance(name.toLowerCase(), wanted)),
      ),
    }))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, SUGGESTIONS)
    .map(({ layer }) => layer);
}

/** Levenshtein's distance: insertions, deletions and substitutions from one word to another. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (const [row, letter] of [...a].entries()) {
    const current = [row + 1];
    for (const [column, other] of [...b].entries()) {
      const substituted = (previous[column] ?? 0) + (letter === other ? 0 : 1);
      current.push(Math.min(substituted, (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
