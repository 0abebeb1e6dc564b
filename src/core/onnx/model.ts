/** The in-memory form of an ONNX model: plain immutable records, weights left in the user's file. */

import type { DataType, Tensor } from '../tensor.js';

/** A dimension is a size, a symbol such as "batch", or unknown. */
export type Dimension = number | string | undefined;

/** Name, element type and shape of a tensor (ValueInfoProto). `shape` is undefined where the rank is unknown. */
export interface ValueInfo {
  readonly name: string;
  readonly dtype?: DataType | undefined;
  readonly shape?: readonly Dimension[] | undefined;
}

/** Where the bytes of a constant lie: in memory, or in a file beside (or in) the user's model. */
export type ConstantData =
  | { readonly kind: 'inline'; readonly bytes: Uint8Array }
  | {
      readonly kind: 'file';
      /** Path relative to the model's folder, as ONNX external data spells it. */
      readonly location: string;
      readonly offset: number;
      readonly length: number;
    }
  /** Elements of a string tensor, undecoded. */
  | { readonly kind: 'strings'; readonly values: readonly Uint8Array[] };

/** A constant tensor (an initializer or a lifted Constant node); bytes are little-endian, row-major. */
export interface Constant {
  readonly name: string;
  readonly dtype: DataType;
  /** TensorProto.DataType number, kept so that types we do not compute with are written back unchanged. */
  readonly typeCode: number;
  readonly shape: readonly number[];
  readonly data: ConstantData;
}

export type Attribute =
  | { readonly type: 'float'; readonly value: number }
  | { readonly type: 'int'; readonly value: number }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'floats'; readonly value: readonly number[] }
  | { readonly type: 'ints'; readonly value: readonly number[] }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  | { readonly type: 'tensor'; readonly value: Constant }
  | { readonly type: 'graph'; readonly value: Graph }
  /** Anything else (sparse tensors, types, lists of graphs), as the encoded AttributeProto. */
  | { readonly type: 'other'; readonly value: Uint8Array };

export interface Node {
  /** Unique and never empty: the file's name, or one made from the operator and the first output. */
  readonly name: string;
  readonly opType: string;
  /** '' is ONNX's own operator set. */
  readonly domain: string;
  /** An empty string is an omitted optional input. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
  readonly metadata: ReadonlyMap<string, string>;
  /**
   * Set on a composite: several primitive nodes of the file that a person knows as one operator (an exploded
   * LocalResponseNorm or GELU). Graph queries, layers and backward rules see the composite, derived
   * models run the body.
   */
  readonly body?: readonly Node[];
}

export interface Graph {
  readonly name: string;
  /** In topological order. */
  readonly nodes: readonly Node[];
  /** Without those inputs that merely name an initializer. */
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly constants: ReadonlyMap<string, Constant>;
  /** What the file says of intermediate tensors. */
  readonly valueInfo: ReadonlyMap<string, ValueInfo>;
}

export interface Model {
  /** Path of the .onnx file as the user gave it, for messages. */
  readonly file: string;
  /** Absolute folder that external data locations are relative to. */
  readonly folder: string;
  /** Base name of the .onnx file: the location of weights that lie in the file itself. */
  readonly baseName: string;
  readonly irVersion: number;
  readonly producer: string;
  readonly opsets: ReadonlyMap<string, number>;
  readonly graph: Graph;
  readonly metadata: ReadonlyMap<string, string>;
}

/** A small ONNX model made from a user's model, ready for the engine. */
export interface DerivedModel {
  /** The encoded ModelProto: some kilobytes, weights are external data in `folder`. */
  readonly bytes: Uint8Array;
  /** Absolute folder that the external data locations are relative to. */
  readonly folder: string;
  /** The user's model it was made from, for messages. */
  readonly file?: string | undefined;
}

/** The values of a constant, once read. */
export type ConstantReader = (constant: Constant) => Promise<Tensor>;
