/** Prints graphs: inputs, outputs, constants, types, and nodes by module. */

import type { GraphProto, NodeProto, TensorProto, ValueInfoProto } from '../proto/messages.js';
import { AttributePrinter } from './attributePrinter.js';
import { braces, list, section } from './layout.js';
import { nameText, quoted, typeText } from './literals.js';
import { moduleRuns } from './modules.js';
import type { ModuleRun } from './modules.js';
import { NodePrinter } from './nodePrinter.js';
import type { Scope, Symbols } from './symbols.js';
import type { TensorPrinter } from './tensorPrinter.js';
import { ROLE } from './textMap.js';
import type { TextWriter } from './writer.js';

export class GraphPrinter {
  readonly attributes: AttributePrinter;
  readonly nodes: NodePrinter;

  /** @param functions symbols of the model's own functions, by `functionKey` */
  constructor(
    private readonly out: TextWriter,
    private readonly symbols: Symbols,
    functions: ReadonlyMap<string, number>,
    private readonly tensors: TensorPrinter,
  ) {
    this.attributes = new AttributePrinter(out, tensors, (graph, outer) => {
      this.body(graph, symbols.graphScope(graph, outer));
    });
    this.nodes = new NodePrinter(out, symbols, functions, this.attributes);
  }

  /** Inputs, outputs, constants, types and nodes; ends behind the closing brace. */
  body(graph: GraphProto, scope: Scope): void {
    const { out } = this;
    out.write(' ');
    this.valueList(graph.input, scope, ROLE.definition);
    out.write(' => ');
    this.valueList(graph.output, scope, ROLE.use);
    const { initializer, valueInfo, sparseInitializer } = graph;
    sparseInitializer.forEach(({ values }) => {
      out.lose(
        'sparse',
        `initializer ${quoted(values?.name ?? '')} is sparse, which this syntax has no form for`,
      );
    });
    out.endLine();
    if (initializer.length + valueInfo.length > 0) {
      out.write('<');
      out.endLine();
      const last = initializer.length + valueInfo.length - 1;
      out.indented(() => {
        section(out, 'constants', 'constants', initializer, (tensor, place) => {
          this.initializer(tensor, scope);
          out.write(place < last ? ',' : '');
        });
        section(out, 'types', 'types that the file gives', valueInfo, (info, place) => {
          this.value(info, scope, ROLE.type);
          out.write(initializer.length + place < last ? ',' : '');
        });
      });
      out.write('>');
      out.endLine();
    }
    this.nodesByModule(graph.node, scope);
  }

  /** Nodes between braces, those of a module under its name. */
  nodesByModule(nodes: readonly NodeProto[], scope: Scope): void {
    braces(this.out, () => {
      this.runs(nodes, moduleRuns(nodes), 0, nodes.length, scope);
    });
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
          this.nodes.print(node, scope);
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
    list(this.out, values, (value) => {
      this.value(value, scope, role);
    });
  }

  /** A tensor's type, where it is known, and its name. */
  value({ name, type }: ValueInfoProto, scope: Scope, role: number): void {
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
    out.write(`${this.tensors.type(tensor)} `);
    out.name(nameText(tensor.name), this.symbols.resolve(scope, tensor.name), ROLE.definition);
    out.write(' = ');
    this.tensors.data(tensor);
  }
}
