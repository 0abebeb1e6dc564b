/**
 * Forward models that give, in place of layers' maps, what many photos are compared by: of every map the largest value and
 * its place, the mean, and the share of values that are not zero. The maps stay in the engine.
 */

import { float, int, ints } from '../onnx/attributes.js';
import { codeOf } from '../onnx/dataTypes.js';
import { cutGraph, int64Constant, rebatch, shapesFor } from '../onnx/derive.js';
import { encodeModel } from '../onnx/encode.js';
import { indexGraph } from '../onnx/graphIndex.js';
import type { GraphIndex } from '../onnx/graphIndex.js';
import { makeNode } from '../onnx/makeNode.js';
import type { Attribute, Constant, DerivedModel, Node } from '../onnx/model.js';
import type { DataType } from '../tensor.js';
import type { Network } from './network.js';

/** A tensor [N, maps, ...] whose maps have `rows` and `columns`; all axes but the last are counted as rows. */
export interface SummarisedTensor {
  readonly tensor: string;
  readonly maps: number;
  readonly rows: number;
  readonly columns: number;
}

/**
 * Names of the outputs that tell of a tensor, each [N, maps, ...] with one value a map: float32, but int32 for the row and the
 * column of the first largest value. With one value a map all are told by `largest`.
 */
export interface SummaryOutputs {
  readonly largest: string;
  readonly row: string | undefined;
  readonly column: string | undefined;
  readonly means: string | undefined;
  readonly nonZeros: string | undefined;
}

export interface SummaryModel {
  readonly model: DerivedModel;
  /** Images of a run. */
  readonly batch: number;
  /** In the order of the tensors. */
  readonly outputs: readonly SummaryOutputs[];
}

/**
 * @param batch images of a run; 1 is taken where the network cannot take several
 * @param whole a tensor that is given as it is, such as the class scores
 */
export function summaryModel(
  { model, input, shapes }: Pick<Network, 'model' | 'input' | 'shapes'>,
  tensors: readonly SummarisedTensor[],
  whole: string | undefined,
  batch: number,
): SummaryModel {
  const wanted = [
    ...new Set([...tensors.map(({ tensor }) => tensor), ...(whole === undefined ? [] : [whole])]),
  ];
  const single = new Map([[input.name, input.shape]]);
  const cut = cutGraph(model.graph, wanted, single, shapes);
  const many =
    batch > 1
      ? rebatch({ ...model, graph: cut }, input.name, shapesFor({ ...model, graph: cut }, single), batch)
      : undefined;
  const size = many === undefined ? 1 : batch;
  const inputShapes = new Map([[input.name, [size, ...input.shape.slice(1)]]]);
  const source = { ...model, graph: many ?? cut };
  const known = shapesFor(source, inputShapes);
  const graph = cutGraph(source.graph, wanted, inputShapes, known);

  const emitter = new Emitter(indexGraph(graph), size);
  const outputs = tensors.map((each) =>
    emitter.summarise(each, known.typeOf(each.tensor) ?? 'float32', known.staticShapeOf(each.tensor)),
  );
  const extended = {
    ...graph,
    nodes: [...graph.nodes, ...emitter.nodes],
    constants: new Map([...graph.constants, ...emitter.constants]),
    outputs: [...emitter.outputs, ...graph.outputs.filter(({ name }) => name === whole)],
  };
  return { model: encodeModel({ ...model, graph: extended }), batch: size, outputs };
}

/** A slope by which HardSigmoid makes 1 of every positive number that is no denormal. */
const STEEPEST = 3e38;

/**
 * Emits nodes that every version of ONNX's operator set has in the same form. Pools come first wherever they can: onnxruntime
 * runs them on its own blocked layout of convolutions, and in many values at once, which ArgMax and casts are not.
 */
class Emitter {
  readonly nodes: Node[] = [];
  readonly constants = new Map<string, Constant>();
  readonly outputs: { readonly name: string; readonly dtype: DataType }[] = [];

