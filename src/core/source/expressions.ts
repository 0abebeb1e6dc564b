/** Python's expressions. */

import { BUILTINS } from './builtins.js';
import { comprehension, dictionaryComprehension, putPair } from './comprehensions.js';
import { functionFrom } from './definitions.js';
import type { Evaluation, Interpreter } from './interpreter.js';
import { rangeIn } from './interpreter.js';
import { elementsOf } from './iteration.js';
import { attributeOf, itemOf } from './members.js';
import { isModule } from './modules.js';
import { binary, compare, printedText } from './operators.js';
import { assign } from './statements.js';
import { field } from './syntax.js';
import type { Syntax } from './syntax.js';
import type { Arguments, Sequence, Value, Scope } from './values.js';
import {
  constant,
  dictionary,
  list,
  NONE,
  numberOf,
  setItem,
  textOf,
  truthOf,
  tuple,
  UNKNOWN,
  WILDCARD,
} from './values.js';

export function evaluateExpression(interpreter: Interpreter, node: Syntax, scope: Scope): Value {
  return EVALUATIONS.get(node.type)?.(interpreter, node, scope) ?? UNKNOWN;
}

const identifier: Evaluation = (_, { text }, scope) => {
  const value = scope.get(text);
  if (value !== undefined) {
    return value;
  }
  const builtin = BUILTINS.has(text) ? ({ kind: 'external', path: `builtins.${text}` } as const) : undefined;
  const wildcard = scope.get(WILDCARD);
  return (
    builtin ??
    (wildcard?.kind === 'external' ? { kind: 'external', path: `${wildcard.path}.${text}` } : UNKNOWN)
  );
};

const integer: Evaluation = (_, { text }) => {
  const value = Number(text.replaceAll('_', ''));
  return Number.isNaN(value) ? UNKNOWN : constant(value);
};

const string: Evaluation = (interpreter, node, scope) => {
  let text = '';
  for (const part of node.children) {
    if (part.type === 'string_content') {
      text += part.text;
    } else if (part.type === 'interpolation') {
      const inner = field(part, 'expression');
      const value = inner && printedText(interpreter.evaluate(inner, scope));
      const specifier = field(part, 'format_specifier')?.text;
      const width = /^:0?(\d+)d?$/.exec(specifier ?? '');
      if (value === undefined || (specifier !== undefined && width === null)) {
        return UNKNOWN;
      }
      text += width === null ? value : value.padStart(Number(width[1]), specifier?.[1] === '0' ? '0' : ' ');
    }
  }
  return constant(text);
};

const concatenated: Evaluation = (interpreter, { children }, scope) => {
  const parts = children.map((child) => textOf(interpreter.evaluate(child, scope)));
  return parts.includes(undefined) ? UNKNOWN : constant(parts.join(''));
};

/** The values of a list's elements, with those of `*others` in their places. */
function spread(interpreter: Interpreter, nodes: readonly Syntax[], scope: Scope): Sequence {
  const all = list([]);
  for (const node of nodes) {
    if (node.type === 'list_splat') {
      const inner = node.children[0] ?? node;
      const { items, isOpen } = elementsOf(interpreter, interpreter.evaluate(inner, scope));
      all.items.push(...items);
      all.isOpen ||= isOpen;
    } else {
      all.items.push(interpreter.evaluate(node, scope));
    }
  }
  return all;
}

const listLiteral: Evaluation = (interpreter, { children }, scope) => spread(interpreter, children, scope);

const tupleLiteral: Evaluation = (interpreter, { children }, scope) => {
  const { items, isOpen } = spread(interpreter, children, scope);
  return tuple(items, isOpen);
};

const dictionaryLiteral: Evaluation = (interpreter, { children }, scope) => {
  const made = dictionary();
  for (const child of children) {
    if (child.type === 'pair') {
      putPair(interpreter, made, child, scope);
    } else {
      const inner = interpreter.evaluate(child.children[0] ?? child, scope);
      made.isOpen ||= inner.kind !== 'dictionary' || inner.isOpen;
      if (inner.kind === 'dictionary') {
        inner.entries.forEach(({ key, value }) => {
          setItem(made, key, value);
        });
      }
    }
  }
  return made;
};

