/** Methods of lists, dictionaries, strings, modules and tensors. */

import type { Interpreter } from './interpreter.js';
import { elementsOf } from './iteration.js';
import { appendChild, childrenOf, containerKind, fillContainer, isModule, setChild } from './modules.js';
import { printedText } from './operators.js';
import type { SourceRange } from './positions.js';
import type { Arguments, Dictionary, Instance, Native, Sequence, Value } from './values.js';
import {
  constant,
  dictionary,
  keyOf,
  list,
  NONE,
  numberOf,
  setItem,
  textOf,
  tuple,
  UNKNOWN,
} from './values.js';

export function methodOf(interpreter: Interpreter, object: Value, name: string, site: SourceRange): Value {
  const bound = (call: ((args: Arguments) => Value) | undefined): Native | undefined =>
    call && { kind: 'native', name, call };
  switch (object.kind) {
    case 'sequence':
      return bound(listMethod(interpreter, object, name)) ?? UNKNOWN;
    case 'dictionary':
      return bound(dictionaryMethod(interpreter, object, name)) ?? UNKNOWN;
    case 'constant':
      return bound(textMethod(interpreter, object, name)) ?? UNKNOWN;
    case 'instance':
      return isModule(object) ? ofModule(interpreter, object, name, site) : UNKNOWN;
    case 'tensor': {
      const { tracer } = interpreter;
      return bound(tracer && ((args) => tracer.method(name, object, args, site))) ?? UNKNOWN;
    }
    default:
      return UNKNOWN;
  }
}

type Method = (args: Arguments) => Value;

function listMethod(interpreter: Interpreter, target: Sequence, name: string): Method | undefined {
  const isRepeated = interpreter.repeating > 0;
  switch (name) {
    case 'append':
      return ({ positional: [item = UNKNOWN] }) => {
        target.items.push(item);
        target.isOpen ||= isRepeated;
        return NONE;
      };
    case 'extend':
      return ({ positional: [added = UNKNOWN] }) => {
        const { items, isOpen } = elementsOf(interpreter, added);
        target.items.push(...items);
        target.isOpen ||= isOpen || isRepeated;
        return NONE;
      };
    case 'insert':
      return ({ positional: [place, item = UNKNOWN] }) => {
        const index = numberOf(place);
        target.items.splice(index ?? 0, 0, item);
        target.isOpen ||= index === undefined || isRepeated;
        return NONE;
      };
    case 'pop':
      return ({ positional: [place] }) => {
        const index = place === undefined ? -1 : numberOf(place);
        if (target.isOpen || index === undefined || isRepeated) {
          target.isOpen = true;
          return UNKNOWN;
        }
        return target.items.splice(index, 1)[0] ?? UNKNOWN;
      };
    case 'copy':
      return () => list(target.items, target.isOpen);
    case 'reverse':
      return () => {
        target.items.reverse();
        return NONE;
      };
    case 'index':
      return ({ positional: [item = UNKNOWN] }) => {
        const key = keyOf(item);
        const index = key === undefined ? -1 : target.items.findIndex((each) => keyOf(each) === key);
        return index === -1 || target.isOpen ? UNKNOWN : constant(index);
      };
    default:
      return undefined;
  }
}

function dictionaryMethod(interpreter: Interpreter, target: Dictionary, name: string): Method | undefined {
  const pairs = (): { key: Value; value: Value }[] => [...target.entries.values()];
  switch (name) {
    case 'items':
      return () =>
        list(
          pairs().map(({ key, value }) => tuple([key, value])),
          target.isOpen,
        );
    case 'keys':
      return () =>
        list(
          pairs().map(({ key }) => key),
          target.isOpen,
        );
    case 'values':
      return () =>
        list(
          pairs().map(({ value }) => value),
          target.isOpen,
        );
    case 'get':
    case 'pop':
    case 'setdefault':
      return ({ positional: [key = UNKNOWN, missing = NONE] }) => {
        const found = keyOf(key) ?? '';
        const value = target.entries.get(found)?.value;
        if (name === 'pop') {
          target.entries.delete(found);
        } else if (name === 'setdefault' && value === undefined) {
          setItem(target, key, missing);
        }
        return value ?? (target.isOpen || keyOf(key) === undefined ? UNKNOWN : missing);
      };
    case 'update':
      return ({ positional: [added], named }) => {
        if (added?.kind === 'dictionary') {
          added.entries.forEach(({ key, value }) => {
            setItem(target, key, value);
          });
        } else if (added !== undefined) {
          target.isOpen = true;
        }
        named.forEach((value, key) => {
          setItem(target, constant(key), value);
        });
        target.isOpen ||= interpreter.repeating > 0;
        return NONE;
      };
    case 'copy':
      return () => {
        const copied = dictionary([], target.isOpen);
        target.entries.forEach((entry, key) => copied.entries.set(key, { ...entry }));
        return copied;
      };
    default:
      return undefined;
  }
}

