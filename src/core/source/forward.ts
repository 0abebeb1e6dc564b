/** Follows `forward` along a network's graph: which node each line of it makes. */

import type { Network } from '../network/network.js';
import type { Layer } from '../network/layers.js';
import type { Node } from '../onnx/model.js';
import { operatorsOfFunction, plainName } from './functions.js';
import type { Tracer } from './interpreter.js';
import { deniesBias, fits, isWeighted, operatorsOf, torchClassOf, weightShapeOf } from './layerClasses.js';
import type { SourceMatch } from './match.js';
import { pathsIn } from './moduleTree.js';
import type { ModuleTree } from './moduleTree.js';
import type { SourceRange } from './positions.js';
import type { Arguments, Instance, TensorValue, Value } from './values.js';
import { UNKNOWN } from './values.js';
import { weightInput } from '../onnx/multiplyAdds.js';

/** A call or operator in `forward`, and the layer it makes. */
export interface TracedCall {
  readonly range: SourceRange;
  readonly layer: string;
}

export interface Trace {
  readonly calls: readonly TracedCall[];
  /** Layers that each module without submodules makes, every time it is used. */
  readonly ofModule: ReadonlyMap<Instance, ReadonlySet<string>>;
  /** Batch normalisations that the exporter folded away, and the layers whose weights they went into. */
  readonly folded: ReadonlyMap<Instance, ReadonlySet<string>>;
}

/**
 * Runs `forward` of the matched model with the network's input. A step is followed only where exactly one node of
 * the graph can be meant; behind one that cannot be told, nothing is said until a layer with weights is reached.
 */
export function traceForward(network: Network, match: SourceMatch, tree: ModuleTree): Trace {
  const tracer = new GraphTracer(network, match, foldable(network, pathsIn(tree.root)));
  tree.follow(tracer, { kind: 'tensor', name: network.input.name });
  return tracer;
}

/** What may leave no node in the graph: an exporter drops it, or folds it into the layer before. */
const VANISHING = /^(?:(?:Alpha|Feature)?Dropout(?:[123]d)?|Identity|BatchNorm[123]d|(?:de)?quant)$/i;
const VANISHING_FUNCTIONS: ReadonlySet<string> = new Set([
  ...['dropout', 'dropout2d', 'alpha_dropout', 'feature_dropout', 'contiguous', 'float', 'clone', 'detach'],
  ...['to', 'type', 'type_as', 'requires_grad_', 'cuda', 'cpu', 'flatten', 'view', 'reshape', 'squeeze'],
]);

/** Nodes that are no step of the source. */
const SILENT: ReadonlySet<string> = new Set(['Identity', 'Cast', 'CastLike']);

class GraphTracer implements Tracer, Trace {
  readonly calls: TracedCall[] = [];
  readonly ofModule = new Map<Instance, Set<string>>();
  private readonly layerOfNode: ReadonlyMap<Node, Layer>;
  private readonly layerOfModule = new Map<Instance, Layer>();
  /** The module that made each tensor, for modules that have layers of their own. */
  private readonly makers = new Map<string, Instance>();
  readonly folded = new Map<Instance, Set<string>>();

  constructor(
    private readonly network: Network,
    match: SourceMatch,
    private readonly foldablePath: (instance: Instance) => string | undefined,
  ) {
    this.layerOfNode = new Map(network.layers.map((layer) => [layer.node, layer]));
    const byName = new Map(network.layers.map((layer) => [layer.name, layer]));
    for (const [name, instance] of match.modules) {
      const layer = byName.get(name);
      if (layer !== undefined) {
        this.layerOfModule.set(instance, layer);
      }
    }
  }

  module(instance: Instance, args: Arguments, site: SourceRange): Value {
    const operators = operatorsOf(instance);
    const inputs = tensorsIn(args);
    const named = this.layerOfModule.get(instance);
    if (named !== undefined && operators !== undefined && isWeighted(operators)) {
      this.record(named, site, instance);
      this.makers.set(named.output, instance);
      return tensor(named.output);
    }
    const node =
      operators === undefined
        ? undefined
        : this.step(inputs, operators, (each) =>
            fits(weightShapeOf(instance), this.network.shapes.shapeOf(each.inputs[weightInput(each)] ?? '')),
          );
    if (node !== undefined) {
      return this.follow(node, site, instance);
    }
    this.fold(instance, inputs[0]);
    return VANISHING.test(torchClassOf(instance) ?? '') ? (inputs[0] ?? UNKNOWN) : tensor(undefined);
  }

  /**
   * Notes a normalisation without a node and parameters of its own, right behind a layer that has got a bias which the
   * source denies it, or whose node says that the normalisation went into it.
   */
  private fold(instance: Instance, input: TensorValue | undefined): void {
    const maker = this.makers.get(input?.name ?? '');
    const layer = maker && this.layerOfModule.get(maker);
    const path = this.foldablePath(instance);
    if (maker === undefined || layer?.output !== input?.name || layer === undefined || path === undefined) {
      return;
    }
    const channels = this.network.shapes.shapeOf(layer.node.inputs[2] ?? '');
    const isFolded = hasGotBias(maker, layer.node) || tellsOfFolding(layer.node, path);
    if (isFolded && fits(weightShapeOf(instance), channels)) {
      this.folded.set(instance, (this.folded.get(instance) ?? new Set()).add(layer.name));
    }
  }

