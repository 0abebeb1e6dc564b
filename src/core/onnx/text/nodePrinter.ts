/** Prints nodes: outputs, operator, attributes and inputs. */

import type { AttributeProto, NodeProto } from '../proto/messages.js';
import { isGraph } from './attributePrinter.js';
import type { AttributePrinter } from './attributePrinter.js';
import { plainDomain } from './entries.js';
import { comments } from './layout.js';
import { isIdentifier, nameText, plainName, quoted } from './literals.js';
import type { Scope, Symbols } from './symbols.js';
import { ROLE, SYMBOL_KIND } from './textMap.js';
import type { TextWriter } from './writer.js';

export class NodePrinter {
  /** @param functions symbols of the model's own functions, by `functionKey` */
  constructor(
    private readonly out: TextWriter,
    private readonly symbols: Symbols,
    private readonly functions: ReadonlyMap<string, number>,
    private readonly attributes: AttributePrinter,
  ) {}

  print(node: NodeProto, scope: Scope): void {
    const { out } = this;
    comments(out, node.docString, node.metadataProps);
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
      const isWritten = (each: AttributeProto): boolean => this.attributes.isWritable(each);
      const attributes = node.attribute.filter(isWritten);
      if (!hasGraph) {
        this.attributes.inline(attributes, scope);
      }
      out.write(' (');
      this.names(node.input, scope, ROLE.use);
      out.write(')');
      if (hasGraph) {
        this.attributes.onLines(attributes, scope);
      }
    });
    out.endLine();
  }

  private operator({ domain, opType, overload }: NodeProto, symbol: number): void {
    const { out } = this;
    if (domain !== '') {
      out.write(`${domainText(out, domain)}.`);
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

  /** Names of tensors, `""` for one that is left out. */
  names(names: readonly string[], scope: Scope, role: number): void {
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
}

/** A domain before an operator: identifiers with points between. */
export function domainText(out: TextWriter, domain: string): string {
  const plain = plainDomain(domain);
  if (plain !== domain) {
    out.lose('operator', `the operator's domain is ${quoted(domain)}`);
  }
  return plain;
}

/** A function of a model by its domain and name; ONNX's own domain has two names. */
export function functionKey(domain: string, name: string): string {
  return `${domain === 'ai.onnx' ? '' : domain}\n${name}`;
}
