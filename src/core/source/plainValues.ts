/** What stands in a source as it is: literals, parameters, and calls of a library's classes with them. */

import { rangeIn } from './interpreter.js';
import type { Mention } from './interpreter.js';
import { canonical, containerKind, fillContainer, isModuleClass } from './modules.js';
import { binary } from './operators.js';
import type { SourceRange } from './positions.js';
import { field } from './syntax.js';
import type { Syntax } from './syntax.js';
import type { Arguments, External, Instance, Scope, Value } from './values.js';
import { constant, list, NONE, numberOf, tuple } from './values.js';

/** Where values are looked for, and what becomes of modules. */
export interface Surroundings {
  /** Parameters of the constructor, and the imports around it. */
  readonly scope: Scope;
  /** The class that the constructor is of. */
  readonly owner: SourceRange;
  mention(instance: Instance, range: SourceRange, role: Mention['role']): void;
}

/** The value of an expression; undefined where it has to be computed otherwise than by arithmetic. */
export function plainValueOf(node: Syntax, around: Surroundings): Value | undefined {
  switch (node.type) {
    case 'integer':
    case 'float': {
      const number = Number(node.text.replaceAll('_', ''));
      return Number.isNaN(number) ? undefined : constant(number);
    }
    case 'true':
      return constant(true);
    case 'false':
      return constant(false);
    case 'none':
      return NONE;
    case 'string': {
      const parts = node.children.filter(({ type }) => type !== 'string_start' && type !== 'string_end');
      return parts.every(({ type }) => type === 'string_content')
        ? constant(parts.map(({ text }) => text).join(''))
        : undefined;
    }
    case 'unary_operator': {
      const value = numberOf(ofField(node, 'argument', around));
      return value === undefined || field(node, 'operator')?.text !== '-' ? undefined : constant(-value);
    }
    case 'binary_operator': {
      const [left, right] = [ofField(node, 'left', around), ofField(node, 'right', around)];
      return left && right && binary(field(node, 'operator')?.text ?? '', left, right);
    }
    case 'parenthesized_expression': {
      const [inner] = node.children;
      return inner && plainValueOf(inner, around);
    }
    case 'list':
    case 'tuple': {
      const items = all(node.children, around);
      return items && (node.type === 'list' ? list(items) : tuple(items));
    }
    case 'identifier': {
      const value = around.scope.get(node.text);
      return value?.kind === 'external' ? undefined : value;
    }
    case 'call':
      return moduleOf(node, around);
    default:
      return undefined;
  }
}

function ofField(node: Syntax, name: string, around: Surroundings): Value | undefined {
  const inner = field(node, name);
  return inner && plainValueOf(inner, around);
}

function all(nodes: readonly Syntax[], around: Surroundings): readonly Value[] | undefined {
  const values: Value[] = [];
  for (const node of nodes) {
    const value = plainValueOf(node, around);
    if (value === undefined) {
      return undefined;
    }
    values.push(value);
  }
  return values;
}

/** The module that a call of a library's class makes. */
function moduleOf(call: Syntax, around: Surroundings): Instance | undefined {
  const [callee, given] = [field(call, 'function'), field(call, 'arguments')];
  const path = callee && externalPath(callee, around.scope);
  const type: External | undefined =
    path === undefined ? undefined : { kind: 'external', path: canonical(path) };
  const args = given?.type === 'argument_list' ? argumentsOf(given, around) : undefined;
  if (type === undefined || args === undefined || !isModuleClass(type)) {
    return undefined;
  }
  const site = rangeIn(around.scope.file, call);
  const made: Instance = {
    kind: 'instance',
    type,
    attributes: new Map(),
    created: [around.owner, site],
    arguments: args,
  };
  const kind = containerKind(made);
  if (kind !== undefined) {
    fillContainer(made, kind, args);
  }
  around.mention(made, site, 'creation');
  return made;
}

function argumentsOf(given: Syntax, around: Surroundings): Arguments | undefined {
  const isNamed = ({ type }: Syntax): boolean => type === 'keyword_argument';
  const positional = all(
    given.children.filter((child) => !isNamed(child)),
    around,
  );
  const named = new Map<string, Value>();
  for (const child of given.children.filter(isNamed)) {
    const value = ofField(child, 'value', around);
    if (value === undefined) {
      return undefined;
    }
    named.set(field(child, 'name')?.text ?? '', value);
  }
  return positional && { positional, named, isOpen: false };
}

/** The dotted name of something of a library: `torch.nn.Conv2d` for `nn.Conv2d`. */
export function externalPath(node: Syntax, scope: Scope): string | undefined {
  if (node.type === 'identifier') {
    const value = scope.get(node.text);
    return value?.kind === 'external' ? value.path : undefined;
  }
  const object = node.type === 'attribute' ? field(node, 'object') : undefined;
  const path = object && externalPath(object, scope);
  return path === undefined ? undefined : `${path}.${field(node, 'attribute')?.text ?? ''}`;
}
