/** Derived models: the user's graph cut down to what is asked, for inputs of a fixed size. */

import { UserError } from '../errors.js';
import { atOnce } from '../steps.js';
import type { Steps } from '../steps.js';
import { codeOf } from './dataTypes.js';
import { encodeModel } from './encode.js';
import { toInt64 } from './integers.js';
import { indexGraph, readsOf } from './graphIndex.js';
import { inlineNumbers } from './constants.js';
import { inferredShapesSteps } from './shapes/infer.js';
import { intAttribute } from './attributes.js';
import type { Constant, DerivedModel, Graph, Model, Node } from './model.js';
import type { Shapes } from './shapes.js';

/**
 * Shapes of a model's tensors when its inputs have the given shapes.
 * @throws UserError naming the file and the node whose shapes contradict each other
 */
export function shapesFor(
  model: Pick<Model, 'graph' | 'opsets' | 'file'>,
  inputShapes: ReadonlyMap<string, readonly number[]>,
): Shapes {
  return atOnce(shapesSteps(model, inputShapes));
}

/** The same in steps. @param measured shapes that a run for these inputs told */
export function* shapesSteps(
  model: Pick<Model, 'graph' | 'opsets' | 'file'>,
  inputShapes: ReadonlyMap<string, readonly number[]>,
  measured?: ReadonlyMap<string, readonly number[]>,
): Steps<Shapes> {
  try {
    return yield* inferredShapesSteps(model.graph, model.opsets, {
      inputShapes,
      measured,
      valuesOfConstant: (name) => {
        const constant = model.graph.constants.get(name);
        return constant && inlineNumbers(constant);
      },
    });
  } catch (error) {
    throw error instanceof UserError ? new UserError(`${model.file}: ${error.message}`) : error;
  }
}

/** The part of `graph` that computes `outputs`, with these declared as its outputs. */
export function cutGraph(
  graph: Graph,
  outputs: readonly string[],
  inputShapes: ReadonlyMap<string, readonly number[]>,
  shapes: Shapes,
): Graph {
  const nodes = indexGraph(graph).ancestors(outputs);
  const read = new Set([...nodes.flatMap(readsOf), ...outputs]);
  // A composite reads its constants inside its body.
  nodes.forEach((node) => bodyReads(node).forEach((name) => read.add(name)));
  return {
    name: graph.name,
    nodes,
    inputs: graph.inputs
      .filter(({ name }) => read.has(name))
      .map((input) => ({ ...input, shape: inputShapes.get(input.name) ?? input.shape })),
    outputs: [...new Set(outputs)].map((name) => ({ name, dtype: shapes.typeOf(name) })),
    constants: new Map([...graph.constants].filter(([name]) => read.has(name))),
    valueInfo: new Map(),
  };
}

function bodyReads(node: Node): readonly string[] {
  return (node.body ?? []).flatMap((inner) => [...readsOf(inner), ...bodyReads(inner)]);
}

/**
 * The forward model that gives `outputs` for inputs of exactly `inputShapes`: dynamic dimensions are written
 * as numbers, so that onnxruntime folds what depends on shapes alone.
 */
export function deriveForward(
  model: Model,
  outputs: readonly string[],
  inputShapes: ReadonlyMap<string, readonly number[]>,
  shapes: Shapes,
): DerivedModel {
  const graph = cutGraph(model.graph, outputs, inputShapes, shapes);
  return encodeModel({ ...model, graph });
}

/**
 * The graph for any number of images in place of one. Exporters that know only one image write its batch size into
 * Reshape constants; these are rewritten, and the result for `batch` images is held against shape inference.
 * Undefined where the graph cannot take a batch.
 */
export function rebatch(
  model: Pick<Model, 'graph' | 'opsets' | 'file'>,
  input: string,
  single: Shapes,
  batch: number,
): Graph | undefined {
  const { graph } = model;
  const shape = single.staticShapeOf(input);
  if (shape === undefined) {
    return undefined;
  }
  const dependent = new Set(indexGraph(graph).descendants([input]));
  const added = new Map<string, Constant>();
  const change = (node: Node): Node => {
    if (node.body !== undefined) {
      return { ...node, body: node.body.map(change) };
    }
    const [data = '', target = ''] = node.inputs;
    const from = single.staticShapeOf(data);
    const to = single.staticShapeOf(node.outputs[0] ?? '');
    const baked = graph.constants.get(target);
    if (node.opType !== 'Reshape' || baked === undefined || from?.[0] !== 1 || to?.[0] !== 1) {
      return node;
    }
    const constant = int64Constant(`${node.name}/batched_shape`, [-1, ...to.slice(1)]);
    added.set(constant.name, constant);
    return { ...node, inputs: [data, constant.name] };
  };
  const rebatched: Graph = {
    ...graph,
    nodes: graph.nodes.map((node) => (dependent.has(node) ? change(node) : node)),
    constants: new Map([...graph.constants, ...added]),
    valueInfo: new Map(),
  };
  return takesBatch({ ...model, graph: rebatched }, input, [batch, ...shape.slice(1)], single)
    ? rebatched
    : undefined;
}

function takesBatch(
  model: Pick<Model, 'graph' | 'opsets' | 'file'>,
  input: string,
  shape: readonly number[],
  single: Shapes,
): boolean {
  const hasTrainingNorm = model.graph.nodes.some(
    (node) => node.opType === 'BatchNormalization' && intAttribute(node, 'training_mode') === 1,
  );
  if (hasTrainingNorm) {
    return false;
  }
  try {
    const shapes = shapesFor(model, new Map([[input, shape]]));
    return model.graph.outputs.every(({ name }) => {
      const one = single.staticShapeOf(name);
      const many = shapes.staticShapeOf(name);
      return (
        one?.[0] === 1 &&
        many?.[0] === shape[0] &&
        one.slice(1).every((size, axis) => many?.[axis + 1] === size)
      );
    });
  } catch (error) {
    if (error instanceof UserError) {
      return false;
    }
    throw error;
  }
}

/** A small int64 constant kept in memory. */
export function int64Constant(name: string, values: readonly number[]): Constant {
  const bytes = new Uint8Array(BigInt64Array.from(values, toInt64).buffer);
  return {
    name,
    dtype: 'int64',
    typeCode: codeOf('int64'),
    shape: [values.length],
    data: { kind: 'inline', bytes },
  };
}
