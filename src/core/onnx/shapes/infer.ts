/** Shape and type inference over a graph. */

import { UserError } from '../../errors.js';
import { atOnce, each } from '../../steps.js';
import type { Steps } from '../../steps.js';
import type { DataType } from '../../tensor.js';
import { inlineNumbers } from '../constants.js';
import type { Constant, Dimension, Graph, Node, ValueInfo } from '../model.js';
import type { Shapes } from '../shapes.js';
import { differ, formatShape, isStatic } from './dimensions.js';
import type { Shape } from './dimensions.js';
import { isSmall } from './evaluation.js';
import { UNKNOWN, impossible, numbersOf } from './inference.js';
import type { Fact, InferenceContext } from './inference.js';
import { inferenceFor } from './registry.js';

export interface InferenceOptions {
  /** Shapes of graph inputs that replace those of the file; symbols in the file's shapes are bound to them. */
  readonly inputShapes: ReadonlyMap<string, readonly Dimension[]>;
  /** Shapes of intermediate tensors that a run of the model for these inputs told. */
  readonly measured?: ReadonlyMap<string, readonly number[]> | undefined;
  /** The values of a constant that is at hand without reading weights. */
  readonly valuesOfConstant: (name: string) => readonly number[] | undefined;
}

/** Facts by tensor; a subgraph's scope sees the enclosing one. */
type Scope = (tensor: string) => Fact | undefined;

interface Setting {
  readonly opsets: ReadonlyMap<string, number>;
  /** What the file says of a tensor, as far as it can be believed. */
  readonly stated: (tensor: string) => Fact;
}

/**
 * Infers what is known of every tensor of `graph` without running it. Where inference and the file's own
 * statements contradict each other, inference wins.
 * @throws UserError naming the node, its operator and the shapes where they cannot go together
 */
export function inferShapes(
  graph: Graph,
  opsets: ReadonlyMap<string, number>,
  options: InferenceOptions,
): Shapes {
  return atOnce(inferredShapesSteps(graph, opsets, options));
}

/** The same in steps. */
export function* inferredShapesSteps(
  graph: Graph,
  opsets: ReadonlyMap<string, number>,
  options: InferenceOptions,
): Steps<Shapes> {
  const inputs = new Map(graph.inputs.map((input) => [input.name, inputFact(input, options)]));
  const constants = new Map<string, Fact>();
  const valuesOf = ({ name }: Constant): readonly number[] | undefined => options.valuesOfConstant(name);
  const outer: Scope = (tensor) => {
    const known = inputs.get(tensor) ?? constants.get(tensor);
    const constant = graph.constants.get(tensor);
    if (known !== undefined || constant === undefined) {
      return known;
    }
    const fact = new ConstantFact(constant, valuesOf);
    constants.set(tensor, fact);
    return fact;
  };
  const facts = yield* nodeShapesSteps(graph.nodes, outer, {
    opsets,
    stated: statementsOf(graph, inputs, options.measured),
  });
  const factOf = (name: string): Fact => facts.get(name) ?? outer(name) ?? UNKNOWN;
  return {
    shapeOf: (name) => factOf(name).shape,
    staticShapeOf: (name) => {
      const { shape } = factOf(name);
      return shape !== undefined && isStatic(shape) ? shape : undefined;
    },
    typeOf: (name) => factOf(name).dtype,
    valuesOf: (name) => numbersOf(factOf(name)),
  };
}

function inputFact(input: ValueInfo, { inputShapes }: InferenceOptions): Fact {
  return { dtype: input.dtype, shape: inputShapes.get(input.name) ?? input.shape };
}

/** What is known of a constant. Few look at its values: they are read where somebody does. */
class ConstantFact implements Fact {
  constructor(
    private readonly constant: Constant,
    private readonly valuesOf: (constant: Constant) => readonly number[] | undefined,
  ) {}

  get dtype(): DataType {
    return this.constant.dtype;
  }

  get shape(): Shape {
    return this.constant.shape;
  }

  get values(): readonly number[] | undefined {
    return isSmall(this.constant.shape) ? this.valuesOf(this.constant) : undefined;
  }
}

/**
 * What the file says of intermediate tensors, its symbols bound to the sizes that the inputs have now. When an
 * input has a size other than the file's, the statements were made for another size and only types hold.
 */
