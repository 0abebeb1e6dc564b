/**
 * Forward models that give, in place of layers' maps, what many photos are compared by: of every map the largest value and
 * its place, the mean, and the share of values that are not zero. The maps stay in the engine.
 */

import { int } from '../onnx/attributes.js';
import { codeOf } from '../onnx/dataTypes.js';
import { cutGraph, int64Constant, rebatch, shapesFor } from '../onnx/derive.js';
import { encodeModel } from '../onnx/encode.js';
import { makeNode } from '../onnx/makeNode.js';
import type { Attribute, Constant, DerivedModel, Node } from '../onnx/model.js';
import type { DataType } from '../tensor.js';
import type { Network } from './network.js';

/** A tensor [N, maps, ...] with `places` values a map. */
export interface SummarisedTensor {
  readonly tensor: string;
  readonly maps: number;
  readonly places: number;
}

/**
 * Names of the outputs that tell of a tensor: float32 [N, maps] but `places`, which is int32 and counted row by row. With one
 * value a map all are told by `largest`.
 */
export interface SummaryOutputs {
  readonly largest: string;
  readonly places: string | undefined;
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

  const emitter = new Emitter();
  const outputs = tensors.map((each) =>
    emitter.summarise(each, known.typeOf(each.tensor) ?? 'float32', size),
  );
  const extended = {
    ...graph,
    nodes: [...graph.nodes, ...emitter.nodes],
    constants: new Map([...graph.constants, ...emitter.constants]),
    outputs: [...emitter.outputs, ...graph.outputs.filter(({ name }) => name === whole)],
  };
  return { model: encodeModel({ ...model, graph: extended }), batch: size, outputs };
}

/** Emits nodes that every version of ONNX's operator set has in the same form. */
class Emitter {
  readonly nodes: Node[] = [];
  readonly constants = new Map<string, Constant>();
  readonly outputs: { readonly name: string; readonly dtype: DataType }[] = [];

  summarise({ tensor, maps, places }: SummarisedTensor, dtype: DataType, batch: number): SummaryOutputs {
    const real = dtype === 'float32' ? tensor : this.cast(tensor, 'float32');
    const shaped = this.reshape(real, [batch, maps, 1, places]);
    if (places === 1) {
      const largest = this.output('float32', this.reshape(shaped, [batch, maps]));
      return { largest, places: undefined, means: undefined, nonZeros: undefined };
    }
    const nonZero = this.cast(this.cast(shaped, 'bool'), 'float32');
    const rows = this.reshape(shaped, [batch, maps, places]);
    const first = this.emit('ArgMax', [rows], { axis: int(2), keepdims: int(0) });
    return {
      largest: this.output('float32', this.emit('GlobalMaxPool', [shaped])),
      places: this.output('int32', this.cast(first, 'int32')),
      means: this.output('float32', this.emit('GlobalAveragePool', [shaped])),
      nonZeros: this.output('float32', this.emit('GlobalAveragePool', [nonZero])),
    };
  }

  private output(dtype: DataType, name: string): string {
    this.outputs.push({ name, dtype });
    return name;
  }

  private cast(value: string, to: DataType): string {
    return this.emit('Cast', [value], { to: int(codeOf(to)) });
  }

  private reshape(value: string, shape: readonly number[]): string {
    const constant = int64Constant(`unpool_summary_shape_${this.constants.size}`, shape);
    this.constants.set(constant.name, constant);
    return this.emit('Reshape', [value, constant.name]);
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
