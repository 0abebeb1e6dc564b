/** Attributes and items of values. */

import { lineageOf, memberOf } from './definitions.js';
import type { Interpreter } from './interpreter.js';
import { methodOf } from './methods.js';
import { fillFields } from './fields.js';
import { childrenOf, containerKind, isModule, setChild } from './modules.js';
import { itemAt, slice } from './operators.js';
import type { Syntax } from './syntax.js';
import type { SourceRange } from './positions.js';
import type { ClassValue, Instance, Scope, Super, Value } from './values.js';
import { constant, list, NO_ARGUMENTS, NONE, numberOf, setItem, textOf, tuple, UNKNOWN } from './values.js';

export function attributeOf(interpreter: Interpreter, object: Value, name: string, site: SourceRange): Value {
  switch (object.kind) {
    case 'external':
      return { kind: 'external', path: `${object.path}.${name}` };
    case 'file':
      return interpreter.scopeOf(object.file)?.get(name) ?? submodule(interpreter, object.file, name);
    case 'instance':
      return ofInstance(interpreter, object, name, site);
    case 'class':
      return ofClass(object, name);
    case 'super':
      return ofSuper(interpreter, object, name, site);
    default:
      return methodOf(interpreter, object, name, site);
  }
}

function submodule(interpreter: Interpreter, file: string, name: string): Value {
  const found = interpreter.importFile(name, 1, file);
  return found === undefined ? UNKNOWN : { kind: 'file', file: found };
}

function ofInstance(interpreter: Interpreter, object: Instance, name: string, site: SourceRange): Value {
  const own = object.attributes.get(name);
  if (own !== undefined) {
    return own;
  }
  const member = memberOf(object.type, name);
  if (member?.kind === 'function') {
    switch (member.binding) {
      case 'static':
        return member;
      case 'class':
        return { kind: 'bound', receiver: object.type, method: member };
      case 'property':
        return interpreter.call({ kind: 'bound', receiver: object, method: member }, NO_ARGUMENTS, site);
      case 'instance':
        return { kind: 'bound', receiver: object, method: member };
    }
  }
  if (name === '__class__') {
    return object.type;
  }
  return member ?? methodOf(interpreter, object, name, site);
}

function ofClass(type: ClassValue, name: string): Value {
  const member = memberOf(type, name);
  if (member?.kind === 'function' && member.binding === 'class') {
    return { kind: 'bound', receiver: type, method: member };
  }
  return member ?? (name === '__name__' ? constant(type.name) : UNKNOWN);
}

function ofSuper(
  interpreter: Interpreter,
  { receiver, after }: Super,
  name: string,
  site: SourceRange,
): Value {
  const type = receiver.kind === 'instance' ? receiver.type : receiver;
  const member = memberOf(type, name, lineageOf(type).includes(after) ? after : undefined);
  if (member?.kind === 'function') {
    return member.binding === 'static' ? member : { kind: 'bound', receiver, method: member };
  }
  if (receiver.kind !== 'instance') {
    return UNKNOWN;
  }
  if (name === '__init__' && !isModule(receiver)) {
    return {
      kind: 'native',
      name,
      call: (args) => {
        fillFields(interpreter, receiver, after, args, site);
        return NONE;
      },
    };
  }
  return methodOf(interpreter, receiver, name, site);
}

export function assignAttribute(
  interpreter: Interpreter,
  object: Value,
  name: string | undefined,
  value: Value,
  target: SourceRange,
): void {
  if (object.kind === 'instance') {
    if (name === undefined) {
      setChild(object, undefined, value);
    } else {
      object.attributes.set(name, value);
    }
    if (isModule(value)) {
      interpreter.mention(value, target, 'target');
    }
  } else if (object.kind === 'class' && name !== undefined) {
    object.members.set(name, value);
  }
}

export function assignItem(interpreter: Interpreter, object: Value, index: Value, value: Value): void {
  if (object.kind === 'dictionary') {
    setItem(object, index, value);
    object.isOpen ||= interpreter.repeating > 0;
  } else if (object.kind === 'sequence') {
    const place = numberOf(index);
    if (place === undefined || object.isOpen) {
      object.items.push(value);
      object.isOpen = true;
    } else {
      object.items[place < 0 ? place + object.items.length : place] = value;
    }
  } else if (object.kind === 'instance' && containerKind(object) !== undefined) {
    const place = numberOf(index);
    const name = textOf(index) ?? (place === undefined ? undefined : nameAt(object, place));
    setChild(object, name, value);
  }
}

function nameAt(container: Instance, place: number): string | undefined {
  return childrenOf(container).at(place)?.[0];
}

/** `held[index]`, where `index` may be a slice. */
export function itemOf(
  interpreter: Interpreter,
  held: Value,
  index: Syntax,
  scope: Scope,
  site: SourceRange,
): Value {
  if (held.kind === 'tensor') {
    return interpreter.tracer?.operator('[]', [held], site) ?? UNKNOWN;
  }
  if (index.type === 'slice') {
    return sliced(interpreter, held, index, scope, site);
  }
  const key = interpreter.evaluate(index, scope);
  if (held.kind !== 'instance') {
    return itemAt(held, key) ?? UNKNOWN;
  }
  const children = childrenOf(held);
  const place = numberOf(key);
  if (containerKind(held) === undefined || children.some(([name]) => name.startsWith('*'))) {
    return UNKNOWN;
  }
  const name = textOf(key);
  const found = name === undefined ? children.at(place ?? NaN) : children.find(([each]) => each === name);
  return place === undefined && name === undefined ? UNKNOWN : (found?.[1] ?? UNKNOWN);
}

function sliced(
  interpreter: Interpreter,
  held: Value,
  index: Syntax,
  scope: Scope,
  site: SourceRange,
): Value {
  const bounds = boundsOf(interpreter, index, scope);
  if (bounds === undefined) {
    return UNKNOWN;
  }
  if (held.kind === 'sequence') {
    const items = slice(held.items, ...bounds);
    return (held.isTuple ? tuple : list)(items, held.isOpen);
  }
  if (held.kind === 'instance' && containerKind(held) !== undefined) {
    const part: Instance = { ...held, attributes: new Map(), created: [...interpreter.calls, site] };
    slice(childrenOf(held), ...bounds).forEach(([name, child], place) => {
      part.attributes.set(/^\d+$/.test(name) ? String(place) : name, child);
    });
    return part;
  }
  const text = textOf(held);
  return text === undefined ? UNKNOWN : constant(slice([...text], ...bounds).join(''));
}

type Bounds = readonly [start: number | undefined, stop: number | undefined, step: number | undefined];

/** The bounds of a slice, told apart by the colons between them; undefined where one is not known. */
function boundsOf(interpreter: Interpreter, index: Syntax, scope: Scope): Bounds | undefined {
  let rest = index.text;
  const bounds: (number | undefined)[] = [undefined, undefined, undefined];
  let place = 0;
  for (const part of index.children) {
    const before = rest.slice(0, rest.indexOf(part.text));
    place += before.split(':').length - 1;
    rest = rest.slice(before.length + part.text.length);
    const value = numberOf(interpreter.evaluate(part, scope));
    if (value === undefined) {
      return undefined;
    }
    bounds[place] = value;
  }
  return [bounds[0], bounds[1], bounds[2]];
}