const call: Evaluation = (interpreter, node, scope) => {
  const callee = field(node, 'function');
  const given = field(node, 'arguments');
  if (callee === undefined || given === undefined) {
    return UNKNOWN;
  }
  const site = rangeIn(scope.file, node);
  if (callee.text === 'super') {
    return superOf(scope);
  }
  const called = interpreter.evaluate(callee, scope);
  if (isModule(called)) {
    interpreter.mention(called, rangeIn(scope.file, callee), 'use');
  }
  return interpreter.call(called, argumentsOf(interpreter, given, scope), site);
};

function superOf(scope: Scope): Value {
  const { method } = scope;
  const receiver = method?.receiver;
  return method !== undefined && (receiver?.kind === 'instance' || receiver?.kind === 'class')
    ? { kind: 'super', receiver, after: method.owner }
    : UNKNOWN;
}

function argumentsOf(interpreter: Interpreter, given: Syntax, scope: Scope): Arguments {
  if (given.type === 'generator_expression') {
    return { positional: [comprehension(interpreter, given, scope)], named: new Map(), isOpen: false };
  }
  const isNamed = ({ type }: Syntax): boolean => type === 'keyword_argument' || type === 'dictionary_splat';
  const positional = spread(
    interpreter,
    given.children.filter((child) => !isNamed(child)),
    scope,
  );
  const named = new Map<string, Value>();
  let { isOpen } = positional;
  for (const child of given.children.filter(isNamed)) {
    const value = interpreter.evaluate(field(child, 'value') ?? child.children[0] ?? child, scope);
    if (child.type === 'keyword_argument') {
      named.set(field(child, 'name')?.text ?? '', value);
    } else if (value.kind === 'dictionary') {
      value.entries.forEach((entry) => named.set(textOf(entry.key) ?? '', entry.value));
      isOpen ||= value.isOpen;
    } else {
      isOpen = true;
    }
  }
  return { positional: positional.items, named, isOpen };
}

const attribute: Evaluation = (interpreter, node, scope) => {
  const object = field(node, 'object');
  const name = field(node, 'attribute')?.text ?? '';
  if (object === undefined) {
    return UNKNOWN;
  }
  const site = rangeIn(scope.file, node);
  const value = attributeOf(interpreter, interpreter.evaluate(object, scope), name, site);
  if (isModule(value)) {
    interpreter.mention(value, site, 'use');
  }
  return value;
};

const subscript: Evaluation = (interpreter, node, scope) => {
  const container = field(node, 'value');
  const indexes = node.fields.get('subscript') ?? [];
  const [index] = indexes;
  if (container === undefined || index === undefined) {
    return UNKNOWN;
  }
  const site = rangeIn(scope.file, node);
  const held = interpreter.evaluate(container, scope);
  if (indexes.length > 1) {
    return held.kind === 'tensor' && interpreter.tracer
      ? interpreter.tracer.operator('[]', [held], site)
      : UNKNOWN;
  }
  const value = itemOf(interpreter, held, index, scope, site);
  if (isModule(value)) {
    interpreter.mention(value, site, 'use');
  }
  return value;
};

const binaryOperator: Evaluation = (interpreter, node, scope) => {
  const [left, right] = [field(node, 'left'), field(node, 'right')];
  if (left === undefined || right === undefined) {
    return UNKNOWN;
  }
  const operator = field(node, 'operator')?.text ?? '';
  const operands = [interpreter.evaluate(left, scope), interpreter.evaluate(right, scope)] as const;
  const isTraced = interpreter.tracer !== undefined && operands.some(({ kind }) => kind === 'tensor');
  return isTraced && interpreter.tracer
    ? interpreter.tracer.operator(operator, operands, rangeIn(scope.file, node))
    : binary(operator, ...operands);
};

