/** Models of Unpool's own, a few nodes each, that serve every network: what is computed between the models made of one. */

import type { DataType, Tensor } from '../tensor.js';
import { floatTensor, int64Tensor } from '../tensor.js';
import { codeOf } from './dataTypes.js';
import { encodeModel } from './encode.js';
import { makeNode } from './makeNode.js';
import type { Attribute, Constant, DerivedModel, Dimension, Node, ValueInfo } from './model.js';

const OPSET = 17;
const IR_VERSION = 8;

/** @param build declares inputs and outputs and emits the nodes between them, in topological order */
export function smallModel(name: string, build: (graph: SmallGraph) => void): DerivedModel {
  const graph = new SmallGraph();
  build(graph);
  const { nodes, inputs, outputs, constants } = graph;
  return encodeModel({
    graph: { name, nodes, inputs, outputs, constants, valueInfo: new Map() },
    opsets: new Map([['', OPSET]]),
    irVersion: IR_VERSION,
    folder: '',
  });
}

const kept = new Map<string, DerivedModel>();

/** The same, built once for a name, which says everything that the graph depends on. */
export function keptModel(name: string, build: (graph: SmallGraph) => void): DerivedModel {
  const model = kept.get(name) ?? smallModel(name, build);
  kept.set(name, model);
  return model;
}

/** Every method gives the name of the value that it makes. */
export class SmallGraph {
  readonly nodes: Node[] = [];
  readonly inputs: ValueInfo[] = [];
  readonly outputs: ValueInfo[] = [];
  readonly constants = new Map<string, Constant>();

  /** @param shape left out where the rank may be any */
  input(name: string, dtype: DataType, shape?: readonly Dimension[]): string {
    this.inputs.push({ name, dtype, shape });
    return name;
  }

  /** A node of one output. */
  emit(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    output = `${opType}_${this.nodes.length}`,
  ): string {
    this.nodes.push(makeNode(output, opType, inputs, [output], attributes));
    return output;
  }

  /** A node whose output is one of the model's. */
  output(
    name: string,
    dtype: DataType,
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
  ): string {
    this.outputs.push({ name, dtype });
    return this.emit(opType, inputs, attributes, name);
  }

  /** A float32 scalar. */
  float(value: number): string {
    return this.constant(floatTensor([], [value]));
  }

  /** int64 numbers; a scalar where the shape is empty. */
  whole(shape: readonly number[], values: readonly number[]): string {
    return this.constant(int64Tensor(shape, values));
  }

  private constant({ dtype, shape, data }: Tensor): string {
    const name = `constant_${this.constants.size}`;
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.constants.set(name, {
      name,
      dtype,
      typeCode: codeOf(dtype),
      shape,
      data: { kind: 'inline', bytes },
    });
    return name;
  }
}