function statementsOf(
  graph: Graph,
  inputs: ReadonlyMap<string, Fact>,
  measured: InferenceOptions['measured'],
): (tensor: string) => Fact {
  const bound = new Map<string, Dimension>();
  let isOtherSize = false;
  for (const { name, shape } of graph.inputs) {
    const actual = inputs.get(name)?.shape;
    shape?.forEach((size, axis) => {
      if (typeof size === 'string') {
        bound.set(size, actual?.[axis]);
      }
      isOtherSize ||= size !== undefined && typeof size !== 'string' && differ(size, actual?.[axis]);
    });
  }
  const outputs = new Map(graph.outputs.map((output) => [output.name, output]));
  return (tensor) => {
    const info = graph.valueInfo.get(tensor) ?? outputs.get(tensor);
    const seen = measured?.get(tensor);
    if (seen !== undefined || info === undefined) {
      return seen === undefined ? UNKNOWN : { dtype: info?.dtype, shape: seen };
    }
    const shape = isOtherSize
      ? undefined
      : info.shape?.map((size) => (typeof size === 'string' && bound.has(size) ? bound.get(size) : size));
    return { dtype: info.dtype, shape };
  };
}

function* nodeShapesSteps(
  nodes: readonly Node[],
  outer: Scope,
  setting: Setting,
): Steps<ReadonlyMap<string, Fact>> {
  const facts = new Map<string, Fact>();
  const scope: Scope = (tensor) => facts.get(tensor) ?? outer(tensor);
  const infer = (node: Node): void => {
    if (node.body !== undefined) {
      // What a composite computes is what its body does.
      node.body.forEach(infer);
      return;
    }
    const inferred = inferNode(node, scope, setting);
    for (const [index, tensor] of node.outputs.entries()) {
      if (tensor !== '') {
        facts.set(tensor, merged(inferred[index] ?? UNKNOWN, setting.stated(tensor)));
      }
    }
  };
  yield* each(nodes, infer);
  return facts;
}

function inferNode(node: Node, scope: Scope, setting: Setting): readonly Fact[] {
  const input = (index: number): Fact => {
    const tensor = node.inputs[index] ?? '';
    return tensor === '' ? UNKNOWN : (scope(tensor) ?? UNKNOWN);
  };
  const context: InferenceContext = {
    node,
    opset: setting.opsets.get(node.domain) ?? 1,
    input,
    has: (index) => (node.inputs[index] ?? '') !== '',
    subgraph: (graph) => inferSubgraph(graph, scope, setting),
  };
  const facts = inferenceFor(node.domain, node.opType)?.(context) ?? [];
  for (const { shape } of facts) {
    if (shape?.some((size) => typeof size === 'number' && !(size >= 0 && Number.isSafeInteger(size)))) {
      const inputs = node.inputs.map((_, index) => formatShape(input(index).shape)).join(', ');
      throw impossible(context, `from ${inputs} it would make the shape ${formatShape(shape)}`);
    }
  }
  return facts;
}

/** The branch that is not taken may well be impossible: exporters write one for each case. */
function inferSubgraph(graph: Graph, scope: Scope, setting: Setting): readonly Fact[] | undefined {
  const outer: Scope = (tensor) => {
    const constant = graph.constants.get(tensor);
    return constant === undefined ? scope(tensor) : new ConstantFact(constant, inlineNumbers);
  };
  try {
    const facts = atOnce(nodeShapesSteps(graph.nodes, outer, { ...setting, stated: () => UNKNOWN }));
    return graph.outputs.map(({ name }) => facts.get(name) ?? outer(name) ?? UNKNOWN);
  } catch (error) {
    if (error instanceof UserError) {
      return undefined;
    }
    throw error;
  }
}

function merged(inferred: Fact, stated: Fact): Fact {
  return stated === UNKNOWN
    ? inferred
    : {
        dtype: inferred.dtype ?? stated.dtype,
        shape: mergedShape(inferred.shape, stated.shape),
        values: inferred.values,
      };
}

/** The file's sizes fill gaps, unless the two contradict each other. */
function mergedShape(inferred: Shape | undefined, stated: Shape | undefined): Shape | undefined {
  if (inferred === undefined) {
    return stated;
  }
  const agrees =
    stated !== undefined &&
    stated.length === inferred.length &&
    !inferred.some((size, axis) => differ(size, stated[axis]));
  return agrees ? inferred.map((size, axis) => size ?? stated[axis]) : inferred;
}
