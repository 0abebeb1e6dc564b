/** The one builder of backward graphs: from signals at any tensors to the signals at any others. */

import { UserError } from '../errors.js';
import type { GraphIndex } from '../onnx/graphIndex.js';
import type { Graph, Node } from '../onnx/model.js';
import type { Shapes } from '../onnx/shapes.js';
import type { FloatTensor } from '../tensor.js';
import { contextOf } from './context.js';
import type { BackwardSetting } from './context.js';
import { GraphBuilder } from './graphBuilder.js';
import type { SavedTensor } from './graphBuilder.js';
import { checkShapes } from './shapeCheck.js';
import type { PlacedSignal } from './shapeCheck.js';
import { toFirstInput } from './signals.js';
import { pathBetween } from './path.js';
import type { Path } from './path.js';
import { opsetOf, ruleFor } from './registry.js';
import type {
  BackwardContext,
  InputSignals,
  Method,
  NormalizationMode,
  OperatorRule,
  ValueName,
} from './rule.js';

/** A network's graph, as far as derivatives need it. */
export interface DifferentiableGraph {
  readonly index: GraphIndex;
  readonly shapes: Shapes;
  readonly opsets: ReadonlyMap<string, number>;
  /** Path of the .onnx file, for messages. */
  readonly file: string;
}

/** The signal that starts at a tensor: an input of the backward graph by its name, or a fixed value. */
export type Cotangent =
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'constant'; readonly value: FloatTensor };

/** How signals pass the network's non-linearities. */
export interface Passage {
  readonly method: Method;
  readonly normalization: NormalizationMode;
}

/** Vector-Jacobian products. */
const EXACT: Passage = { method: 'gradient', normalization: 'exact' };

export interface BackwardGraph {
  /** Forward tensors that the graph reads, with the names of its inputs for them. */
  readonly saved: readonly SavedTensor[];
  /**
   * Inputs: those of the cotangents, then the saved tensors. Outputs: one for each wanted tensor, of its shape.
   * All signals are float32, whatever the model's float type; the nodes are of opset BACKWARD_OPSET.
   */
  readonly graph: Graph;
}

/** Operators whose outputs are whole numbers that stand for real ones. */
const QUANTISING = /^(Dynamic)?QuantizeLinear$|^QLinear|Integer$/;

/**
 * The graph that computes the signals at `wanted` tensors from those that start at others.
 *
 * With the method `gradient` a wanted tensor's signal is the derivative of sum(cotangent · tensor), summed over the
 * tensors with a cotangent, by the wanted one. Only what leads to a wanted tensor is computed.
 * @param cotangents by tensor; float32 of the tensor's shape
 * @param wanted name of the graph's output by wanted tensor: an input, a constant, or what a node computes
 * @throws UserError where no wanted tensor leads to one with a cotangent, or the other way round, or naming every
 * node between the two that has no backward rule
 */
export function differentiate(
  source: DifferentiableGraph,
  cotangents: ReadonlyMap<string, Cotangent>,
  wanted: ReadonlyMap<string, string>,
  { method, normalization }: Passage = EXACT,
): BackwardGraph {
  const { index, shapes, file } = source;
  const [starts, ends] = [[...cotangents.keys()], [...wanted.keys()]];
  const path = pathBetween(index, shapes, ends, starts);
  checkConnected(source, path, starts, ends);
  const rules = rulesOf(path.nodes, source);
  const builder = new GraphBuilder();
  const setting: BackwardSetting = {
    graph: index.graph,
    shapes,
    method,
    normalization,
    builder,
    isWanted: (tensor) => path.tensors.has(tensor),
  };

  const placed: PlacedSignal[] = [];
  const arriving = new Map<string, ValueName[]>();
  for (const [tensor, cotangent] of cotangents) {
    arriving.set(tensor, [start(builder, cotangent, staticShape(source, tensor))]);
  }
  // Asked for once all that read the tensor have sent their parts.
  const sums = new Map<string, ValueName | undefined>();
  const signalAt = (tensor: string, owner: string): ValueName | undefined => {
    if (!sums.has(tensor)) {
      const parts = arriving.get(tensor) ?? [];
      sums.set(tensor, parts.length > 1 ? builder.emit(owner, 'Sum', parts, 1)[0] : parts[0]);
    }
    return sums.get(tensor);
  };

  for (const { node, rule, opset } of rules.reverse()) {
    const signals = node.outputs.map((output) => signalAt(output, node.name));
    if (signals.every((signal) => signal === undefined)) {
      continue;
    }
    const unread = new Set(signals.flatMap((signal, output) => (signal === undefined ? [] : [output])));
    const context = contextOf(setting, node, rule, opset, (output) => {
      unread.delete(output);
      return signals[output];
    });
    const results = backwardOf(rule, context, file);
    for (const output of unread) {
      throw new UserError(
        `${file}: node '${node.name}' (${node.opType}, opset ${opset}): the layer depends on its output ${output} ('${node.outputs[output] ?? ''}'), and there is no backward rule for that output; choose a layer in front of it`,
      );
    }
    node.inputs.forEach((tensor, position) => {
      if (!path.tensors.has(tensor)) {
        return;
      }
      const value = results.get(position);
      if (value === undefined) {
        throw new UserError(
          `${file}: node '${node.name}' (${node.opType}, opset ${opset}): a signal is wanted at its input ${position} ('${tensor}'), and there is no backward rule for that input in the method ${method}; choose a layer in front of it`,
        );
      }
      placed.push({ value, node, tensor });
      arriving.set(tensor, [...(arriving.get(tensor) ?? []), value]);
    });
  }

  for (const [tensor, output] of wanted) {
    const signal = signalAt(tensor, tensor);
    if (signal === undefined) {
      throw new UserError(`${file}: no signal from '${starts.join("', '")}' reaches tensor '${tensor}'`);
    }
    builder.addOutput(signal, output, staticShape(source, tensor));
  }
  const graph = builder.finish();
  checkShapes(graph, placed, shapes);
  return { saved: builder.saved, graph };
}

