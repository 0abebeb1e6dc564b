/** From decoded protobuf messages to the records of model.ts. */

import { UserError } from '../errors.js';
import { atOnce, each, mapped } from '../steps.js';
import type { Steps } from '../steps.js';
import type { ExternalFiles } from './constants.js';
import { constantOf } from './constants.js';
import { dataTypeOf } from './dataTypes.js';
import type { Attribute, Constant, Dimension, Graph, Node, ValueInfo } from './model.js';
import { ATTRIBUTE_TYPE } from './proto/messages.js';
import { encodeAttributeProto, toNumber } from './schema.js';
import type {
  AttributeProto,
  TensorShapeProtoDimension,
  StringStringEntryProto,
  GraphProto,
  NodeProto,
  TensorProto,
  ValueInfoProto,
} from './proto/messages.js';

/** Shared by the many nodes that have none. */
const NO_ATTRIBUTES: ReadonlyMap<string, Attribute> = new Map();
const NO_ENTRIES: ReadonlyMap<string, string> = new Map();

const TEXT = new TextDecoder();

/** Decodes the parts of one file. */
export class Decoder {
  private readonly names = new Map<string, string>();

  constructor(
    private readonly file: string,
    private readonly files: ExternalFiles,
  ) {}

  *graph(proto: GraphProto): Steps<Graph> {
    const sparse = proto.sparseInitializer[0];
    if (sparse !== undefined) {
      throw new UserError(
        `${this.file}: initializer '${sparse.values?.name ?? ''}' is sparse, which is not supported; export it dense`,
      );
    }
    const constants = new Map<string, Constant>();
    yield* each(proto.initializer, (tensor) => {
      constants.set(tensor.name, this.constant(tensor, tensor.name));
    });
    const shared = (name: string): string => constants.get(name)?.name ?? this.shared(name);
    const valueInfo = new Map<string, ValueInfo>();
    yield* each(proto.valueInfo, (info) => valueInfo.set(shared(info.name), valueInfoOf(info)));
    return {
      name: proto.name,
      nodes: yield* mapped(proto.node, (node) => this.node(node, shared)),
      inputs: proto.input.filter(({ name }) => !constants.has(name)).map(valueInfoOf),
      outputs: proto.output.map(valueInfoOf),
      constants,
      valueInfo,
    };
  }

  private node(proto: NodeProto, shared: (name: string) => string): Node {
    return {
      name: proto.name,
      opType: this.shared(proto.opType),
      domain: proto.domain === 'ai.onnx' ? '' : proto.domain,
      inputs: proto.input.map(shared),
      outputs: proto.output.map(shared),
      attributes:
        proto.attribute.length === 0
          ? NO_ATTRIBUTES
          : new Map(
              proto.attribute.map((attribute) => [
                this.shared(attribute.name),
                this.attribute(attribute, proto),
              ]),
            ),
      metadata: entriesOf(proto.metadataProps),
    };
  }

  constant(proto: TensorProto, name: string): Constant {
    return constantOf(proto, name, this.file, this.files);
  }

  attribute(proto: AttributeProto, node: NodeProto): Attribute {
    switch (attributeTypeOf(proto)) {
      case ATTRIBUTE_TYPE.float:
        return { type: 'float', value: proto.f ?? 0 };
      case ATTRIBUTE_TYPE.int:
        return { type: 'int', value: toNumber(proto.i) };
      case ATTRIBUTE_TYPE.string:
        return { type: 'string', value: decodeText(proto.s) };
      case ATTRIBUTE_TYPE.floats:
        return { type: 'floats', value: proto.floats ?? [] };
      case ATTRIBUTE_TYPE.ints:
        return { type: 'ints', value: (proto.ints ?? []).map(toNumber) };
      case ATTRIBUTE_TYPE.strings:
        return { type: 'strings', value: (proto.strings ?? []).map(decodeText) };
      case ATTRIBUTE_TYPE.tensor:
        if (proto.t) {
          return {
            type: 'tensor',
            value: this.constant(proto.t, proto.t.name || `${node.output[0] ?? ''}.${proto.name}`),
          };
        }
        break;
      case ATTRIBUTE_TYPE.graph:
        if (proto.g) {
          return { type: 'graph', value: atOnce(this.graph(proto.g)) };
        }
        break;
    }
    return { type: 'other', value: encodeAttributeProto(proto) };
  }

  /**
   * The same text for every place where the file says it: that costs no memory for each of them, and is found in maps
   * without comparing letters.
   */
  private shared(name: string): string {
    const known = this.names.get(name);
    if (known === undefined) {
      this.names.set(name, name);
    }
    return known ?? name;
  }
}

/** The ATTRIBUTE_TYPE of an attribute: files of the first IR versions leave it out. */
export function attributeTypeOf(proto: AttributeProto): number {
  if (proto.type !== 0) {
    return proto.type;
  }
  const given = (['f', 'i', 's', 't', 'g', 'floats', 'ints', 'strings'] as const).findIndex((field) =>
    Object.hasOwn(proto, field),
  );
  return given + 1;
}

/** protobufjs gives an empty array, not bytes, for an absent field. */
function decodeText(bytes: Uint8Array | undefined): string {
  return TEXT.decode(Uint8Array.from(bytes ?? []));
}

export function entriesOf(
  entries: readonly StringStringEntryProto[] | undefined,
): ReadonlyMap<string, string> {
  return entries === undefined || entries.length === 0
    ? NO_ENTRIES
    : new Map(entries.map(({ key, value }) => [key, value]));
}

function valueInfoOf(proto: ValueInfoProto): ValueInfo {
  const tensor = proto.type?.tensorType;
  return {
    name: proto.name,
    dtype: tensor ? dataTypeOf(tensor.elemType) : undefined,
    shape: tensor?.shape?.dim.map(dimensionOf),
  };
}

function dimensionOf(proto: TensorShapeProtoDimension): Dimension {
  // protobufjs answers 0 for an absent number, so presence has to be asked for.
  if (Object.hasOwn(proto, 'dimValue')) {
    const size = toNumber(proto.dimValue);
    return size < 0 ? undefined : size;
  }
  return proto.dimParam || undefined;
}
