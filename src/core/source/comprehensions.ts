/** List, set, dictionary and generator comprehensions. */

import type { Evaluation, Interpreter } from './interpreter.js';
import { assign, overElements } from './statements.js';
import { field } from './syntax.js';
import type { Syntax } from './syntax.js';
import type { Dictionary } from './values.js';
import { dictionary, list, Scope, setItem, truthOf, UNKNOWN } from './values.js';

/** Puts `key: value` into a dictionary. */
export function putPair(interpreter: Interpreter, made: Dictionary, pair: Syntax, scope: Scope): void {
  const [key, value] = [field(pair, 'key'), field(pair, 'value')];
  if (key !== undefined && value !== undefined) {
    setItem(made, interpreter.evaluate(key, scope), interpreter.evaluate(value, scope));
  }
}

/** Runs the clauses of a comprehension from `place` on, and `body` within. */
function comprehend(
  interpreter: Interpreter,
  clauses: readonly Syntax[],
  place: number,
  scope: Scope,
  body: () => void,
): void {
  const clause = clauses[place];
  if (clause === undefined) {
    body();
    return;
  }
  const next = (): void => {
    comprehend(interpreter, clauses, place + 1, scope, body);
  };
  if (clause.type === 'if_clause') {
    const [condition] = clause.children;
    const truth = condition ? truthOf(interpreter.evaluate(condition, scope)) : true;
    if (truth ?? (condition !== undefined && interpreter.decide(condition))) {
      next();
    }
    return;
  }
  const [left, right] = [field(clause, 'left'), field(clause, 'right')];
  if (left !== undefined && right !== undefined) {
    overElements(interpreter, interpreter.evaluate(right, scope), (element) => {
      assign(interpreter, left, element, scope);
      next();
      return undefined;
    });
  }
}

function clausesOf(node: Syntax): readonly Syntax[] {
  return node.children.filter(({ type }) => type === 'for_in_clause' || type === 'if_clause');
}

export const comprehension: Evaluation = (interpreter, node, scope) => {
  const body = field(node, 'body');
  const inner = new Scope(scope.file, scope);
  const made = list([]);
  comprehend(interpreter, clausesOf(node), 0, inner, () => {
    made.items.push(body === undefined ? UNKNOWN : interpreter.evaluate(body, inner));
    made.isOpen ||= interpreter.repeating > 0;
  });
  return made;
};

export const dictionaryComprehension: Evaluation = (interpreter, node, scope) => {
  const body = field(node, 'body');
  const inner = new Scope(scope.file, scope);
  const made = dictionary();
  comprehend(interpreter, clausesOf(node), 0, inner, () => {
    if (body !== undefined) {
      putPair(interpreter, made, body, inner);
    }
    made.isOpen ||= interpreter.repeating > 0;
  });
  return made;
};
