/** Python's statements. */

import { classFrom, functionFrom } from './definitions.js';
import { elementsOf } from './iteration.js';
import type { Flow, Interpreter } from './interpreter.js';
import { OutOfBudget, Raised, rangeIn } from './interpreter.js';
import { assignAttribute, assignItem } from './members.js';
import { binary } from './operators.js';
import { importFromStatement, importStatement } from './importStatements.js';
import { field } from './syntax.js';
import type { Syntax } from './syntax.js';
import type { Scope, Value } from './values.js';
import { list, NONE, truthOf, UNKNOWN } from './values.js';

/** Rounds of a `while` loop; one that goes on longer is no loop that makes layers. */
const ROUNDS = 2000;

export function executeStatement(interpreter: Interpreter, node: Syntax, scope: Scope): Flow {
  switch (node.type) {
    case 'expression_statement':
      node.children.forEach((child) => {
        expressionStatement(interpreter, child, scope);
      });
      return undefined;
    case 'if_statement':
      return ifStatement(interpreter, node, scope);
    case 'for_statement':
      return forStatement(interpreter, node, scope);
    case 'while_statement':
      return whileStatement(interpreter, node, scope);
    case 'block':
    case 'module':
      return interpreter.executeAll(node.children, scope);
    case 'return_statement': {
      const [value] = node.children;
      return { kind: 'return', value: value ? interpreter.evaluate(value, scope) : NONE };
    }
    case 'break_statement':
      return 'break';
    case 'continue_statement':
      return 'continue';
    case 'raise_statement':
      throw new Raised(node.text);
    case 'function_definition':
    case 'class_definition':
    case 'decorated_definition':
      definition(interpreter, node, scope);
      return undefined;
    case 'import_statement':
      importStatement(interpreter, node, scope);
      return undefined;
    case 'import_from_statement':
      importFromStatement(interpreter, node, scope);
      return undefined;
    case 'with_statement':
      return withStatement(interpreter, node, scope);
    case 'try_statement':
      return tryStatement(interpreter, node, scope);
    default:
      return undefined;
  }
}

function expressionStatement(interpreter: Interpreter, node: Syntax, scope: Scope): void {
  switch (node.type) {
    case 'assignment':
      assignment(interpreter, node, scope);
      return;
    case 'augmented_assignment':
      augmentedAssignment(interpreter, node, scope);
      return;
    default:
      interpreter.evaluate(node, scope);
  }
}

function assignment(interpreter: Interpreter, node: Syntax, scope: Scope): Value {
  const left = field(node, 'left');
  const right = field(node, 'right');
  if (right === undefined) {
    return NONE;
  }
  const value =
    right.type === 'assignment' ? assignment(interpreter, right, scope) : interpreter.evaluate(right, scope);
  if (left !== undefined) {
    assign(interpreter, left, value, scope);
  }
  return value;
}

function augmentedAssignment(interpreter: Interpreter, node: Syntax, scope: Scope): void {
  const left = field(node, 'left');
  const right = field(node, 'right');
  if (left === undefined || right === undefined) {
    return;
  }
  const before = interpreter.evaluate(left, scope);
  const added = interpreter.evaluate(right, scope);
  const operator = (field(node, 'operator')?.text ?? '').slice(0, -1);
  if (before.kind === 'sequence' && !before.isTuple && operator === '+') {
    // A list grows in place, for everybody who holds it.
    const { items, isOpen } = elementsOf(interpreter, added);
    before.items.push(...items);
    before.isOpen ||= isOpen || interpreter.repeating > 0;
    return;
  }
  const traced = interpreter.tracer?.operator(operator, [before, added], rangeIn(scope.file, node));
  assign(
    interpreter,
    left,
    isTraced(before, added) && traced !== undefined ? traced : counted(interpreter, operator, before, added),
    scope,
  );
}

function isTraced(...operands: readonly Value[]): boolean {
  return operands.some(({ kind }) => kind === 'tensor');
}

/** A number that grows in a loop of unknown length is unknown. */
function counted(interpreter: Interpreter, operator: string, before: Value, added: Value): Value {
  return interpreter.repeating > 0 ? UNKNOWN : binary(operator, before, added);
}

/** Gives the names of a target their values. */
export function assign(interpreter: Interpreter, target: Syntax, value: Value, scope: Scope): void {
  switch (target.type) {
    case 'identifier':
      scope.names.set(target.text, value);
      return;
    case 'attribute': {
      const object = interpreter.evaluate(field(target, 'object') ?? target, scope);
      const name = field(target, 'attribute')?.text ?? '';
      assignAttribute(interpreter, object, name, value, rangeIn(scope.file, target));
      return;
    }
    case 'subscript': {
      const object = interpreter.evaluate(field(target, 'value') ?? target, scope);
      const index = field(target, 'subscript');
      assignItem(interpreter, object, index ? interpreter.evaluate(index, scope) : UNKNOWN, value);
      return;
    }
    case 'pattern_list':
    case 'tuple_pattern':
    case 'list_pattern':
    case 'expression_list':
    case 'tuple':
      unpack(interpreter, target.children, value, scope);
      return;
    case 'parenthesized_expression':
      target.children.forEach((child) => {
        assign(interpreter, child, value, scope);
      });
      return;
  }
}

