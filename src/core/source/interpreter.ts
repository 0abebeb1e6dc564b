/** What the parts of the interpreter ask of each other: the run they are parts of, and how it ends early. */

import type { Syntax } from './syntax.js';
import type { SourceRange } from './positions.js';
import type { Arguments, Instance, Scope, TensorValue, Value } from './values.js';

/** Python's `raise`. */
export class Raised extends Error {}

/** The source computes longer than anybody waits. */
export class OutOfBudget extends Error {}

/** A place that names or makes a module. */
export interface Mention {
  readonly range: SourceRange;
  readonly instance: Instance;
  readonly role: 'creation' | 'target' | 'use';
}

/** Follows tensors through `forward`. Each method gives the result of an operation, or undefined to pass. */
export interface Tracer {
  module(instance: Instance, args: Arguments, site: SourceRange): Value;
  /** A function of a library, by its dotted name. */
  function(name: string, args: Arguments, site: SourceRange): Value;
  /** A method of a tensor. */
  method(name: string, tensor: TensorValue, args: Arguments, site: SourceRange): Value;
  operator(operator: string, operands: readonly Value[], site: SourceRange): Value;
}

/** How a statement ends when it is not by going on to the next. */
export type Flow = { readonly kind: 'return'; readonly value: Value } | 'break' | 'continue' | undefined;

/** Gives the value of one kind of expression. */
export type Evaluation = (interpreter: Interpreter, node: Syntax, scope: Scope) => Value;

/** One run over the source: `run.ts` puts it together of statements, expressions and calls. */
export interface Interpreter {
  /** Calls on the way to the current statement, outermost first. */
  readonly calls: readonly SourceRange[];
  /** Above 0 within a loop of unknown length. */
  repeating: number;
  readonly tracer: Tracer | undefined;
  /** The names of a file, which is executed the first time; undefined where it cannot be read. */
  scopeOf(file: string): Scope | undefined;
  /** Executes what stands in a file or class, whoever asked for it. */
  aside(part: () => void): void;
  importFile(name: string, level: number, from: string): string | undefined;
  execute(statement: Syntax, scope: Scope): Flow;
  executeAll(statements: readonly Syntax[], scope: Scope): Flow;
  evaluate(expression: Syntax, scope: Scope): Value;
  /** @param site the call, for the files and lines that modules are created at */
  call(callee: Value, args: Arguments, site: SourceRange): Value;
  /** Runs `part` as called from `site`. */
  within<T>(site: SourceRange, part: () => T): T;
  /**
   * The truth of a condition that the source leaves open: the same each time it is met in one run. Other runs try
   * the other way.
   */
  decide(condition: Syntax): boolean;
  mention(instance: Instance, range: SourceRange, role: Mention['role']): void;
}

export function rangeIn(file: string, { start, end }: Syntax): SourceRange {
  return { file, start, end };
}
