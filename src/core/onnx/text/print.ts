/**
 * A model in ONNX's textual syntax (docs/Syntax.md of onnx), which onnx.parser reads back, with a map of where
 * everything stands. The text follows the file: functions stay functions, nodes keep their order. Data of large tensors
 * are references to where the bytes lie (external data), so that the text beside the file is the whole model. What the
 * syntax has no form for (metadata and documentation of nodes, sparse tensors, lists of tensors or graphs) stands in
 * comments.
 */

import { attributeTypeOf } from '../decode.js';
import { ATTRIBUTE_TYPE, toBigInt, toNumber } from '../schema.js';
import type {
  AttributeProto,
  EntryProto,
  FunctionProto,
  GraphProto,
  ModelProto,
  NodeProto,
  OpsetProto,
  TensorProto,
  ValueInfoProto,
} from '../schema.js';
import {
  floatText,
  isIdentifier,
  nameText,
  plainName,
  quoted,
  subgraphName,
  tensorHead,
  typeText,
  withPoint,
} from './literals.js';
import { moduleRuns } from './modules.js';
import type { ModuleRun } from './modules.js';
import { Symbols } from './symbols.js';
import type { Scope } from './symbols.js';
import { countText, isElided, tensorData } from './tensorText.js';
import { ROLE, SYMBOL_KIND } from './textMap.js';
import type { BlockKind, ModelText } from './textMap.js';
import { TextWriter } from './writer.js';

/** Longer comments are cut: a stack trace for every node buries the model. */
const COMMENT_LIMIT = 200;
/** More inputs or outputs than this stand on lines of their own. */
const INLINE_LIMIT = 2;

/**
 * Prints a model.
 * @param describe what to say in a comment of a tensor whose data are left out, such as its statistics
 */
export function printModel(
  model: ModelProto,
  describe: (tensor: TensorProto) => string | undefined = () => undefined,
): ModelText {
  return new ModelPrinter(model, describe).print();
}

class ModelPrinter {
  private readonly out = new TextWriter();
  private readonly symbols = new Symbols();
  /** Symbols of the model's own functions, by domain and name. */
  private readonly functions = new Map<string, number>();

  constructor(
    private readonly model: ModelProto,
    private readonly describe: (tensor: TensorProto) => string | undefined,
  ) {}

  print(): ModelText {
    const { out, model, symbols } = this;
    this.header();
    if (model.graph) {
      const { graph } = model;
      const scope = symbols.graphScope(graph);
      for (const { domain, name } of model.functions) {
        const key = functionKey(domain, name);
        this.functions.set(key, this.functions.get(key) ?? symbols.add(name, SYMBOL_KIND.function, 0));
      }
      out.block('graph', graph.name, () => {
        this.comments(graph.docString, graph.metadataProps);
        out.write(nameText(graph.name));
        this.graphBody(graph, scope);
        out.endLine();
      });
    }
    model.functions.forEach((fn) => {
      this.function(fn);
    });
    return out.finish(symbols);
  }

  private header(): void {
    const {
      irVersion,
      opsetImport,
      producerName,
      producerVersion,
      domain,
      modelVersion,
      docString,
      metadataProps,
    } = this.model;
    const entries: string[] = [
      `ir_version: ${toNumber(irVersion)}`,
      `opset_import: ${opsetText(opsetImport)}`,
      ...textEntry('producer_name', producerName),
      ...textEntry('producer_version', producerVersion),
      ...textEntry('domain', domain),
      ...(modelVersion !== undefined && toNumber(modelVersion) !== 0
        ? [`model_version: ${toBigInt(modelVersion)}`]
        : []),
      ...textEntry('doc_string', docString),
    ];
    this.out.block('header', '', () => {
      this.angled([...entries, ...metadataEntry(metadataProps)]);
    });
  }

  /** `<`, entries on lines of their own, `>`. */
  private angled(entries: readonly string[]): void {
    const { out } = this;
    out.write('<');
    out.endLine();
    out.indented(() => {
      entries.forEach((entry, place) => {
        out.write(place < entries.length - 1 ? `${entry},` : entry);
        out.endLine();
      });
    });
    out.write('>');
    out.endLine();
  }

