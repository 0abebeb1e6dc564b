/** Python's built-in functions, as far as constructors of networks use them. */

import type { Interpreter } from './interpreter.js';
import { elementsOf } from './iteration.js';
import { assignAttribute, attributeOf } from './members.js';
import { childrenOf, isModule } from './modules.js';
import { printedText } from './operators.js';
import type { SourceRange } from './positions.js';
import type { Arguments, Value } from './values.js';
import {
  constant,
  dictionary,
  libraryClassOf,
  list,
  NONE,
  numberOf,
  setItem,
  textOf,
  truthOf,
  tuple,
  UNKNOWN,
} from './values.js';
import { lineageOf } from './definitions.js';

type Builtin = (interpreter: Interpreter, args: Arguments, site: SourceRange) => Value;

/** More rounds than this are not gone through one by one. */
const ROUNDS = 5000;

const range: Builtin = (_, { positional }) => {
  const bounds = positional.map(numberOf);
  const [start = 0, stop = 0, step = 1] = bounds.length === 1 ? [0, bounds[0], 1] : bounds;
  const count = Math.max(0, Math.ceil((stop - start) / step));
  return bounds.includes(undefined) || step === 0 || count > ROUNDS
    ? list([], true)
    : list(Array.from({ length: count }, (__, place) => constant(start + place * step)));
};

const length: Builtin = (_, { positional: [value = UNKNOWN] }) => {
  if (value.kind === 'sequence') {
    return value.isOpen ? UNKNOWN : constant(value.items.length);
  }
  if (value.kind === 'dictionary') {
    return value.isOpen ? UNKNOWN : constant(value.entries.size);
  }
  if (isModule(value)) {
    const children = childrenOf(value);
    return children.some(([name]) => name.startsWith('*')) ? UNKNOWN : constant(children.length);
  }
  const text = textOf(value);
  return text === undefined ? UNKNOWN : constant(text.length);
};

const enumerate: Builtin = (interpreter, { positional: [values = UNKNOWN, second], named }) => {
  const { items, isOpen } = elementsOf(interpreter, values);
  const start = numberOf(second ?? named.get('start') ?? constant(0));
  const rounds = isOpen && items.length === 0 ? [UNKNOWN] : items;
  return list(
    rounds.map((item, place) =>
      tuple([isOpen || start === undefined ? UNKNOWN : constant(start + place), item]),
    ),
    isOpen,
  );
};

const zip: Builtin = (interpreter, { positional }) => {
  const columns = positional.map((each) => elementsOf(interpreter, each));
  const isOpen = columns.some((column) => column.isOpen);
  const count = Math.min(...columns.map(({ items }) => items.length));
  const rounds = isOpen ? Math.max(1, count) : count;
  return list(
    Array.from({ length: Number.isFinite(rounds) ? rounds : 0 }, (_, place) =>
      tuple(columns.map(({ items }) => (isOpen ? UNKNOWN : (items[place] ?? UNKNOWN)))),
    ),
    isOpen,
  );
};

const reversed: Builtin = (interpreter, { positional: [values = UNKNOWN] }) => {
  const { items, isOpen } = elementsOf(interpreter, values);
  return list([...items].reverse(), isOpen);
};

const asList: Builtin = (interpreter, { positional: [values] }) => {
  const { items, isOpen } =
    values === undefined ? { items: [], isOpen: false } : elementsOf(interpreter, values);
  return list(items, isOpen);
};

const asTuple: Builtin = (interpreter, args, site) => {
  const made = asList(interpreter, args, site);
  return made.kind === 'sequence' ? tuple(made.items, made.isOpen) : UNKNOWN;
};

const asDictionary: Builtin = (interpreter, { positional: [values], named }) => {
  const made = dictionary();
  if (values?.kind === 'dictionary') {
    values.entries.forEach(({ key, value }) => {
      setItem(made, key, value);
    });
    made.isOpen = values.isOpen;
  } else if (values !== undefined) {
    const { items, isOpen } = elementsOf(interpreter, values);
    made.isOpen = isOpen;
    items.forEach((item) => {
      const [key = UNKNOWN, value = UNKNOWN] = item.kind === 'sequence' ? item.items : [];
      setItem(made, key, value);
    });
  }
  named.forEach((value, key) => {
    setItem(made, constant(key), value);
  });
  return made;
};