function textMethod(interpreter: Interpreter, value: Value, name: string): Method | undefined {
  const text = textOf(value);
  if (text === undefined) {
    return undefined;
  }
  switch (name) {
    case 'format':
      return (args) => formatted(text, args);
    case 'join':
      return ({ positional: [parts = UNKNOWN] }) => {
        const { items, isOpen } = elementsOf(interpreter, parts);
        const texts = items.map(textOf);
        return isOpen || texts.includes(undefined) ? UNKNOWN : constant(texts.join(text));
      };
    case 'lower':
      return () => constant(text.toLowerCase());
    case 'upper':
      return () => constant(text.toUpperCase());
    case 'strip':
      return () => constant(text.trim());
    case 'split':
      return ({ positional: [separator] }) => {
        const by = textOf(separator);
        return list(
          (by === undefined ? text.trim().split(/\s+/) : text.split(by)).map((part) => constant(part)),
        );
      };
    case 'replace':
      return ({ positional: [from, to] }) => {
        const [old, fresh] = [textOf(from), textOf(to)];
        return old === undefined || fresh === undefined ? UNKNOWN : constant(text.replaceAll(old, fresh));
      };
    case 'startsWith':
    case 'startswith':
      return ({ positional: [start] }) => {
        const beginning = textOf(start);
        return beginning === undefined ? UNKNOWN : constant(text.startsWith(beginning));
      };
    case 'endswith':
      return ({ positional: [end] }) => {
        const ending = textOf(end);
        return ending === undefined ? UNKNOWN : constant(text.endsWith(ending));
      };
    default:
      return undefined;
  }
}

function formatted(pattern: string, { positional, named }: Arguments): Value {
  let place = 0;
  let isKnown = true;
  const text = pattern.replace(/\{(\w*)\}/g, (_, name: string) => {
    const value = /^\d*$/.test(name) ? positional[name === '' ? place++ : Number(name)] : named.get(name);
    const printed = value && printedText(value);
    isKnown &&= printed !== undefined;
    return printed ?? '';
  });
  return isKnown && !/[{}]/.test(text) ? constant(text) : UNKNOWN;
}

/** Methods that give the module itself. */
const SAME: ReadonlySet<string> = new Set([
  ...['eval', 'train', 'to', 'cuda', 'cpu', 'half', 'float', 'double', 'bfloat16', 'requires_grad_', 'apply'],
  ...['to_empty', 'compile', 'share_memory', 'xpu', 'type'],
]);

/** Methods that initialise weights go over these; layers are not made there. */
const EMPTY: ReadonlySet<string> = new Set([
  ...['modules', 'named_modules', 'parameters', 'named_parameters', 'buffers', 'named_buffers'],
]);

function ofModule(interpreter: Interpreter, module: Instance, name: string, site: SourceRange): Value {
  if (name === 'training') {
    return constant(false);
  }
  const call = moduleMethod(interpreter, module, name, site);
  return call === undefined ? UNKNOWN : { kind: 'native', name, call };
}

function moduleMethod(
  interpreter: Interpreter,
  module: Instance,
  name: string,
  site: SourceRange,
): Method | undefined {
  if (SAME.has(name)) {
    return () => module;
  }
  if (EMPTY.has(name)) {
    return () => list([]);
  }
  const children = (): Value[] => childrenOf(module).map(([, child]) => child);
  const isOpen = (): boolean => childrenOf(module).some(([each]) => each.startsWith('*'));
  switch (name) {
    case '__init__':
      return (args) => {
        const kind = containerKind(module);
        if (kind !== undefined) {
          fillContainer(module, kind, args);
        }
        return NONE;
      };
    case 'add_module':
    case 'register_module':
      return ({ positional: [first, second], named }) => {
        const child = second ?? named.get('module') ?? UNKNOWN;
        setChild(module, textOf(first ?? named.get('name')), child);
        if (isModule(child)) {
          interpreter.mention(child, site, 'target');
        }
        return NONE;
      };
    case 'children':
    case 'values':
      return () => list(children(), isOpen());
    case 'named_children':
    case 'items':
      return () =>
        list(
          childrenOf(module).map(([each, child]) => tuple([nameOf(each), child])),
          isOpen(),
        );
    case 'keys':
      return () =>
        list(
          childrenOf(module).map(([each]) => nameOf(each)),
          isOpen(),
        );
    case 'append':
      return ({ positional: [child = UNKNOWN] }) => {
        appendChild(module, child, interpreter.repeating > 0);
        return module;
      };
    case 'extend':
      return ({ positional: [added = UNKNOWN] }) => {
        const elements = elementsOf(interpreter, added);
        elements.items.forEach((child) => {
          appendChild(module, child, elements.isOpen || interpreter.repeating > 0);
        });
        return module;
      };
    case 'insert':
      return ({ positional: [place, child = UNKNOWN] }) => {
        const all: (Value | undefined)[] = children();
        all.splice(numberOf(place) ?? 0, 0, child);
        const isCertain = numberOf(place) !== undefined && !isOpen() && interpreter.repeating === 0;
        all.forEach((each, index) => {
          setChild(module, isCertain ? String(index) : undefined, each ?? UNKNOWN);
        });
        return NONE;
      };
    case 'update':
      return ({ positional: [added] }) => {
        if (added?.kind === 'dictionary') {
          fillContainer(module, 'ModuleDict', { positional: [added], named: new Map(), isOpen: false });
        }
        return NONE;
      };
    default:
      return undefined;
  }
}

function nameOf(child: string): Value {
  return child.startsWith('*') ? UNKNOWN : constant(child);
}