  /** Inputs, outputs, constants, types and nodes; ends behind the closing brace. */
  private graphBody(graph: GraphProto, scope: Scope): void {
    const { out } = this;
    out.write(' ');
    this.valueList(graph.input, scope, ROLE.definition);
    out.write(' => ');
    this.valueList(graph.output, scope, ROLE.use);
    const { initializer, valueInfo, sparseInitializer = [] } = graph;
    sparseInitializer.forEach(({ values }) => {
      out.lose('sparse', `initializer ${quoted(values.name)} is sparse, which this syntax has no form for`);
    });
    out.endLine();
    if (initializer.length + valueInfo.length > 0) {
      out.write('<');
      out.endLine();
      const last = initializer.length + valueInfo.length - 1;
      out.indented(() => {
        this.section('constants', 'constants', initializer, (tensor, place) => {
          this.initializer(tensor, scope);
          out.write(place < last ? ',' : '');
        });
        this.section('types', 'types that the file gives', valueInfo, (info, place) => {
          this.value(info, scope, ROLE.type);
          out.write(initializer.length + place < last ? ',' : '');
        });
      });
      out.write('>');
      out.endLine();
    }
    this.braces(() => {
      this.runs(graph.node, moduleRuns(graph.node), 0, graph.node.length, scope);
    });
  }

  /** Lines under a comment that says what they are. */
  private section<T>(
    kind: BlockKind,
    title: string,
    items: readonly T[],
    item: (each: T, place: number) => void,
  ): void {
    if (items.length === 0) {
      return;
    }
    this.out.block(kind, title, () => {
      this.out.comment(`${title}: ${items.length.toLocaleString('en')}`);
      items.forEach((each, place) => {
        item(each, place);
        this.out.endLine();
      });
    });
  }

  private braces(body: () => void): void {
    const { out } = this;
    out.write('{');
    out.endLine();
    out.indented(body);
    out.write('}');
  }

  private runs(
    nodes: readonly NodeProto[],
    runs: readonly ModuleRun[],
    first: number,
    end: number,
    scope: Scope,
  ): void {
    let next = first;
    const plainUntil = (until: number): void => {
      for (; next < until; next++) {
        const node = nodes[next];
        if (node !== undefined) {
          this.node(node, scope);
        }
      }
    };
    for (const run of runs) {
      plainUntil(run.first);
      this.out.block('module', run.path, () => {
        this.out.comment(`module ${run.path}`);
        this.runs(nodes, run.inner, run.first, run.end, scope);
      });
      next = run.end;
    }
    plainUntil(end);
  }

  private valueList(values: readonly ValueInfoProto[], scope: Scope, role: number): void {
    this.list(values, (value) => {
      this.value(value, scope, role);
    });
  }

  /** `(a, b)`, or a line for each where there are many. */
  private list<T>(items: readonly T[], item: (each: T) => void): void {
    const { out } = this;
    const isLong = items.length > INLINE_LIMIT;
    out.write('(');
    const body = (): void => {
      items.forEach((each, place) => {
        item(each);
        if (place < items.length - 1) {
          out.write(isLong ? ',' : ', ');
        }
        if (isLong) {
          out.endLine();
        }
      });
    };
    if (isLong) {
      out.block('list', '', () => {
        out.endLine();
        out.indented(body);
      });
    } else {
      body();
    }
    out.write(')');
  }

  private value({ name, type }: ValueInfoProto, scope: Scope, role: number): void {
    const text = typeText(type);
    if (text === undefined && type && Object.keys(type).length > 0) {
      this.out.lose('type', `${quoted(name)} has a type that this syntax has no form for`);
    }
    if (text !== undefined) {
      this.out.write(`${text} `);
    }
    this.out.name(nameText(name), this.symbols.resolve(scope, name), role);
  }

  private initializer(tensor: TensorProto, scope: Scope): void {
    const { out } = this;
    out.write(`${this.tensorType(tensor)} `);
    out.name(nameText(tensor.name), this.symbols.resolve(scope, tensor.name), ROLE.definition);
    out.write(' = ');
    this.data(tensor);
  }