function start(builder: GraphBuilder, cotangent: Cotangent, shape: readonly number[]): ValueName {
  if (cotangent.kind === 'input') {
    return builder.addInput(cotangent.name, 'float32', shape);
  }
  const { value } = cotangent;
  if (value.shape.join() !== shape.join()) {
    throw new Error(
      `a cotangent of shape [${value.shape.join(', ')}] for a tensor of shape [${shape.join(', ')}]`,
    );
  }
  return builder.addConstant('float32', value.data, shape);
}

/** @throws UserError naming the first tensor from or to which no way leads */
function checkConnected(
  { index, file }: DifferentiableGraph,
  { tensors, reached }: Path,
  starts: readonly string[],
  ends: readonly string[],
): void {
  const isInput = (tensor: string): boolean => index.graph.inputs.some(({ name }) => name === tensor);
  const list = (names: readonly string[]): string =>
    names.map((tensor) => (isInput(tensor) ? `the input '${tensor}'` : `tensor '${tensor}'`)).join(', ');
  const apart = starts.find((tensor) => !tensors.has(tensor));
  const unreached = ends.find((tensor) => !reached.has(tensor));
  const quantised =
    apart === undefined ? undefined : index.ancestors([apart]).find(({ opType }) => QUANTISING.test(opType));
  if (quantised !== undefined) {
    throw new UserError(
      `${file}: tensor '${apart}' is computed in whole numbers from node '${quantised.name}' (${quantised.opType}) on, through which no signal can be projected; use the float32 model that it was quantised from`,
    );
  }
  if (apart !== undefined || unreached !== undefined) {
    const from = list(apart === undefined ? starts : [apart]);
    const to = list(apart === undefined && unreached !== undefined ? [unreached] : ends);
    throw new UserError(`${file}: ${from} does not depend on ${to} by a path of real-valued operators`);
  }
}

function staticShape({ shapes, file }: DifferentiableGraph, tensor: string): readonly number[] {
  const shape = shapes.staticShapeOf(tensor);
  if (shape === undefined) {
    throw new UserError(`${file}: the shape of tensor '${tensor}' cannot be told without running the model`);
  }
  return shape;
}

interface RuledNode {
  readonly node: Node;
  readonly rule: OperatorRule;
  readonly opset: number;
}

/** @throws UserError that lists every node without a rule */
function rulesOf(nodes: readonly Node[], { opsets, file }: DifferentiableGraph): RuledNode[] {
  const missing: string[] = [];
  const found = nodes.flatMap((node) => {
    const opset = opsetOf(node, opsets);
    const rule = ruleFor(node, opset);
    if (rule === undefined) {
      const domain = node.domain === '' ? 'ai.onnx' : node.domain;
      missing.push(`'${node.name}' (${node.opType}, domain ${domain}, opset ${opset})`);
      return [];
    }
    return [{ node, rule, opset }];
  });
  if (missing.length > 0) {
    throw new UserError(
      `${file}: unsupported operator on the backward path: ${missing.join(', ')}; choose a layer in front of it, or add a rule (docs/adding-an-operator.md)`,
    );
  }
  return found;
}

/** @throws UserError that names the file, for what a rule cannot do with its node */
function backwardOf(rule: OperatorRule, context: BackwardContext, file: string): InputSignals {
  try {
    switch (rule.kind) {
      case 'shared':
        return rule.backward(context);
      case 'gated':
        return rule[context.method](context);
      case 'normalization':
        return context.method === 'deconvnet' && context.normalization === 'pass'
          ? toFirstInput(context, (signal) => signal)
          : rule.gradient(context);
    }
  } catch (error) {
    throw error instanceof UserError ? new UserError(`${file}: ${error.message}`) : error;
  }
}
