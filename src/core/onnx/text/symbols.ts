/** Names and what they stand for: the same name in a function or a subgraph may be another tensor. */

import type { GraphProto, NodeProto } from '../proto/messages.js';
import { SYMBOL_KIND } from './textMap.js';
import type { TextMap } from './textMap.js';

export type SymbolKind = (typeof SYMBOL_KIND)[keyof typeof SYMBOL_KIND];

/** The names of one graph or function. */
export interface Scope {
  readonly id: number;
  /** The graph around a subgraph, whose names it sees. */
  readonly outer: Scope | undefined;
  readonly names: Map<string, number>;
}

export class Symbols {
  private readonly names: string[] = [];
  private readonly kinds: number[] = [];
  private readonly scopes: number[] = [];
  private scopeCount = 0;

  /** The scope of a graph: inputs, constants and outputs of its nodes, wherever in the graph they stand. */
  graphScope({ input, initializer, sparseInitializer, node }: GraphProto, outer?: Scope): Scope {
    const scope = this.scope(outer);
    initializer.forEach(({ name }) => this.declare(scope, name, SYMBOL_KIND.constant));
    sparseInitializer.forEach(({ values }) => this.declare(scope, values?.name ?? '', SYMBOL_KIND.constant));
    input.forEach(({ name }) => this.declare(scope, name, SYMBOL_KIND.input));
    this.declareOutputs(scope, node);
    return scope;
  }

  functionScope(inputs: readonly string[], nodes: readonly NodeProto[]): Scope {
    const scope = this.scope(undefined);
    inputs.forEach((name) => this.declare(scope, name, SYMBOL_KIND.input));
    this.declareOutputs(scope, nodes);
    return scope;
  }

  /** A symbol that no scope knows: a node or a function. */
  add(name: string, kind: SymbolKind, scope: number): number {
    this.names.push(name);
    this.kinds.push(kind);
    this.scopes.push(scope);
    return this.names.length - 1;
  }

  /** What a name stands for in a scope; a name that nothing defines is a symbol too. */
  resolve(scope: Scope, name: string): number {
    for (let each: Scope | undefined = scope; each !== undefined; each = each.outer) {
      const found = each.names.get(name);
      if (found !== undefined) {
        return found;
      }
    }
    return this.declare(scope, name, SYMBOL_KIND.unknown);
  }

  table(): Pick<TextMap, 'symbolText' | 'symbolEnds' | 'symbolKinds' | 'symbolScopes'> {
    let end = 0;
    return {
      symbolText: this.names.join(''),
      symbolEnds: Uint32Array.from(this.names, (name) => (end += name.length)),
      symbolKinds: Uint8Array.from(this.kinds),
      symbolScopes: Uint32Array.from(this.scopes),
    };
  }

  private scope(outer: Scope | undefined): Scope {
    return { id: this.scopeCount++, outer, names: new Map() };
  }

  private declareOutputs(scope: Scope, nodes: readonly NodeProto[]): void {
    for (const { output } of nodes) {
      for (const name of output) {
        if (name !== '') {
          this.declare(scope, name, SYMBOL_KIND.activation);
        }
      }
    }
  }

  private declare(scope: Scope, name: string, kind: SymbolKind): number {
    const known = scope.names.get(name);
    if (known !== undefined) {
      return known;
    }
    const symbol = this.add(name, kind, scope.id);
    scope.names.set(name, symbol);
    return symbol;
  }
}