  private tensorType({ dataType, dims, name }: TensorProto): string {
    const head = tensorHead(dataType, dims.map(toNumber));
    if (head === undefined) {
      this.out.lose('type', `${quoted(name)} has the unknown data type ${dataType}`);
    }
    return head ?? 'uint8';
  }

  private data(tensor: TensorProto): void {
    const { text, loss } = tensorData(tensor);
    this.out.write(text);
    if (loss !== undefined) {
      this.out.lose('data', loss);
    }
    if (isElided(tensor)) {
      const description = this.describe(tensor);
      this.out.note([countText(tensor), ...(description === undefined ? [] : [description])].join(', '));
    }
  }

  private node(node: NodeProto, scope: Scope): void {
    const { out } = this;
    this.comments(node.docString, node.metadataProps);
    const symbol = this.symbols.add(node.name, SYMBOL_KIND.node, scope.id);
    const first = node.output.find((name) => name !== '');
    const output = first === undefined ? undefined : this.symbols.resolve(scope, first);
    out.node(node.opType, scope.id, symbol, output, () => {
      if (node.name !== '') {
        out.write('[');
        out.name(nameText(node.name), symbol, ROLE.definition);
        out.write('] ');
      }
      this.names(node.output, scope, ROLE.definition);
      out.write(node.output.length > 0 ? ' = ' : '= ');
      this.operator(node, symbol);
      const hasGraph = node.attribute.some((each) => isGraph(each));
      const isWritten = (each: AttributeProto): boolean => this.isWritable(each);
      const attributes = node.attribute.filter(isWritten);
      if (!hasGraph) {
        this.attributes(attributes, scope, ' ');
      }
      out.write(' (');
      this.names(node.input, scope, ROLE.use);
      out.write(')');
      if (hasGraph) {
        this.graphAttributes(attributes, scope);
      }
    });
    out.endLine();
  }

  private operator({ domain, opType, overload }: NodeProto, symbol: number): void {
    const { out } = this;
    if (domain !== '') {
      out.write(`${this.domain(domain)}.`);
    }
    const called = this.functions.get(functionKey(domain, opType));
    out.name(plainName(opType), called ?? symbol, called === undefined ? ROLE.operator : ROLE.use);
    if (!isIdentifier(opType)) {
      out.lose('operator', `the operator is ${quoted(opType)}`);
    }
    if (overload) {
      out.write(`:${plainName(overload)}`);
    }
  }

  /** A domain before an operator: identifiers with points between. */
  private domain(domain: string): string {
    const plain = plainDomain(domain);
    if (plain !== domain) {
      this.out.lose('operator', `the operator's domain is ${quoted(domain)}`);
    }
    return plain;
  }

  private names(names: readonly string[], scope: Scope, role: number): void {
    names.forEach((name, place) => {
      if (name === '') {
        this.out.write('""');
      } else {
        this.out.name(nameText(name), this.symbols.resolve(scope, name), role);
      }
      if (place < names.length - 1) {
        this.out.write(', ');
      }
    });
  }

  private attributes(attributes: readonly AttributeProto[], scope: Scope, before: string): void {
    if (attributes.length === 0) {
      return;
    }
    this.out.write(`${before}<`);
    attributes.forEach((attribute, place) => {
      this.attribute(attribute, scope);
      this.out.write(place < attributes.length - 1 ? ', ' : '');
    });
    this.out.write('>');
  }

  /** Attributes on lines of their own, behind the inputs: graphs are long. */
  private graphAttributes(attributes: readonly AttributeProto[], scope: Scope): void {
    const { out } = this;
    out.write(' <');
    out.endLine();
    out.indented(() => {
      attributes.forEach((attribute, place) => {
        this.attribute(attribute, scope);
        out.write(place < attributes.length - 1 ? ',' : '');
        out.endLine();
      });
    });
    out.write('>');
  }