  constructor(
    private readonly graph: GraphIndex,
    private readonly batch: number,
  ) {}

  summarise(
    { tensor, maps, rows, columns }: SummarisedTensor,
    dtype: DataType,
    shape: readonly number[] | undefined,
  ): SummaryOutputs {
    const { batch } = this;
    const real = dtype === 'float32' ? tensor : this.cast(tensor, 'float32');
    if (rows * columns === 1) {
      const largest = this.output('float32', this.reshape(real, [batch, maps]));
      return { largest, row: undefined, column: undefined, means: undefined, nonZeros: undefined };
    }
    const isPlanar = shape?.length === 4;
    const planes = isPlanar ? real : this.reshape(real, [batch, maps, rows, columns]);
    const ofRows = this.emit('MaxPool', [planes], { kernel_shape: ints([1, columns]) });
    const row = this.firstLargest(this.reshape(ofRows, [batch * maps, rows]));
    const starts = this.constant(Array.from({ length: batch * maps }, (_, map) => map * rows));
    const lines = this.reshape(planes, [batch * maps * rows, columns]);
    const line = this.emit('Gather', [lines, this.emit('Add', [row, starts])], { axis: int(0) });
    const largest = this.emit('GlobalMaxPool', [this.reshape(ofRows, [batch, maps, 1, rows])]);
    const ones = this.nonZeros(tensor, this.reshape(planes, [batch, maps, 1, rows * columns]));
    return {
      largest: this.output('float32', largest),
      row: this.output('int32', this.cast(row, 'int32')),
      column: this.output('int32', this.cast(this.firstLargest(line), 'int32')),
      means: this.output('float32', this.emit('GlobalAveragePool', [planes])),
      nonZeros: this.output('float32', this.emit('GlobalAveragePool', [ones])),
    };
  }

  /** The place of the first largest value of each row of [n, values]. */
  private firstLargest(rows: string): string {
    return this.emit('ArgMax', [rows], { axis: int(1), keepdims: int(0) });
  }

  /** 1 where a value is not zero. @param values those of `tensor` in another shape */
  private nonZeros(tensor: string, values: string): string {
    const sizes = isNeverNegative(this.graph, tensor) ? values : this.emit('Abs', [values]);
    return this.emit('HardSigmoid', [sizes], { alpha: float(STEEPEST), beta: float(0) });
  }

  private output(dtype: DataType, name: string): string {
    this.outputs.push({ name, dtype });
    return name;
  }

  private cast(value: string, to: DataType): string {
    return this.emit('Cast', [value], { to: int(codeOf(to)) });
  }

  private reshape(value: string, shape: readonly number[]): string {
    return this.emit('Reshape', [value, this.constant(shape)]);
  }

  private constant(values: readonly number[]): string {
    const constant = int64Constant(`unpool_summary_constant_${this.constants.size}`, values);
    this.constants.set(constant.name, constant);
    return constant.name;
  }

  private emit(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string {
    const output = `unpool_summary_${this.nodes.length}`;
    this.nodes.push(makeNode(output, opType, inputs, [output], attributes));
    return output;
  }
}

/** Operators that give no negative number, and those that give none where their inputs have none. */
const NEVER_NEGATIVE: readonly string[] = ['Relu', 'Sigmoid', 'HardSigmoid', 'Softmax'];
const KEEP_SIGN: readonly string[] = ['Concat', 'MaxPool', 'AveragePool', 'Identity'];

function isNeverNegative(graph: GraphIndex, tensor: string): boolean {
  const node = graph.producer(tensor);
  if (node === undefined) {
    return false;
  }
  return (
    NEVER_NEGATIVE.includes(node.opType) ||
    (KEEP_SIGN.includes(node.opType) && node.inputs.every((input) => isNeverNegative(graph, input)))
  );
}
