/** Prints attributes: numbers, texts, tensors and graphs. */

import { attributeTypeOf } from '../decode.js';
import { ATTRIBUTE_TYPE } from '../proto/messages.js';
import { toBigInt } from '../schema.js';
import type { AttributeProto, GraphProto } from '../proto/messages.js';
import { floatText, isIdentifier, nameText, quoted, subgraphName, typeText, withPoint } from './literals.js';
import type { Scope } from './symbols.js';
import type { TensorPrinter } from './tensorPrinter.js';
import type { TextWriter } from './writer.js';

const TYPE_WORDS: ReadonlyMap<number, string> = new Map([
  [ATTRIBUTE_TYPE.float, 'float'],
  [ATTRIBUTE_TYPE.int, 'int'],
  [ATTRIBUTE_TYPE.string, 'string'],
  [ATTRIBUTE_TYPE.tensor, 'tensor'],
  [ATTRIBUTE_TYPE.graph, 'graph'],
  [ATTRIBUTE_TYPE.floats, 'floats'],
  [ATTRIBUTE_TYPE.ints, 'ints'],
  [ATTRIBUTE_TYPE.strings, 'strings'],
  [ATTRIBUTE_TYPE.tensors, 'tensors'],
  [ATTRIBUTE_TYPE.graphs, 'graphs'],
  [ATTRIBUTE_TYPE.sparseTensor, 'sparse_tensor'],
  [ATTRIBUTE_TYPE.sparseTensors, 'sparse_tensors'],
  [ATTRIBUTE_TYPE.typeProto, 'type_proto'],
  [ATTRIBUTE_TYPE.typeProtos, 'type_protos'],
]);
/** The parser reads these types' names, but no values of them. */
const LISTS_WITHOUT_FORM: readonly number[] = [
  ATTRIBUTE_TYPE.tensors,
  ATTRIBUTE_TYPE.graphs,
  ATTRIBUTE_TYPE.sparseTensor,
  ATTRIBUTE_TYPE.sparseTensors,
  ATTRIBUTE_TYPE.typeProtos,
];

export class AttributePrinter {
  /** @param graphBody prints a graph's inputs, outputs and nodes, whose names may be those of the scope around it */
  constructor(
    private readonly out: TextWriter,
    private readonly tensors: TensorPrinter,
    private readonly graphBody: (graph: GraphProto, outer: Scope) => void,
  ) {}

  /** False, with a note, for what the syntax has no form for. */
  isWritable(attribute: AttributeProto): boolean {
    const type = attributeTypeOf(attribute);
    const isKnown = TYPE_WORDS.has(type) && !LISTS_WITHOUT_FORM.includes(type);
    const isTyped = type !== ATTRIBUTE_TYPE.typeProto || typeText(attribute.tp) !== undefined;
    if (attribute.refAttrName || (isKnown && isTyped && isIdentifier(attribute.name))) {
      return true;
    }
    this.out.lose(
      'attribute',
      `attribute ${quoted(attribute.name)} (${TYPE_WORDS.get(type) ?? `type ${type}`}) has no form in this syntax`,
    );
    return false;
  }

  /** `<a = 1, b = 2>` behind a text; nothing where there are none. */
  inline(attributes: readonly AttributeProto[], scope: Scope): void {
    if (attributes.length === 0) {
      return;
    }
    this.out.write(' <');
    attributes.forEach((attribute, place) => {
      this.print(attribute, scope);
      this.out.write(place < attributes.length - 1 ? ', ' : '');
    });
    this.out.write('>');
  }

  /** Attributes on lines of their own, behind the inputs: graphs are long. */
  onLines(attributes: readonly AttributeProto[], scope: Scope): void {
    const { out } = this;
    out.write(' <');
    out.endLine();
    out.indented(() => {
      attributes.forEach((attribute, place) => {
        this.print(attribute, scope);
        out.write(place < attributes.length - 1 ? ',' : '');
        out.endLine();
      });
    });
    out.write('>');
  }

  /** `name = value`, or the reference to a function's attribute. */
  print(attribute: AttributeProto, scope: Scope): void {
    const { out } = this;
    const type = attributeTypeOf(attribute);
    const { name } = attribute;
    if (attribute.refAttrName) {
      out.write(`${name}: ${TYPE_WORDS.get(type) ?? 'int'} = @${nameText(attribute.refAttrName)}`);
      return;
    }
    switch (type) {
      case ATTRIBUTE_TYPE.float:
        out.write(`${name} = ${withPoint(floatText(attribute.f ?? 0))}`);
        break;
      case ATTRIBUTE_TYPE.int:
        out.write(`${name} = ${toBigInt(attribute.i ?? 0)}`);
        break;
      case ATTRIBUTE_TYPE.string:
        out.write(`${name} = ${this.string(attribute.s)}`);
        break;
      case ATTRIBUTE_TYPE.floats:
        this.listAttribute(
          attribute,
          (attribute.floats ?? []).map((value) => withPoint(floatText(value))),
        );
        break;
      case ATTRIBUTE_TYPE.ints:
        this.listAttribute(
          attribute,
          (attribute.ints ?? []).map((value) => String(toBigInt(value))),
        );
        break;
      case ATTRIBUTE_TYPE.strings:
        this.listAttribute(
          attribute,
          (attribute.strings ?? []).map((value) => this.string(value)),
        );
        break;
      case ATTRIBUTE_TYPE.tensor:
        if (attribute.t) {
          const { t } = attribute;
          // Behind a type the parser takes a name without quotes only; nothing refers to it.
          const isNamed = isIdentifier(t.name) && nameText(t.name) === t.name;
          out.write(`${name} = ${this.tensors.type(t)} ${isNamed ? `${t.name} = ` : ''}`);
          this.tensors.data(t);
        }
        break;
      case ATTRIBUTE_TYPE.typeProto:
        out.write(`${name} = ${typeText(attribute.tp) ?? ''}`);
        break;
      case ATTRIBUTE_TYPE.graph:
        if (attribute.g) {
          this.subgraph(name, attribute.g, scope);
        }
    }
  }

  private listAttribute({ name, type }: AttributeProto, values: readonly string[]): void {
    // An empty list does not say what it is a list of.
    const annotation = values.length === 0 ? `: ${TYPE_WORDS.get(type) ?? 'ints'}` : '';
    this.out.write(`${name}${annotation} = [${values.join(', ')}]`);
  }

  private string(bytes: Uint8Array | undefined): string {
    const raw = Uint8Array.from(bytes ?? []);
    try {
      return quoted(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw));
    } catch {
      this.out.lose('text', `a string of ${raw.length} bytes is no UTF-8 text`);
      return quoted(new TextDecoder().decode(raw));
    }
  }

  private subgraph(attribute: string, graph: GraphProto, outer: Scope): void {
    const { out } = this;
    const name = subgraphName(graph.name);
    if (name !== graph.name) {
      out.lose('graphName', `the graph's name is ${quoted(graph.name)}`);
    }
    out.block('subgraph', attribute, () => {
      out.write(`${attribute} = ${name}`);
      this.graphBody(graph, outer);
    });
  }
}

/** Whether an attribute holds a graph of its own. */
export function isGraph(attribute: AttributeProto): boolean {
  return attributeTypeOf(attribute) === ATTRIBUTE_TYPE.graph && !attribute.refAttrName;
}