/** A function of numbers; unknown for what is no number. */
export function numeric(compute: (...numbers: number[]) => number): Builtin {
  return (_, { positional }) => {
    const numbers = positional.map(asNumber);
    const known = numbers.filter((each) => each !== undefined);
    const value = known.length === numbers.length ? compute(...known) : NaN;
    return Number.isNaN(value) ? UNKNOWN : constant(value);
  };
}

function asNumber(value: Value): number | undefined {
  const text = textOf(value);
  return text === undefined ? numberOf(value) : Number(text);
}

/** `min` and `max` take numbers, or one list of them. */
function extremum(pick: (...numbers: number[]) => number): Builtin {
  return (interpreter, args, site) => {
    const [first] = args.positional;
    const isList = args.positional.length === 1 && first?.kind === 'sequence' && !first.isOpen;
    return numeric(pick)(interpreter, isList ? { ...args, positional: first.items } : args, site);
  };
}

const sum: Builtin = (interpreter, { positional: [values = UNKNOWN] }) => {
  const { items, isOpen } = elementsOf(interpreter, values);
  const numbers = items.map(numberOf);
  return isOpen || numbers.includes(undefined)
    ? UNKNOWN
    : constant(numbers.reduce((total: number, each) => total + (each ?? 0), 0));
};

/** `all` and `any`: the first is decided by one false element, the second by one true. */
function quantified(deciding: boolean): Builtin {
  return (interpreter, { positional: [values = UNKNOWN] }) => {
    const { items, isOpen } = elementsOf(interpreter, values);
    const truths = items.map(truthOf);
    if (truths.includes(deciding)) {
      return constant(deciding);
    }
    return isOpen || truths.includes(undefined) ? UNKNOWN : constant(!deciding);
  };
}

const isInstance: Builtin = (_, { positional: [value = UNKNOWN, types = UNKNOWN] }) => {
  const truths = (types.kind === 'sequence' ? types.items : [types]).map((type) => hasType(value, type));
  if (truths.includes(true)) {
    return constant(true);
  }
  return truths.includes(undefined) ? UNKNOWN : constant(false);
};

const SEQUENCES: ReadonlySet<string> = new Set(['Sequence', 'Iterable', 'Collection', 'Sized']);

function hasType(value: Value, type: Value): boolean | undefined {
  if (value.kind === 'unknown' || type.kind === 'unknown') {
    return undefined;
  }
  if (type.kind === 'class') {
    return value.kind === 'instance' && lineageOf(value.type).includes(type);
  }
  if (type.kind !== 'external') {
    return undefined;
  }
  const name = type.path.slice(type.path.lastIndexOf('.') + 1);
  switch (value.kind) {
    case 'constant':
      return typesOf(value.value).includes(name);
    case 'sequence':
      return name === (value.isTuple ? 'tuple' : 'list') || SEQUENCES.has(name);
    case 'dictionary':
      return name === 'dict' || name === 'Mapping' || name === 'OrderedDict';
    case 'tensor':
      return name === 'Tensor';
    case 'instance': {
      const library = libraryClassOf(value.type);
      return library === type.path || (name === 'Module' && isModule(value)) || undefined;
    }
    default:
      return name === 'Callable' ? true : undefined;
  }
}

function typesOf(value: number | string | boolean | null): readonly string[] {
  switch (typeof value) {
    case 'string':
      return ['str', 'Sequence'];
    case 'boolean':
      return ['bool', 'int'];
    case 'number':
      return Number.isInteger(value) ? ['int', 'Number', 'Integral'] : ['float', 'Number', 'Real'];
    default:
      return ['NoneType'];
  }
}