  function(name: string, args: Arguments, site: SourceRange): Value {
    const [, own] = /^torch\.(?:nn\.functional\.|special\.)?(\w+)$/.exec(name) ?? [];
    return own === undefined ? UNKNOWN : this.apply(own, tensorsIn(args), site);
  }

  method(name: string, value: TensorValue, args: Arguments, site: SourceRange): Value {
    const isShape = name === 'size' || name === 'dim' || name === 'numel';
    return isShape ? UNKNOWN : this.apply(name, [value, ...tensorsIn(args)], site);
  }

  operator(operator: string, operands: readonly Value[], site: SourceRange): Value {
    const inputs = operands.filter((each) => each.kind === 'tensor');
    return inputs.length === 0 ? UNKNOWN : this.apply(operator, inputs, site);
  }

  private apply(name: string, inputs: readonly TensorValue[], site: SourceRange): Value {
    const operators = operatorsOfFunction(name);
    const node = operators && this.step(inputs, operators);
    if (node !== undefined) {
      return this.follow(node, site, undefined);
    }
    return VANISHING_FUNCTIONS.has(plainName(name)) ? (inputs[0] ?? UNKNOWN) : tensor(undefined);
  }

  /** The only node of one of these kinds that reads all the tensors; undefined where none or several do. */
  private step(
    inputs: readonly TensorValue[],
    operators: readonly string[],
    suits: (node: Node) => boolean = () => true,
  ): Node | undefined {
    const [first, ...others] = inputs;
    if (first?.name === undefined || others.some(({ name }) => name === undefined)) {
      return undefined;
    }
    const names = others.map(({ name }) => this.behindSilent(name ?? ''));
    const readers = this.network.index
      .consumers(this.behindSilent(first.name))
      .filter((node) => names.every((name) => node.inputs.includes(name)));
    const [node, ...more] = readers.filter((each) => operators.includes(each.opType) && suits(each));
    return more.length === 0 ? node : undefined;
  }

  /** The tensor behind type conversions and copies that have no place in the source. */
  private behindSilent(name: string): string {
    let last = name;
    for (;;) {
      const [reader, ...others] = this.network.index.consumers(last);
      const output = reader?.outputs[0];
      if (reader === undefined || output === undefined || others.length > 0 || !SILENT.has(reader.opType)) {
        return last;
      }
      last = output;
    }
  }

  private follow(node: Node, site: SourceRange, instance: Instance | undefined): TensorValue {
    const layer = this.layerOfNode.get(node);
    if (layer !== undefined) {
      this.record(layer, site, instance);
    }
    return tensor(layer?.output ?? node.outputs[0]);
  }

  private record({ name }: Layer, range: SourceRange, instance: Instance | undefined): void {
    this.calls.push({ range, layer: name });
    if (instance !== undefined) {
      const layers = this.ofModule.get(instance) ?? new Set();
      layers.add(name);
      this.ofModule.set(instance, layers);
    }
  }
}

/** Whether the source makes the layer without a bias, and the graph has one. */
function hasGotBias(maker: Instance, { opType, inputs }: Node): boolean {
  const takesBias = ['Conv', 'FusedConv', 'ConvTranspose', 'Gemm'].includes(opType);
  return takesBias && (inputs[2] ?? '') !== '' && deniesBias(maker);
}

/** Whether PyTorch's default exporter left a note that it fused the normalisation of that path into the node. */
function tellsOfFolding({ metadata }: Node, path: string): boolean {
  const rules = metadata.get('pkg.onnxscript.rewriter.rule_name') ?? '';
  const scopes = metadata.get('pkg.torch.onnx.name_scopes') ?? '';
  return /\bFuseBatchNormInto/.test(rules) && scopes.includes(`'${path}'`);
}

/** Gives the path of a batch normalisation of which the network has no parameters left; undefined for other modules. */
function foldable(
  { index }: Network,
  paths: ReadonlyMap<Instance, string>,
): (instance: Instance) => string | undefined {
  const names = [...index.graph.constants.keys()];
  return (instance) => {
    const path = paths.get(instance);
    const isBatchNorm = /^(?:Sync)?BatchNorm(?:[123]d)?$/.test(torchClassOf(instance) ?? '');
    const hasParameters = names.some((name) => `.${name}`.includes(`.${path ?? ''}.`));
    return isBatchNorm && !hasParameters ? path : undefined;
  };
}

function tensor(name: string | undefined): TensorValue {
  return { kind: 'tensor', name };
}

/** The tensors among the arguments, those of lists included: `torch.cat([a, b])`. */
function tensorsIn({ positional, named }: Arguments): readonly TensorValue[] {
  return [...positional, ...named.values()].flatMap((value) => {
    const items = value.kind === 'sequence' ? value.items : [value];
    return items.filter((each) => each.kind === 'tensor');
  });
}
