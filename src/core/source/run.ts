/**
 * Runs the constructors of PyTorch modules without PyTorch: what the source says is computed, everything else is
 * unknown. Nothing is imported or executed; the values are those of `values.ts`.
 */

import type { Budget } from './budget.js';
import { callValue } from './calls.js';
import { evaluateExpression } from './expressions.js';
import { importedFile } from './imports.js';
import type { SourceFiles } from './imports.js';
import { OutOfBudget, Raised } from './interpreter.js';
import type { Flow, Interpreter, Mention, Tracer } from './interpreter.js';
import { executeStatement } from './statements.js';
import type { PythonParser, Syntax } from './syntax.js';
import type { SourceRange } from './positions.js';
import type { Arguments, Instance, Value } from './values.js';
import { rangeKey } from './positions.js';
import { constant, Scope } from './values.js';

const STEPS = 300_000;
/** Calls within calls; recursion without an end is cut here. */
const DEPTH = 120;

/** What is read once for all runs over a file and those it imports. */
export interface LoadedFiles {
  readonly trees: Map<string, Syntax>;
  readonly scopes: Map<string, Scope>;
  readonly budget: Budget;
}

export class Run implements Interpreter {
  readonly calls: SourceRange[] = [];
  readonly mentions: Mention[] = [];
  /** What was decided at conditions that the source leaves open, in the order they were met. */
  readonly decisions = new Map<Syntax, boolean>();
  repeating = 0;
  tracer: Tracer | undefined;
  private readonly own = new Map<string, Scope>();
  private readonly mentioned = new Map<Instance, Set<string>>();
  private steps = 0;
  private budget: Budget | undefined;
  /** Above 0 while the statements of a file are executed. */
  private loading = 0;

  constructor(
    private readonly parser: PythonParser,
    readonly files: SourceFiles,
    private readonly loaded: LoadedFiles,
    forced: ReadonlyMap<Syntax, boolean> = new Map(),
    /** The file that is run as a program. */
    private readonly script?: string,
  ) {
    this.budget = loaded.budget;
    forced.forEach((truth, condition) => this.decisions.set(condition, truth));
  }

  scopeOf(file: string): Scope | undefined {
    const scopes = file === this.script ? this.own : this.loaded.scopes;
    const known = scopes.get(file);
    if (known !== undefined) {
      return known;
    }
    const tree = this.treeOf(file);
    if (tree === undefined) {
      return undefined;
    }
    const scope = new Scope(file, undefined);
    if (file === this.script) {
      scope.names.set('__name__', constant('__main__'));
    }
    scopes.set(file, scope);
    this.aside(() => {
      for (const statement of tree.children) {
        try {
          this.execute(statement, scope);
        } catch (error) {
          // The names behind a statement that fails are still there.
          if (!(error instanceof Raised)) {
            throw error;
          }
        }
      }
    });
    return scope;
  }

  aside(part: () => void): void {
    const { tracer, repeating } = this;
    const calls = this.calls.splice(0);
    this.tracer = undefined;
    this.repeating = 0;
    this.loading++;
    try {
      part();
    } finally {
      this.loading--;
      this.repeating = repeating;
      this.tracer = tracer;
      this.calls.push(...calls);
    }
  }

  treeOf(file: string): Syntax | undefined {
    const known = this.loaded.trees.get(file);
    if (known !== undefined) {
      return known;
    }
    const text = this.files.read(file);
    if (text === undefined) {
      return undefined;
    }
    this.budget?.spendOnParsing(text);
    const tree = this.parser.parse(text);
    this.loaded.trees.set(file, tree);
    return tree;
  }

  importFile(name: string, level: number, from: string): string | undefined {
    return importedFile(this.files, name, level, from);
  }

  execute(statement: Syntax, scope: Scope): Flow {
    this.step();
    return executeStatement(this, statement, scope);
  }

  executeAll(statements: readonly Syntax[], scope: Scope): Flow {
    for (const statement of statements) {
      const flow = this.execute(statement, scope);
      if (flow !== undefined) {
        return flow;
      }
    }
    return undefined;
  }

  evaluate(expression: Syntax, scope: Scope): Value {
    return evaluateExpression(this, expression, scope);
  }

  call(callee: Value, args: Arguments, site: SourceRange): Value {
    this.step();
    if (this.calls.length > DEPTH) {
      throw new OutOfBudget('calls within calls');
    }
    return callValue(this, callee, args, site);
  }

  within<T>(site: SourceRange, part: () => T): T {
    this.calls.push(site);
    try {
      return part();
    } finally {
      this.calls.pop();
    }
  }

  decide(condition: Syntax): boolean {
    const decided = this.decisions.get(condition);
    const isOfFile = this.loading > 0 && this.script === undefined && this.calls.length === 0;
    if (decided === undefined && !isOfFile) {
      this.decisions.set(condition, false);
    }
    return decided ?? false;
  }

  mention(instance: Instance, range: SourceRange, role: Mention['role']): void {
    const key = `${role} ${rangeKey(range)}`;
    const known = this.mentioned.get(instance) ?? new Set<string>();
    if (!known.has(key)) {
      known.add(key);
      this.mentioned.set(instance, known);
      this.mentions.push({ instance, range, role });
    }
  }

  /**
   * Calls something with a tensor, of whose way the tracer hears, as far as it can be followed. It is granted as many
   * steps again as a run, for which the budget of reading the file does not pay.
   */
  follow(tracer: Tracer, callee: Value, input: Value, site: SourceRange): void {
    this.steps = 0;
    this.budget = undefined;
    this.tracer = tracer;
    try {
      this.call(callee, { positional: [input], named: new Map(), isOpen: false }, site);
    } catch (error) {
      if (!(error instanceof Raised || error instanceof OutOfBudget)) {
        throw error;
      }
    } finally {
      this.tracer = undefined;
    }
  }

  private step(): void {
    this.budget?.spend(1);
    if (++this.steps > STEPS) {
      throw new OutOfBudget('too many steps');
    }
  }
}

/** The names of a file, as far as the budget goes; undefined where it ends before. */
export function scopeWithin(run: Run, file: string): Scope | undefined {
  try {
    return run.scopeOf(file);
  } catch (error) {
    if (error instanceof OutOfBudget) {
      return undefined;
    }
    throw error;
  }
}
