/** Shapes that cannot be told from a graph: of tensors whose size is computed from values, or by unknown operators. */

import type { Engine } from '../engine.js';
import { cutGraph, shapesSteps } from '../onnx/derive.js';
import { encodeModel } from '../onnx/encode.js';
import { makeNode } from '../onnx/makeNode.js';
import type { DerivedModel } from '../onnx/model.js';
import { randomNumbers } from '../random.js';
import { inTurns } from '../steps.js';
import { elementCount, floatTensor } from '../tensor.js';
import type { FloatTensor } from '../tensor.js';
import { followedSteps } from './dependents.js';
import type { Network } from './network.js';

/** Operators whose outputs are no tensors, so that they have no shape. */
const NO_TENSORS: ReadonlySet<string> = new Set([
  ...['SequenceConstruct', 'SequenceEmpty', 'SequenceInsert', 'SequenceErase', 'SequenceMap'],
  ...['SplitToSequence', 'Optional'],
]);

/** The tensors whose shapes inference leaves open. */
export function tensorsOfUnknownShape({
  model: { graph },
  shapes,
}: Pick<Network, 'model' | 'shapes'>): readonly string[] {
  return graph.nodes
    .filter(({ opType }) => !NO_TENSORS.has(opType))
    .flatMap(({ outputs }) => outputs)
    .filter((tensor) => tensor !== '' && shapes.staticShapeOf(tensor) === undefined);
}

/** Shapes that runs have told, by tensor. */
export type MeasuredShapes = ReadonlyMap<string, readonly number[]>;

/**
 * The shapes that inference leaves open, as two runs of the model tell them: of a black image, and of noise. A tensor
 * that has another shape for another image is not among them. Nothing runs where no shape is open.
 * @throws UserError where the model does not run, CancelledError after an abort, EngineError
 */
export async function measureShapes(
  network: Network,
  engine: Engine,
  signal?: AbortSignal,
): Promise<MeasuredShapes> {
  const tensors = tensorsOfUnknownShape(network);
  if (tensors.length === 0) {
    return new Map();
  }
  const { input } = network;
  const shapeModel = shapeModelOf(network, tensors);
  const fetch = tensors.map(shapeName);
  const images = [blackImage(input.shape), noise(input.shape)];
  const [black, other] = await engine.run(
    images.map((image) => ({ model: shapeModel, feeds: { [input.name]: image }, fetch })),
    { signal },
  );
  return new Map(
    tensors.flatMap((tensor): (readonly [string, readonly number[]])[] => {
      const [one, two] = [black, other].map((maps) => maps?.[shapeName(tensor)]?.data);
      return one !== undefined && one.join() === two?.join() ? [[tensor, Array.from(one, Number)]] : [];
    }),
  );
}

/** The network with measured shapes; itself where there are none. */
export async function withMeasuredShapes(network: Network, measured: MeasuredShapes): Promise<Network> {
  if (measured.size === 0) {
    return network;
  }
  const { model, input, sidecar } = network;
  const sizes = new Map([[input.name, input.shape]]);
  const shapes = await inTurns(shapesSteps(model, sizes, measured));
  return inTurns(followedSteps(model, { input, shapes }, sidecar));
}

const shapeName = (tensor: string): string => `${tensor}/unpool_shape`;

/** The forward run that gives the tensors' shapes; the tensors themselves stay in the engine. */
function shapeModelOf({ model, input, shapes }: Network, tensors: readonly string[]): DerivedModel {
  const graph = cutGraph(model.graph, tensors, new Map([[input.name, input.shape]]), shapes);
  const measuring = tensors.map((tensor) =>
    makeNode(shapeName(tensor), 'Shape', [tensor], [shapeName(tensor)]),
  );
  const outputs = tensors.map((tensor) => ({ name: shapeName(tensor), dtype: 'int64' as const }));
  return encodeModel({ ...model, graph: { ...graph, nodes: [...graph.nodes, ...measuring], outputs } });
}

function blackImage(shape: readonly number[]): FloatTensor {
  return floatTensor(shape, new Float32Array(elementCount(shape)));
}

/** Values in [-1, 1), the same every time. */
function noise(shape: readonly number[]): FloatTensor {
  const next = randomNumbers(1);
  return floatTensor(
    shape,
    Float32Array.from({ length: elementCount(shape) }, () => 2 * next() - 1),
  );
}
