/**
 * A model in ONNX's textual syntax (docs/Syntax.md of onnx), which onnx.parser reads back, with a map of where
 * everything stands. The text follows the file: functions stay functions, nodes keep their order. Data of large tensors
 * are references to where the bytes lie (external data), so that the text beside the file is the whole model. What the
 * syntax has no form for (metadata and documentation of nodes, sparse tensors, lists of tensors or graphs) stands in
 * comments.
 */

import type { ModelProto, TensorProto } from '../proto/messages.js';
import { modelEntries } from './entries.js';
import { printFunction } from './functionPrinter.js';
import { GraphPrinter } from './graphPrinter.js';
import { angled, comments } from './layout.js';
import { nameText } from './literals.js';
import { functionKey } from './nodePrinter.js';
import { Symbols } from './symbols.js';
import { TensorPrinter } from './tensorPrinter.js';
import { SYMBOL_KIND } from './textMap.js';
import type { ModelText } from './textMap.js';
import { TextWriter } from './writer.js';

/**
 * Prints a model.
 * @param describe what to say in a comment of a tensor whose data are left out, such as its statistics
 */
export function printModel(
  model: ModelProto,
  describe: (tensor: TensorProto) => string | undefined = () => undefined,
): ModelText {
  const out = new TextWriter();
  const symbols = new Symbols();
  const functions = new Map<string, number>();
  const graphs = new GraphPrinter(out, symbols, functions, new TensorPrinter(out, describe));
  out.block('header', '', () => {
    angled(out, modelEntries(model));
  });
  const { graph } = model;
  if (graph) {
    const scope = symbols.graphScope(graph);
    for (const { domain, name } of model.functions) {
      const key = functionKey(domain, name);
      functions.set(key, functions.get(key) ?? symbols.add(name, SYMBOL_KIND.function, 0));
    }
    out.block('graph', graph.name, () => {
      comments(out, graph.docString, graph.metadataProps);
      out.write(nameText(graph.name));
      graphs.body(graph, scope);
      out.endLine();
    });
  }
  model.functions.forEach((fn) => {
    const symbol = functions.get(functionKey(fn.domain, fn.name));
    printFunction(out, graphs, fn, symbol, symbols.functionScope(fn.input, fn.node));
  });
  return out.finish(symbols);
}
