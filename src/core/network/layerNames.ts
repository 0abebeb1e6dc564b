/** Names of layers: the exporter's where it left any, numbers in the manner of the AlexNet paper otherwise. */

import { each, mapped } from '../steps.js';
import type { Steps } from '../steps.js';
import type { LayerKind } from './layerKind.js';
import { modulePath, nameInWeight, scopedPath } from '../onnx/modulePath.js';
import type { Node } from '../onnx/model.js';
import { weightInput } from '../onnx/multiplyAdds.js';

/** A node that is a layer. */
export interface NamedNode {
  readonly node: Node;
  readonly kind: LayerKind;
  /** True for the softmax that gives the network's class probabilities. */
  readonly isProbability: boolean;
}

export interface LayerName {
  readonly name: string;
  /** The numbered name, where the layer goes by another. */
  readonly alias: string | undefined;
}

/** A name such as `conv1_2`, whose number the layers behind can take over. */
const NUMBERED = /^(?:conv|fc|ip)_?(\d[\d_]*)$/;

/**
 * Names the layers, each name once.
 * @param nodes the layers' nodes in topological order
 * @param all all nodes of the graph: their module paths tell containers from layers
 */
export function* layerNamesSteps(
  nodes: readonly NamedNode[],
  all: readonly Node[],
): Steps<readonly LayerName[]> {
  const given = yield* exportedNamesSteps(nodes, all);
  const weighted = [...nodes.keys()].filter((place) => nodes[place]?.kind.isWeighted === true);
  const takesOver = weighted.length > 0 && weighted.every((place) => NUMBERED.test(given[place] ?? ''));
  let count = 0;
  let number = '0';
  const numbered = yield* mapped(nodes, ({ kind, isProbability }, place) => {
    if (kind.isWeighted) {
      count++;
      number = takesOver ? (NUMBERED.exec(given[place] ?? '')?.[1] ?? '') : String(count);
    }
    return isProbability ? 'prob' : `${kind.word}${number}`;
  });
  const taken = new Map<string, number>();
  // Exported names come first, so that no number takes one away.
  const names = yield* mapped(given, (name) => (name === undefined ? undefined : claim(name, taken)));
  return yield* mapped(numbered, (fallback, place) => {
    const name = names[place];
    return name === undefined
      ? { name: claim(fallback, taken), alias: undefined }
      : { name, alias: takesOver && nodes[place]?.kind.isWeighted === true ? undefined : fallback };
  });
}

/**
 * `name`, or `name_2`, `name_3`, ... where it is taken. `taken` counts how often each name was asked for, so that
 * many layers of one name do not search from the beginning.
 */
function claim(name: string, taken: Map<string, number>): string {
  let count = taken.get(name) ?? 0;
  let free = count === 0 ? name : `${name}_${++count}`;
  while (count > 0 && taken.has(free)) {
    free = `${name}_${++count}`;
  }
  taken.set(name, Math.max(1, count));
  if (free !== name) {
    taken.set(free, 1);
  }
  return free;
}

/** The name that the exporter gave to each layer, by its weights or by its module. */
function* exportedNamesSteps(
  nodes: readonly NamedNode[],
  all: readonly Node[],
): Steps<readonly (string | undefined)[]> {
  const containers = yield* containersSteps(all);
  const paths = yield* mapped(nodes, ({ node }) => modulePath(node));
  const byWeight = yield* namesByWeightsSteps(nodes, containers);
  const ofWeights = new Set(byWeight);
  const uses = new Map<string | undefined, number>();
  yield* each([...paths.entries()], ([place, path]) => {
    if (byWeight[place] === undefined) {
      uses.set(path, (uses.get(path) ?? 0) + 1);
    }
  });
  return yield* mapped(nodes, ({ kind }, place) => {
    const path = paths[place];
    const isModule = isLeaf(path, containers) && !ofWeights.has(path);
    // A module that does several things itself is no layer, unless it has weights.
    const isAlone = uses.get(path) === 1 || kind.isWeighted;
    return byWeight[place] ?? (isModule && isAlone ? path : undefined);
  });
}

/** True for the path of a module within the model that holds no other modules. */
function isLeaf(path: string | undefined, containers: ReadonlySet<string>): path is string {
  return path !== undefined && path !== '' && !containers.has(path);
}

/**
 * The layers' names in those of their weights. PyTorch's exporter keeps equal weights once, under the first layer's
 * name, as are those of all normalisations of one size before training. So where several layers bear one such name, a
 * layer with a module of its own goes by that; a module that is used several times keeps the name of its weights.
 */
function* namesByWeightsSteps(
  nodes: readonly NamedNode[],
  containers: ReadonlySet<string>,
): Steps<readonly (string | undefined)[]> {
  const names = yield* mapped(nodes, ({ node, kind }) => nameByWeights(node, kind));
  const paths = yield* mapped(nodes, ({ node }) => scopedPath(node));
  const bearers = new Map<string, Map<string | undefined, number>>();
  yield* each([...names.entries()], ([place, name]) => {
    if (name !== undefined) {
      const ofName = bearers.get(name) ?? new Map<string | undefined, number>();
      ofName.set(paths[place], (ofName.get(paths[place]) ?? 0) + 1);
      bearers.set(name, ofName);
    }
  });
  return yield* mapped(names, (name, place) => {
    const path = paths[place];
    const modules = name === undefined ? undefined : bearers.get(name);
    const isMerged = modules !== undefined && modules.size > 1 && modules.get(path) === 1;
    return isMerged && isLeaf(path, containers) ? path : name;
  });
}

function nameByWeights(node: Node, { isWeighted }: LayerKind): string | undefined {
  const first = node.inputs[isWeighted ? weightInput(node) : 1] ?? '';
  if (isWeighted) {
    // A matrix product may have its weights on the left.
    return nameInWeight(first) ?? nameInWeight(node.inputs[0] ?? '');
  }
  return HAS_SCALE.includes(node.opType) ? nameInWeight(first, true) : undefined;
}

const HAS_SCALE: readonly string[] = [
  'BatchNormalization',
  'InstanceNormalization',
  'LayerNormalization',
  'GroupNormalization',
  'RMSNormalization',
  'PRelu',
];

/** Modules that contain others. */
function* containersSteps(nodes: readonly Node[]): Steps<ReadonlySet<string>> {
  const containers = new Set<string>();
  const paths = new Set(yield* mapped(nodes, modulePath));
  yield* each(paths, (path) => {
    let parent = path ?? '';
    for (let dot = parent.lastIndexOf('.'); dot > 0; dot = parent.lastIndexOf('.')) {
      parent = parent.slice(0, dot);
      containers.add(parent);
    }
  });
  return containers;
}