function unpack(interpreter: Interpreter, targets: readonly Syntax[], value: Value, scope: Scope): void {
  const items = value.kind === 'sequence' && !value.isOpen ? value.items : undefined;
  const star = targets.findIndex(({ type }) => type.startsWith('list_splat'));
  const behind = targets.length - 1 - star;
  targets.forEach((target, place) => {
    if (place === star) {
      const inner = target.children[0] ?? target;
      assign(
        interpreter,
        inner,
        list(items?.slice(star, items.length - behind) ?? [], items === undefined),
        scope,
      );
    } else {
      const index = star !== -1 && place > star ? place - targets.length : place;
      assign(interpreter, target, items?.at(index) ?? UNKNOWN, scope);
    }
  });
}

function ifStatement(interpreter: Interpreter, node: Syntax, scope: Scope): Flow {
  const branches = [node, ...(node.fields.get('alternative') ?? [])];
  for (const [place, branch] of branches.entries()) {
    const condition = field(branch, 'condition');
    const body = field(branch, 'consequence') ?? field(branch, 'body');
    if (condition === undefined) {
      return body === undefined ? undefined : interpreter.execute(body, scope);
    }
    const otherwise = branches[place + 1];
    const next = otherwise && (field(otherwise, 'consequence') ?? field(otherwise, 'body'));
    const known = truthOf(interpreter.evaluate(condition, scope));
    const isTaken =
      known ??
      (fails(body) ? false : fails(next) && next !== undefined ? true : interpreter.decide(condition));
    if (isTaken) {
      return body === undefined ? undefined : interpreter.execute(body, scope);
    }
  }
  return undefined;
}

/** True for a branch that does nothing but raise an exception: no model that was exported went there. */
function fails(body: Syntax | undefined): boolean {
  return body?.children.at(-1)?.type === 'raise_statement';
}

function forStatement(interpreter: Interpreter, node: Syntax, scope: Scope): Flow {
  const left = field(node, 'left');
  const right = field(node, 'right');
  const body = field(node, 'body');
  if (left === undefined || right === undefined || body === undefined) {
    return undefined;
  }
  return overElements(interpreter, interpreter.evaluate(right, scope), (element) => {
    assign(interpreter, left, element, scope);
    return interpreter.execute(body, scope);
  });
}

/** Runs a loop's body for each element; where their number is not known, for those known and an unknown one. */
export function overElements(
  interpreter: Interpreter,
  iterated: Value,
  body: (element: Value) => Flow,
): Flow {
  const { items, isOpen } = elementsOf(interpreter, iterated);
  const rounds = isOpen && items.length === 0 ? [UNKNOWN] : items;
  interpreter.repeating += isOpen ? 1 : 0;
  try {
    for (const element of rounds) {
      const flow = body(element);
      if (flow === 'break') {
        break;
      }
      if (flow !== undefined && flow !== 'continue') {
        return flow;
      }
    }
  } finally {
    interpreter.repeating -= isOpen ? 1 : 0;
  }
  return undefined;
}

function whileStatement(interpreter: Interpreter, node: Syntax, scope: Scope): Flow {
  const condition = field(node, 'condition');
  const body = field(node, 'body');
  if (condition === undefined || body === undefined) {
    return undefined;
  }
  for (let round = 0; ; round++) {
    if (round > ROUNDS) {
      throw new OutOfBudget('a loop without an end');
    }
    const truth = truthOf(interpreter.evaluate(condition, scope));
    if (truth === undefined) {
      return overElements(interpreter, UNKNOWN, () => interpreter.execute(body, scope));
    }
    const flow = truth ? interpreter.execute(body, scope) : 'break';
    if (flow === 'break') {
      return undefined;
    }
    if (flow !== undefined && flow !== 'continue') {
      return flow;
    }
  }
}

function definition(interpreter: Interpreter, node: Syntax, scope: Scope): void {
  const defined = node.type === 'decorated_definition' ? field(node, 'definition') : node;
  if (defined === undefined) {
    return;
  }
  const decorators = node.children
    .filter(({ type }) => type === 'decorator')
    .map(({ text }) => text.replace(/^@\s*/, '').replace(/\(.*/s, '').trim());
  const name = field(defined, 'name')?.text ?? '';
  const value =
    defined.type === 'class_definition'
      ? classFrom(interpreter, defined, scope)
      : functionFrom(interpreter, defined, scope, decorators);
  // A setter of a property would take its place.
  if (!decorators.some((decorator) => /\.(?:setter|deleter)$|(?:^|\.)overload$/.test(decorator))) {
    scope.names.set(name, value);
  }
}

function withStatement(interpreter: Interpreter, node: Syntax, scope: Scope): Flow {
  const body = field(node, 'body');
  return body === undefined ? undefined : interpreter.execute(body, scope);
}

function tryStatement(interpreter: Interpreter, node: Syntax, scope: Scope): Flow {
  const body = field(node, 'body');
  try {
    const flow = body === undefined ? undefined : interpreter.execute(body, scope);
    if (flow !== undefined) {
      return flow;
    }
  } catch (error) {
    if (!(error instanceof Raised)) {
      throw error;
    }
    const handler = node.children.find(({ type }) => type === 'except_clause');
    const block = handler?.children.find(({ type }) => type === 'block');
    return block === undefined ? undefined : interpreter.execute(block, scope);
  }
  const rest = node.children.filter(({ type }) => type === 'else_clause' || type === 'finally_clause');
  for (const clause of rest) {
    const block = field(clause, 'body') ?? clause.children.find(({ type }) => type === 'block');
    const flow = block === undefined ? undefined : interpreter.execute(block, scope);
    if (flow !== undefined) {
      return flow;
    }
  }
  return undefined;
}
