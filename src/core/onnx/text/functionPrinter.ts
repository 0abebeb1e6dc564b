/** Prints a model's own functions. */

import type { FunctionProto } from '../proto/messages.js';
import { opsetText, textEntry } from './entries.js';
import type { GraphPrinter } from './graphPrinter.js';
import { angled, comments, section } from './layout.js';
import { isIdentifier, nameText, plainName, quoted } from './literals.js';
import { domainText } from './nodePrinter.js';
import type { Scope } from './symbols.js';
import { ROLE } from './textMap.js';
import type { TextWriter } from './writer.js';

/**
 * @param symbol the function's own
 * @param scope that of its inputs and nodes
 */
export function printFunction(
  out: TextWriter,
  graphs: GraphPrinter,
  fn: FunctionProto,
  symbol: number | undefined,
  scope: Scope,
): void {
  out.endLine();
  out.block('function', fn.name, () => {
    comments(out, undefined, fn.metadataProps);
    angled(out, [
      `domain: ${quoted(domainText(out, fn.domain))}`,
      `opset_import: ${opsetText(fn.opsetImport)}`,
      ...(fn.overload ? [`overload: ${quoted(plainName(fn.overload))}`] : []),
      ...textEntry('doc_string', fn.docString),
    ]);
    if (!isIdentifier(fn.name)) {
      out.lose('operator', `the function's name is ${quoted(fn.name)}`);
    }
    if (symbol !== undefined) {
      out.name(plainName(fn.name), symbol, ROLE.definition);
    }
    functionAttributes(out, graphs, fn, scope);
    out.write(' (');
    graphs.nodes.names(fn.input, scope, ROLE.definition);
    out.write(') => (');
    graphs.nodes.names(fn.output, scope, ROLE.use);
    out.write(')');
    out.endLine();
    const { valueInfo = [] } = fn;
    if (valueInfo.length > 0) {
      out.write('<');
      out.endLine();
      out.indented(() => {
        section(out, 'types', 'types that the file gives', valueInfo, (info, place) => {
          graphs.value(info, scope, ROLE.type);
          out.write(place < valueInfo.length - 1 ? ',' : '');
        });
      });
      out.write('>');
      out.endLine();
    }
    graphs.nodesByModule(fn.node, scope);
    out.endLine();
  });
}

/** Names of attributes without a default, then those with one. */
function functionAttributes(
  out: TextWriter,
  { attributes }: GraphPrinter,
  { attribute, attributeProto }: FunctionProto,
  scope: Scope,
): void {
  const defaults = attributeProto.filter((each) => attributes.isWritable(each));
  if (attribute.length + defaults.length === 0) {
    return;
  }
  out.write(` <${attribute.map(nameText).join(', ')}`);
  defaults.forEach((each, place) => {
    out.write(place > 0 || attribute.length > 0 ? ', ' : '');
    attributes.print(each, scope);
  });
  out.write('>');
}
