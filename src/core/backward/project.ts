/** The backward graph of a projection: from a signal at a tensor back to the image. */

import { UserError } from '../errors.js';
import { encodeModel } from '../onnx/encode.js';
import type { GraphIndex } from '../onnx/graphIndex.js';
import type { DerivedModel, Graph, Node } from '../onnx/model.js';
import type { Shapes } from '../onnx/shapes.js';
import { contextOf } from './context.js';
import type { ProjectionSetting } from './context.js';
import { GraphBuilder } from './graphBuilder.js';
import type { SavedTensor } from './graphBuilder.js';
import { checkShapes } from './shapeCheck.js';
import type { PlacedSignal } from './shapeCheck.js';
import { toFirstInput } from './signals.js';
import { pathBetween } from './path.js';
import { opsetOf, ruleFor } from './registry.js';
import { BACKWARD_OPSET } from './rule.js';
import type {
  BackwardContext,
  InputSignals,
  Method,
  NormalizationMode,
  OperatorRule,
  ValueName,
} from './rule.js';

/** Names of the backward model's first input and only output. */
export const SIGNAL = 'signal';
export const PROJECTION = 'projection';

/** What a projection needs to know of the user's model. */
export interface ProjectionSource {
  readonly index: GraphIndex;
  readonly shapes: Shapes;
  readonly opsets: ReadonlyMap<string, number>;
  readonly irVersion: number;
  /** Absolute folder that external data locations are relative to. */
  readonly folder: string;
  /** Path of the .onnx file, for messages. */
  readonly file: string;
}

export interface ProjectionOptions {
  /** The image input. */
  readonly image: string;
  /** The tensor at which the signal starts. */
  readonly target: string;
  readonly method: Method;
  readonly normalization: NormalizationMode;
}

export interface Projection {
  /** Forward tensors that the backward model reads, with the names of its inputs for them. */
  readonly saved: readonly SavedTensor[];
  /**
   * Inputs: `signal` (float32, the target's shape) and the saved tensors. Output: `projection` (float32, the
   * image input's shape).
   */
  readonly graph: Graph;
  readonly backward: DerivedModel;
}

/** Operators whose outputs are whole numbers that stand for real ones. */
const QUANTISING = /^(Dynamic)?QuantizeLinear$|^QLinear|Integer$/;

/**
 * Builds the backward model of a projection. Everything in it is float32, whatever the model's float type.
 * @throws UserError where the target does not depend on the image, or naming every node between the two that
 * has no backward rule
 */
export function buildProjection(source: ProjectionSource, options: ProjectionOptions): Projection {
  const { index, shapes, file } = source;
  const { image, target } = options;
  const path = pathBetween(index, shapes, image, target);
  if (path.nodes.length === 0) {
    const quantised = index.ancestors([target]).find(({ opType }) => QUANTISING.test(opType));
    throw new UserError(
      quantised === undefined
        ? `${file}: tensor '${target}' does not depend on the input '${image}' by a path of real-valued operators`
        : `${file}: tensor '${target}' is computed in whole numbers from node '${quantised.name}' (${quantised.opType}) on, through which no signal can be projected; use the float32 model that it was quantised from`,
    );
  }
  const rules = rulesOf(path.nodes, source);
  const builder = new GraphBuilder();
  const setting: ProjectionSetting = {
    graph: index.graph,
    shapes,
    method: options.method,
    normalization: options.normalization,
    builder,
    leadsToImage: (tensor) => path.tensors.has(tensor),
  };

  const placed: PlacedSignal[] = [];
  const arriving = new Map<string, ValueName[]>([
    [target, [builder.addInput(SIGNAL, 'float32', staticShape(source, target))]],
  ]);
  const signalAt = (tensor: string, owner: string): ValueName | undefined => {
    const parts = arriving.get(tensor) ?? [];
    return parts.length > 1 ? builder.emit(owner, 'Sum', parts, 1)[0] : parts[0];
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
          `${file}: node '${node.name}' (${node.opType}, opset ${opset}): its input ${position} ('${tensor}') depends on the image, and there is no backward rule for that input; choose a layer in front of it`,
        );
      }
      placed.push({ value, node, tensor });
      arriving.set(tensor, [...(arriving.get(tensor) ?? []), value]);
    });
  }

  const reached = signalAt(image, image);
  if (reached === undefined) {
    throw new UserError(`${file}: no signal from tensor '${target}' reaches the input '${image}'`);
  }
  const graph = builder.finish(reached, PROJECTION, staticShape(source, image));
  checkShapes(graph, placed, shapes);
  const { folder, irVersion } = source;
  const opsets = new Map([['', BACKWARD_OPSET]]);
  return {
    saved: builder.saved,
    graph,
    backward: encodeModel({ graph, opsets, irVersion, folder, file: source.file }),
  };
}

function staticShape({ shapes, file }: ProjectionSource, tensor: string): readonly number[] {
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
function rulesOf(nodes: readonly Node[], { opsets, file }: ProjectionSource): RuledNode[] {
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
