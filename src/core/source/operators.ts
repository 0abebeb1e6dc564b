/** Python's operators on values that are known. */

import { constant, keyOf, list, numberOf, textOf, tuple, UNKNOWN } from './values.js';
import type { Value } from './values.js';

/** More elements than this are not listed one by one. */
const LIMIT = 10_000;

export function binary(operator: string, left: Value, right: Value): Value {
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a !== undefined && b !== undefined) {
    const value = arithmetic(operator, a, b);
    return value === undefined ? UNKNOWN : constant(value);
  }
  const text = textOf(left);
  if (text !== undefined) {
    if (operator === '+' && textOf(right) !== undefined) {
      return constant(text + (textOf(right) ?? ''));
    }
    return operator === '%' ? formatted(text, right) : UNKNOWN;
  }
  if (left.kind === 'sequence' && right.kind === 'sequence' && operator === '+') {
    const items = [...left.items, ...right.items];
    return (left.isTuple ? tuple : list)(items, left.isOpen || right.isOpen);
  }
  const [sequence, times] = left.kind === 'sequence' ? [left, b] : [right, a];
  if (sequence.kind === 'sequence' && operator === '*') {
    const make = sequence.isTuple ? tuple : list;
    return times === undefined || times * sequence.items.length > LIMIT
      ? make(sequence.items, true)
      : make(Array.from({ length: Math.max(0, times) }, () => sequence.items).flat(), sequence.isOpen);
  }
  return UNKNOWN;
}

function arithmetic(operator: string, a: number, b: number): number | undefined {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return b === 0 ? undefined : a / b;
    case '//':
      return b === 0 ? undefined : Math.floor(a / b);
    case '%':
      return b === 0 ? undefined : a - b * Math.floor(a / b);
    case '**':
      return a ** b;
    case '<<':
      return a * 2 ** b;
    case '>>':
      return Math.floor(a / 2 ** b);
    case '&':
      return a & b;
    case '|':
      return a | b;
    case '^':
      return a ^ b;
    default:
      return undefined;
  }
}

/** `'conv%d' % 3`. */
function formatted(pattern: string, value: Value): Value {
  const values = value.kind === 'sequence' ? [...value.items] : [value];
  let isKnown = true;
  const text = pattern.replace(/%(?:0?(\d*))?([dsi%])/g, (_, width: string, letter: string) => {
    if (letter === '%') {
      return '%';
    }
    const next = values.shift();
    const printed = next === undefined ? undefined : printedText(next);
    isKnown &&= printed !== undefined;
    return (printed ?? '').padStart(Number(width), '0');
  });
  return isKnown && values.length === 0 ? constant(text) : UNKNOWN;
}

/** What `str()` makes of a constant. */
export function printedText(value: Value): string | undefined {
  if (value.kind !== 'constant') {
    return undefined;
  }
  switch (value.value) {
    case null:
      return 'None';
    case true:
      return 'True';
    case false:
      return 'False';
    default:
      return String(value.value);
  }
}

/** The truth of one comparison; undefined where it is not known. */
export function compare(operator: string, left: Value, right: Value): boolean | undefined {
  switch (operator) {
    case '==':
    case 'is':
      return equal(left, right);
    case '!=':
    case 'is not':
      return negated(equal(left, right));
    case 'in':
      return isIn(left, right);
    case 'not in':
      return negated(isIn(left, right));
    default:
      return ordered(operator, left, right);
  }
}

function negated(truth: boolean | undefined): boolean | undefined {
  return truth === undefined ? undefined : !truth;
}

function equal(left: Value, right: Value): boolean | undefined {
  if (left === right && left.kind !== 'unknown') {
    return true;
  }
  const [a, b] = [keyOf(left), keyOf(right)];
  if (a !== undefined && b !== undefined) {
    return a === b;
  }
  const isVague = [left, right].some(({ kind }) => kind === 'unknown');
  const isTensor = left.kind === 'tensor' && right.kind === 'tensor';
  return isVague || isTensor || (left.kind === 'sequence' && right.kind === 'sequence') ? undefined : false;
}

function isIn(item: Value, container: Value): boolean | undefined {
  const key = keyOf(item);
  if (container.kind === 'dictionary') {
    const isFound = key !== undefined && container.entries.has(key);
    return isFound || (key === undefined || container.isOpen ? undefined : false);
  }
  if (container.kind === 'sequence') {
    const truths = container.items.map((each) => equal(item, each));
    return truths.includes(true) || (truths.includes(undefined) || container.isOpen ? undefined : false);
  }
  const [text, whole] = [textOf(item), textOf(container)];
  return text !== undefined && whole !== undefined ? whole.includes(text) : undefined;
}

function ordered(operator: string, left: Value, right: Value): boolean | undefined {
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a === undefined || b === undefined) {
    return undefined;
  }
  switch (operator) {
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    default:
      return undefined;
  }
}

/** The item at an index or key; negative indexes count from the end. */
export function itemAt(container: Value, index: Value): Value | undefined {
  if (container.kind === 'dictionary') {
    const key = keyOf(index);
    return key === undefined ? undefined : container.entries.get(key)?.value;
  }
  const place = numberOf(index);
  if (container.kind === 'sequence') {
    return container.isOpen || place === undefined ? undefined : container.items.at(place);
  }
  const text = textOf(container);
  const letter = text !== undefined && place !== undefined ? text.at(place) : undefined;
  return letter === undefined ? undefined : constant(letter);
}

/** `items[start:stop:step]`; undefined bounds are left out. */
export function slice<T>(
  items: readonly T[],
  start: number | undefined,
  stop: number | undefined,
  step = 1,
): readonly T[] {
  if (step <= 0) {
    return step === -1 && start === undefined && stop === undefined ? [...items].reverse() : [];
  }
  return items.slice(start ?? 0, stop ?? items.length).filter((_, place) => place % step === 0);
}
