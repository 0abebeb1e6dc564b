/** Builds the backward graph: nodes, constants, and the forward tensors it reads. */

import { makeNode } from '../onnx/makeNode.js';
import type { Attribute, Constant, ConstantData, Graph, Node, ValueInfo } from '../onnx/model.js';
import { codeOf } from '../onnx/dataTypes.js';
import { int } from '../onnx/attributes.js';
import type { DataType } from '../tensor.js';
import type { ValueName } from './rule.js';

/** A forward tensor that the backward model reads. */
export interface SavedTensor {
  /** Name of the backward model's input. */
  readonly input: string;
  /** Name of the tensor in the user's model. */
  readonly tensor: string;
}

const FLOATS: ReadonlySet<DataType> = new Set(['float16', 'bfloat16', 'float64']);

/**
 * The type a forward tensor has in the backward model: every signal is computed in float32, which small
 * types would lose and for which onnxruntime has all kernels.
 */
export const backwardType = (dtype: DataType): DataType => (FLOATS.has(dtype) ? 'float32' : dtype);

export class GraphBuilder {
  private readonly nodes: Node[] = [];
  private readonly constants = new Map<string, Constant>();
  private readonly inputs: ValueInfo[] = [];
  private readonly outputs: ValueInfo[] = [];
  private readonly forward = new Map<string, ValueName>();
  private readonly values = new Set<string>();
  readonly saved: SavedTensor[] = [];

  /** Declares an input of the backward model. */
  addInput(name: string, dtype: DataType, shape: readonly number[] | undefined): ValueName {
    this.inputs.push({ name, dtype, shape });
    return this.claim(name);
  }

  /** The value of a forward tensor, fed by whoever runs the model. */
  saveTensor(tensor: string, dtype: DataType, shape: readonly number[] | undefined): ValueName {
    return this.remember(tensor, dtype, (name) => {
      this.saved.push({ input: name, tensor });
      return this.addInput(name, dtype, shape);
    });
  }

  /** The value of a constant of the user's model; its bytes stay where they are. */
  useConstant(constant: Constant): ValueName {
    return this.remember(constant.name, constant.dtype, (name) => {
      this.constants.set(name, { ...constant, name });
      return this.claim(name);
    });
  }

  /** Emits an ONNX node that belongs to the forward node `owner`; gives its outputs. */
  emit(
    owner: string,
    opType: string,
    inputs: readonly (ValueName | undefined)[],
    outputs: number,
    attributes: Record<string, Attribute> = {},
  ): readonly ValueName[] {
    const name = `${owner}/backward/${opType}_${this.nodes.length}`;
    const made = Array.from({ length: outputs }, (_, index) => this.claim(`${name}:${index}`));
    const read = inputs.map((input) => input ?? '');
    this.nodes.push(makeNode(name, opType, read, made, attributes));
    return made;
  }

  /** Adds a small constant of Unpool's own. */
  addConstant(dtype: 'float32' | 'int64', values: ArrayLike<number>, shape: readonly number[]): ValueName {
    const array =
      dtype === 'float32' ? Float32Array.from(values) : BigInt64Array.from(Array.from(values, BigInt));
    const data: ConstantData = { kind: 'inline', bytes: new Uint8Array(array.buffer) };
    const name = this.claim(`constant:${this.constants.size}`);
    this.constants.set(name, { name, dtype, typeCode: codeOf(dtype), shape, data });
    return name;
  }

  /** Declares the value `result` as an output of the backward model. */
  addOutput(result: ValueName, name: string, shape: readonly number[]): void {
    this.nodes.push(makeNode(`${name}/output`, 'Identity', [result], [this.claim(name)]));
    this.outputs.push({ name, dtype: 'float32', shape });
  }

  finish(): Graph {
    const { nodes, inputs, outputs, constants } = this;
    return { name: 'backward', nodes, inputs, outputs, constants, valueInfo: new Map() };
  }

  private remember(tensor: string, dtype: DataType, bring: (name: string) => ValueName): ValueName {
    const known = this.forward.get(tensor);
    if (known !== undefined) {
      return known;
    }
    const brought = bring(`forward:${tensor}`);
    const value = FLOATS.has(dtype)
      ? this.emit(tensor, 'Cast', [brought], 1, { to: int(codeOf('float32')) })[0]
      : brought;
    this.forward.set(tensor, value ?? brought);
    return value ?? brought;
  }

  private claim(name: string): ValueName {
    if (this.values.has(name)) {
      throw new Error(`the backward graph already has a value '${name}'`);
    }
    this.values.add(name);
    return name as ValueName;
  }
}