  /** False, with a note, for what the syntax has no form for. */
  private isWritable(attribute: AttributeProto): boolean {
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

  private attribute(attribute: AttributeProto, scope: Scope): void {
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
          out.write(`${name} = ${this.tensorType(t)} ${isNamed ? `${t.name} = ` : ''}`);
          this.data(t);
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
      this.graphBody(graph, this.symbols.graphScope(graph, outer));
    });
  }

  private function(fn: FunctionProto): void {
    const { out, symbols } = this;
    const scope = symbols.functionScope(fn.input, fn.node);
    out.endLine();
    out.block('function', fn.name, () => {
      this.comments(undefined, fn.metadataProps);
      this.angled([
        `domain: ${quoted(this.domain(fn.domain))}`,
        `opset_import: ${opsetText(fn.opsetImport)}`,
        ...(fn.overload ? [`overload: ${quoted(plainName(fn.overload))}`] : []),
        ...textEntry('doc_string', fn.docString),
      ]);
      const symbol = this.functions.get(functionKey(fn.domain, fn.name));
      if (!isIdentifier(fn.name)) {
        out.lose('operator', `the function's name is ${quoted(fn.name)}`);
      }
      if (symbol !== undefined) {
        out.name(plainName(fn.name), symbol, ROLE.definition);
      }
      this.functionAttributes(fn, scope);
      out.write(' (');
      this.names(fn.input, scope, ROLE.definition);
      out.write(') => (');
      this.names(fn.output, scope, ROLE.use);
      out.write(')');
      out.endLine();
      const { valueInfo = [] } = fn;
      if (valueInfo.length > 0) {
        out.write('<');
        out.endLine();
        out.indented(() => {
          this.section('types', 'types that the file gives', valueInfo, (info, place) => {
            this.value(info, scope, ROLE.type);
            out.write(place < valueInfo.length - 1 ? ',' : '');
          });
        });
        out.write('>');
        out.endLine();
      }
      this.braces(() => {
        this.runs(fn.node, moduleRuns(fn.node), 0, fn.node.length, scope);
      });
      out.endLine();
    });
  }

  /** Names of attributes without a default, then those with one. */
  private functionAttributes({ attribute, attributeProto }: FunctionProto, scope: Scope): void {
    const { out } = this;
    const defaults = attributeProto.filter((each) => this.isWritable(each));
    if (attribute.length + defaults.length === 0) {
      return;
    }
    out.write(` <${attribute.map(nameText).join(', ')}`);
    defaults.forEach((each, place) => {
      out.write(place > 0 || attribute.length > 0 ? ', ' : '');
      this.attribute(each, scope);
    });
    out.write('>');
  }

  /** Documentation and metadata that the syntax has no form for. */
  private comments(docString: string | undefined, metadata: readonly EntryProto[] | undefined): void {
    const lines = [
      ...(docString ? [docString] : []),
      ...(metadata ?? []).map(({ key, value }) => `${key}: ${value}`),
    ];
    if (lines.length > 0) {
      this.out.block('comment', '', () => {
        lines.forEach((line) => {
          this.out.comment(line.length > COMMENT_LIMIT ? `${line.slice(0, COMMENT_LIMIT)}…` : line);
        });
      });
    }
  }
}

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

function isGraph(attribute: AttributeProto): boolean {
  return attributeTypeOf(attribute) === ATTRIBUTE_TYPE.graph && !attribute.refAttrName;
}

function functionKey(domain: string, name: string): string {
  return `${domain === 'ai.onnx' ? '' : domain}\n${name}`;
}

/** A domain as it can stand before an operator; '' is ONNX's own. */
function plainDomain(domain: string): string {
  return domain === '' ? '' : domain.split('.').map(plainName).join('.');
}

function opsetText(opsets: readonly OpsetProto[]): string {
  const imports = opsets.map(({ domain, version }) => `${quoted(plainDomain(domain))}: ${toNumber(version)}`);
  return `[${imports.join(', ')}]`;
}

function textEntry(key: string, value: string | undefined): readonly string[] {
  return value ? [`${key}: ${quoted(value)}`] : [];
}

function metadataEntry(entries: readonly EntryProto[]): readonly string[] {
  const pairs = entries.map(({ key, value }) => `${quoted(key)}: ${quoted(value)}`);
  return pairs.length === 0 ? [] : [`metadata_props: [${pairs.join(', ')}]`];
}