const unaryOperator: Evaluation = (interpreter, node, scope) => {
  const argument = field(node, 'argument');
  const value = argument && numberOf(interpreter.evaluate(argument, scope));
  if (value === undefined) {
    return UNKNOWN;
  }
  switch (field(node, 'operator')?.text) {
    case '-':
      return constant(-value);
    case '~':
      return constant(~value);
    default:
      return constant(value);
  }
};

const notOperator: Evaluation = (interpreter, node, scope) => {
  const argument = field(node, 'argument');
  const truth = argument && truthOf(interpreter.evaluate(argument, scope));
  return truth === undefined ? UNKNOWN : constant(!truth);
};

const booleanOperator: Evaluation = (interpreter, node, scope) => {
  const [left, right] = [field(node, 'left'), field(node, 'right')];
  if (left === undefined || right === undefined) {
    return UNKNOWN;
  }
  const isAnd = field(node, 'operator')?.text === 'and';
  const first = interpreter.evaluate(left, scope);
  const truth = truthOf(first);
  if (truth === !isAnd) {
    return first;
  }
  const second = interpreter.evaluate(right, scope);
  if (truth === undefined) {
    // False on either side makes `and` false; true on either side makes `or` true.
    return truthOf(second) === !isAnd ? constant(!isAnd) : UNKNOWN;
  }
  return second;
};

const comparison: Evaluation = (interpreter, node, scope) => {
  const operands = node.children.map((child) => interpreter.evaluate(child, scope));
  const operators = (node.fields.get('operators') ?? []).map(({ text }) => text.replace(/\s+/g, ' '));
  const truths = operators.map((operator, place) =>
    compare(operator, operands[place] ?? UNKNOWN, operands[place + 1] ?? UNKNOWN),
  );
  if (truths.includes(false)) {
    return constant(false);
  }
  return truths.includes(undefined) ? UNKNOWN : constant(true);
};

const conditional: Evaluation = (interpreter, { children }, scope) => {
  const [body, condition, otherwise] = children;
  if (body === undefined || condition === undefined || otherwise === undefined) {
    return UNKNOWN;
  }
  const truth = truthOf(interpreter.evaluate(condition, scope)) ?? interpreter.decide(condition);
  return interpreter.evaluate(truth ? body : otherwise, scope);
};

const named: Evaluation = (interpreter, node, scope) => {
  const [name, value] = [field(node, 'name'), field(node, 'value')];
  const result = value ? interpreter.evaluate(value, scope) : UNKNOWN;
  if (name !== undefined) {
    assign(interpreter, name, result, scope);
  }
  return result;
};

const inner: Evaluation = (interpreter, { children: [child] }, scope) =>
  child === undefined ? UNKNOWN : interpreter.evaluate(child, scope);

const EVALUATIONS: ReadonlyMap<string, Evaluation> = new Map<string, Evaluation>([
  ['identifier', identifier],
  ['integer', integer],
  ['float', integer],
  ['string', string],
  ['concatenated_string', concatenated],
  ['true', () => constant(true)],
  ['false', () => constant(false)],
  ['none', () => NONE],
  ['list', listLiteral],
  ['set', listLiteral],
  ['tuple', tupleLiteral],
  ['expression_list', tupleLiteral],
  ['dictionary', dictionaryLiteral],
  ['list_comprehension', comprehension],
  ['set_comprehension', comprehension],
  ['generator_expression', comprehension],
  ['dictionary_comprehension', dictionaryComprehension],
  ['call', call],
  ['attribute', attribute],
  ['subscript', subscript],
  ['binary_operator', binaryOperator],
  ['unary_operator', unaryOperator],
  ['not_operator', notOperator],
  ['boolean_operator', booleanOperator],
  ['comparison_operator', comparison],
  ['conditional_expression', conditional],
  ['lambda', (interpreter, node, scope) => functionFrom(interpreter, node, scope)],
  ['named_expression', named],
  ['parenthesized_expression', inner],
  ['await', inner],
  ['type', inner],
]);
