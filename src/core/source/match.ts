/** Which module of a source each layer of a network is. */

import type { Network } from '../network/network.js';
import type { Dimension } from '../onnx/model.js';
import { modulePath, nameInWeight } from '../onnx/modulePath.js';
import { weightInput } from '../onnx/multiplyAdds.js';
import { fits, isWeighted, operatorsOf, weightShapeOf } from './layerClasses.js';
import { modulesAt, pathsIn } from './moduleTree.js';
import type { ModuleTree } from './moduleTree.js';
import type { Instance } from './values.js';
import { rangeKey } from './positions.js';

/** A layer under the module path that its exporter left. */
export interface NamedLayer {
  /** The layer's name. */
  readonly layer: string;
  /** The module's path as the exporter left it; where it left two, the more exact one first. */
  readonly paths: readonly string[];
  readonly operator: string;
  /** Shape of its weights; undefined where it has none or it is not known. */
  readonly weights: readonly Dimension[] | undefined;
}

/** A source that makes a network. */
export interface SourceMatch {
  readonly trees: readonly ModuleTree[];
  /** The module of each layer that was found, in the first tree; all trees agree on where it was made. */
  readonly modules: ReadonlyMap<string, Instance>;
  /** Path of each of those modules in the source. */
  readonly paths: ReadonlyMap<string, string>;
  /** Share of the network's named layers with weights that were found. */
  readonly coverage: number;
}

/** Layers with a module path: from the exporter's scopes, and from names of weights. */
export function namedLayers({ layers, shapes }: Network): readonly NamedLayer[] {
  return layers.flatMap(({ name, node }): readonly NamedLayer[] => {
    const { opType } = node;
    const hasWeights = isWeighted([opType]);
    const weight = node.inputs[weightInput(node)] ?? '';
    const isScale = opType.endsWith('Normalization') || opType === 'PRelu';
    const ofWeight = hasWeights
      ? (nameInWeight(weight, isScale) ?? nameInWeight(node.inputs[0] ?? '', isScale))
      : undefined;
    // TorchScript leaves the name of a ModuleDict out of its scopes; names of weights have it.
    const paths = [modulePath(node) ?? '', ofWeight ?? ''].filter((path) => path !== '');
    const weights = hasWeights ? shapes.shapeOf(weight) : undefined;
    return paths.length === 0 ? [] : [{ layer: name, paths, operator: opType, weights }];
  });
}

/** Fewer of the layers than this is chance. */
const LEAST_COVERAGE = 0.5;
/** More layers that the source makes differently, in the share of those found, is another model. */
const MOST_CONTRADICTIONS = 0.1;

/**
 * The trees that make a network, if any does. Where several fit equally well, a layer is left out unless all of
 * them make it at the same place: no match is better than a wrong one.
 */
export function matchTrees(
  trees: readonly ModuleTree[],
  layers: readonly NamedLayer[],
): SourceMatch | undefined {
  const weighted = layers.filter(({ operator }) => isWeighted([operator]));
  if (weighted.length === 0) {
    return undefined;
  }
  const scored = trees.flatMap((tree) => bestOf(tree, layers, weighted.length) ?? []);
  const best = scored.reduce(
    (most: Fit | undefined, each) => (isBetter(each, most) ? each : most),
    undefined,
  );
  if (best === undefined) {
    return undefined;
  }
  const equals = scored.filter((each) => !isBetter(best, each));
  const modules = new Map<string, Instance>();
  const paths = new Map<string, string>();
  for (const [layer, { instance, path }] of best.found) {
    const places = new Set(equals.map(({ found }) => placeOf(found.get(layer)?.instance)));
    if (instance !== undefined && places.size === 1) {
      modules.set(layer, instance);
      paths.set(layer, path);
    }
  }
  return {
    trees: equals.map(({ tree }) => tree),
    modules,
    paths,
    coverage: best.hits / weighted.length,
  };
}

function placeOf(instance: Instance | undefined): string {
  const at = instance?.created.at(-1);
  return at === undefined ? '' : rangeKey(at);
}

interface Found {
  /** Undefined where the source leaves several possible. */
  readonly instance: Instance | undefined;
  readonly path: string;
}

interface Fit {
  readonly tree: ModuleTree;
  readonly found: ReadonlyMap<string, Found>;
  /** Layers with weights that were found. */
  readonly hits: number;
  /** Layers that the source names outright. */
  readonly sure: number;
  /** Layers that the source makes as something else, or does not have. */
  readonly misses: number;
  /** Modules with weights that the network does not have. */
  readonly extras: number;
}