const getAttribute: Builtin = (interpreter, { positional: [object = UNKNOWN, name, missing] }, site) => {
  const text = textOf(name);
  const value = text === undefined ? UNKNOWN : attributeOf(interpreter, object, text, site);
  return value.kind === 'unknown' && missing !== undefined && text !== undefined ? missing : value;
};

const setAttribute: Builtin = (interpreter, { positional: [object, name, value] }, site) => {
  if (object !== undefined && value !== undefined) {
    assignAttribute(interpreter, object, textOf(name), value, site);
  }
  return NONE;
};

const hasAttribute: Builtin = (interpreter, { positional: [object = UNKNOWN, name] }, site) => {
  const text = textOf(name);
  const isKnown = object.kind === 'instance' && text !== undefined;
  const value = isKnown ? attributeOf(interpreter, object, text, site) : UNKNOWN;
  return value.kind === 'unknown' ? UNKNOWN : constant(true);
};

const asText: Builtin = (_, { positional: [value = UNKNOWN] }) => {
  const printed = printedText(value);
  return printed === undefined ? UNKNOWN : constant(printed);
};

const asBoolean: Builtin = (_, { positional: [value = UNKNOWN] }) => {
  const truth = truthOf(value);
  return truth === undefined ? UNKNOWN : constant(truth);
};

const typeOf: Builtin = (_, { positional: [value = UNKNOWN] }) => {
  if (value.kind === 'instance') {
    return value.type;
  }
  const name = value.kind === 'constant' ? typesOf(value.value)[0] : undefined;
  return name === undefined ? UNKNOWN : { kind: 'external', path: `builtins.${name}` };
};

const map: Builtin = (interpreter, { positional: [callee = UNKNOWN, values = UNKNOWN] }, site) => {
  const { items, isOpen } = elementsOf(interpreter, values);
  const call = (item: Value): Value =>
    interpreter.call(callee, { positional: [item], named: new Map(), isOpen: false }, site);
  return list((isOpen && items.length === 0 ? [UNKNOWN] : items).map(call), isOpen);
};

const sorted: Builtin = (interpreter, { positional: [values = UNKNOWN], named }) => {
  const { items, isOpen } = elementsOf(interpreter, values);
  const numbers = items.map(numberOf);
  const isPlain = named.size === 0 && !numbers.includes(undefined);
  return isPlain
    ? list(
        [...items].sort((a, b) => (numberOf(a) ?? 0) - (numberOf(b) ?? 0)),
        isOpen,
      )
    : list(items, items.length > 1 || isOpen);
};

/** Half to even, as Python rounds. */
function round(value: number, digits = 0): number {
  const scaled = value * 10 ** digits;
  const floor = Math.floor(scaled);
  const isHalf = scaled - floor === 0.5;
  return (isHalf ? floor + (floor % 2 === 0 ? 0 : 1) : Math.round(scaled)) / 10 ** digits;
}

/** The vocabulary is closed: what is not in it comes to something unknown. */
export const BUILTINS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ['range', range],
  ['len', length],
  ['enumerate', enumerate],
  ['zip', zip],
  ['reversed', reversed],
  ['list', asList],
  ['set', asList],
  ['iter', asList],
  ['tuple', asTuple],
  ['dict', asDictionary],
  ['int', numeric(Math.trunc)],
  ['float', numeric((value) => value)],
  ['abs', numeric(Math.abs)],
  ['round', numeric(round)],
  ['pow', numeric(Math.pow)],
  ['min', extremum(Math.min)],
  ['max', extremum(Math.max)],
  ['sum', sum],
  ['all', quantified(false)],
  ['any', quantified(true)],
  ['isinstance', isInstance],
  ['getattr', getAttribute],
  ['setattr', setAttribute],
  ['hasattr', hasAttribute],
  ['str', asText],
  ['bool', asBoolean],
  ['type', typeOf],
  ['map', map],
  ['sorted', sorted],
  ['object', () => UNKNOWN],
  ['print', () => NONE],
  [
    'next',
    (interpreter, { positional: [values = UNKNOWN] }) => elementsOf(interpreter, values).items[0] ?? UNKNOWN,
  ],
]);
