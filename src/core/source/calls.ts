/** Calling functions, classes and objects. */

import { callExternal } from './library.js';
import type { Interpreter } from './interpreter.js';
import { memberOf } from './definitions.js';
import { fillFields } from './fields.js';
import { childrenOf, containerKind, fillContainer, isModule } from './modules.js';
import { field } from './syntax.js';
import type { SourceRange } from './positions.js';
import type { Arguments, ClassValue, FunctionValue, Instance, Value } from './values.js';
import { dictionary, NONE, constant, Scope, tuple, UNKNOWN } from './values.js';

export function callValue(
  interpreter: Interpreter,
  callee: Value,
  args: Arguments,
  site: SourceRange,
): Value {
  switch (callee.kind) {
    case 'function':
      return callFunction(interpreter, callee, args, site, undefined);
    case 'bound':
      return callFunction(interpreter, callee.method, args, site, callee.receiver);
    case 'class':
      return instantiate(interpreter, callee, args, site);
    case 'partial':
      return interpreter.call(callee.callee, merged(callee.arguments, args), site);
    case 'native':
      return callee.call(args);
    case 'external':
      return callExternal(interpreter, callee.path, args, site);
    case 'instance':
      return callInstance(interpreter, callee, args, site);
    default:
      return UNKNOWN;
  }
}

function merged(before: Arguments, behind: Arguments): Arguments {
  return {
    positional: [...before.positional, ...behind.positional],
    named: new Map([...before.named, ...behind.named]),
    isOpen: before.isOpen || behind.isOpen,
  };
}

function callFunction(
  interpreter: Interpreter,
  callee: FunctionValue,
  args: Arguments,
  site: SourceRange,
  receiver: Value | undefined,
): Value {
  const { owner } = callee;
  const self = owner && receiver ? { owner, receiver } : undefined;
  const scope = new Scope(callee.file, callee.scope, self);
  const positional = receiver === undefined ? args.positional : [receiver, ...args.positional];
  bindParameters(callee, { ...args, positional }, scope);
  const body = field(callee.node, 'body');
  if (body === undefined) {
    return NONE;
  }
  return interpreter.within(site, () => {
    if (callee.node.type === 'lambda') {
      return interpreter.evaluate(body, scope);
    }
    const flow = interpreter.execute(body, scope);
    return typeof flow === 'object' ? flow.value : NONE;
  });
}

function bindParameters(callee: FunctionValue, args: Arguments, scope: Scope): void {
  const named = new Map(args.named);
  let place = 0;
  let isKeywordOnly = false;
  for (const parameter of field(callee.node, 'parameters')?.children ?? []) {
    const inner = parameter.type === 'typed_parameter' ? (parameter.children[0] ?? parameter) : parameter;
    const name =
      (field(inner, 'name') ?? (inner.type === 'identifier' ? inner : inner.children[0]))?.text ?? '';
    switch (inner.type) {
      case 'list_splat_pattern':
        scope.names.set(name, tuple(args.positional.slice(place), args.isOpen));
        isKeywordOnly = true;
        break;
      case 'dictionary_splat_pattern':
        scope.names.set(name, dictionary([...named].map(([key, value]) => [constant(key), value])));
        break;
      case 'keyword_separator':
        isKeywordOnly = true;
        break;
      case 'positional_separator':
        break;
      default: {
        const value = isKeywordOnly ? undefined : args.positional[place];
        place += isKeywordOnly ? 0 : 1;
        const missing = args.isOpen ? undefined : callee.defaults.get(name);
        scope.names.set(name, value ?? named.get(name) ?? missing ?? UNKNOWN);
        named.delete(name);
      }
    }
  }
}

function instantiate(interpreter: Interpreter, type: ClassValue, args: Arguments, site: SourceRange): Value {
  const made: Instance = {
    kind: 'instance',
    type,
    attributes: new Map(),
    created: [...interpreter.calls, site],
    arguments: undefined,
  };
  const constructor = memberOf(type, '__init__');
  const kind = containerKind(made);
  if (constructor?.kind === 'function') {
    callFunction(interpreter, constructor, args, site, made);
  } else if (kind !== undefined) {
    fillContainer(made, kind, args);
  } else {
    fillFields(interpreter, made, type, args, site);
  }
  if (isModule(made)) {
    interpreter.mention(made, site, 'creation');
  }
  return made;
}

function callInstance(
  interpreter: Interpreter,
  instance: Instance,
  args: Arguments,
  site: SourceRange,
): Value {
  const method = memberOf(instance.type, 'forward') ?? memberOf(instance.type, '__call__');
  if (method?.kind === 'function') {
    return callFunction(interpreter, method, args, site, instance);
  }
  const { tracer } = interpreter;
  if (tracer === undefined) {
    return UNKNOWN;
  }
  if (containerKind(instance) !== 'Sequential') {
    return tracer.module(instance, args, site);
  }
  const [input = UNKNOWN] = args.positional;
  return childrenOf(instance).reduce(
    (value: Value, [, child]) =>
      interpreter.call(child, { positional: [value], named: new Map(), isOpen: false }, site),
    input,
  );
}