function isBetter(one: Fit, other: Fit | undefined): boolean {
  if (other === undefined) {
    return true;
  }
  const order = [
    one.hits - other.hits,
    other.misses - one.misses,
    one.sure - other.sure,
    other.extras - one.extras,
  ];
  return (order.find((difference) => difference !== 0) ?? 0) > 0;
}

/** How well a tree fits, under the prefix of the network's or the tree's paths that suits best. */
function bestOf(tree: ModuleTree, layers: readonly NamedLayer[], total: number): Fit | undefined {
  const paths = pathsIn(tree.root);
  let best: Fit | undefined;
  for (const prefix of prefixesOf(layers, paths)) {
    const each = fitOf(tree, paths, layers, prefix);
    best = isBetter(each, best) ? each : best;
  }
  const isEnough =
    best !== undefined &&
    best.hits / total >= LEAST_COVERAGE &&
    best.misses <= MOST_CONTRADICTIONS * best.hits;
  return isEnough ? best : undefined;
}

/** A beginning that paths of the network have more than those of the source, or less. */
interface Prefix {
  readonly ofNetwork: string;
  readonly ofSource: string;
}

function prefixesOf(layers: readonly NamedLayer[], paths: ReadonlyMap<Instance, string>): readonly Prefix[] {
  const [first] = layers.filter(({ operator }) => isWeighted([operator]));
  const holds = (prefix: string): number =>
    layers.filter(({ paths: all }) => all.some((path) => path.startsWith(`${prefix}.`))).length;
  // A wrapper holds most of the network.
  const wrappers = (first?.paths ?? [])
    .flatMap(ancestors)
    .filter((prefix) => holds(prefix) >= layers.length * LEAST_COVERAGE);
  const parts = [...paths].flatMap(([instance, path]) =>
    path !== '' && operatorsOf(instance) === undefined && !path.includes('.') ? [path] : [],
  );
  return [
    { ofNetwork: '', ofSource: '' },
    ...wrappers.map((ofNetwork) => ({ ofNetwork, ofSource: '' })),
    ...parts.map((ofSource) => ({ ofNetwork: '', ofSource })),
  ];
}

function ancestors(path: string): readonly string[] {
  const parts = path.split('.');
  return parts.slice(1).map((_, place) => parts.slice(0, place + 1).join('.'));
}

function fitOf(
  tree: ModuleTree,
  paths: ReadonlyMap<Instance, string>,
  layers: readonly NamedLayer[],
  { ofNetwork, ofSource }: Prefix,
): Fit {
  const found = new Map<string, Found>();
  const used = new Set<Instance>();
  let hits = 0;
  let misses = 0;
  let sure = 0;
  const inside = (path: string): boolean => ofNetwork === '' || path.startsWith(`${ofNetwork}.`);
  for (const named of layers) {
    const candidates = named.paths.filter(inside).map((path) => {
      const rest = ofNetwork === '' ? path : path.slice(ofNetwork.length + 1);
      const own = [ofSource, rest].filter((part) => part !== '').join('.');
      const modules = modulesAt(tree.root, own);
      return { path: own, modules, fitting: modules.filter((each) => suits(each, named)) };
    });
    if (candidates.length === 0) {
      continue;
    }
    const { path, fitting } = candidates.find((each) => each.fitting.length > 0) ?? { path: '', fitting: [] };
    const hasWeights = isWeighted([named.operator]);
    if (fitting.length > 0) {
      const places = new Set(fitting.map(placeOf));
      const [instance] = fitting;
      fitting.forEach((each) => used.add(each));
      found.set(named.layer, { instance: places.size === 1 ? instance : undefined, path });
      hits += hasWeights ? 1 : 0;
      sure += instance !== undefined && paths.get(instance) === path ? 1 : 0;
    } else if (hasWeights || candidates.some(({ modules }) => modules.some(contradicts))) {
      misses++;
    }
  }
  const extras = [...paths.keys()].filter(
    (each) => !used.has(each) && isWeighted(operatorsOf(each) ?? []),
  ).length;
  return { tree, found, hits, misses, sure, extras };
}

/** True where a module may have been exported as that layer. */
function suits(instance: Instance, { operator, weights }: NamedLayer): boolean {
  return operatorsOf(instance)?.includes(operator) === true && fits(weightShapeOf(instance), weights);
}

/** True for a module of a known class, of which a node of another kind cannot come. */
function contradicts(instance: Instance): boolean {
  return isWeighted(operatorsOf(instance) ?? []);
}
