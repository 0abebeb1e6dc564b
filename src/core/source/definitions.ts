/** Functions and classes as values. */

import type { Interpreter } from './interpreter.js';
import { field } from './syntax.js';
import type { Syntax } from './syntax.js';
import { Scope } from './values.js';
import type { ClassValue, FunctionValue, Value } from './values.js';

export function functionFrom(
  interpreter: Interpreter,
  node: Syntax,
  scope: Scope,
  decorators: readonly string[] = [],
): FunctionValue {
  const defaults = new Map<string, Value>();
  for (const parameter of field(node, 'parameters')?.children ?? []) {
    const value = field(parameter, 'value');
    const name = field(parameter, 'name');
    if (value !== undefined && name !== undefined) {
      defaults.set(name.text, interpreter.evaluate(value, scope));
    }
  }
  return {
    kind: 'function',
    name: field(node, 'name')?.text ?? '<lambda>',
    node,
    file: scope.file,
    scope,
    defaults,
    owner: undefined,
    binding: bindingOf(decorators),
  };
}

function bindingOf(decorators: readonly string[]): FunctionValue['binding'] {
  if (decorators.includes('staticmethod')) {
    return 'static';
  }
  if (decorators.includes('classmethod')) {
    return 'class';
  }
  const isProperty = decorators.some((each) => /(?:^|\.)(?:cached_)?property$/.test(each));
  return isProperty ? 'property' : 'instance';
}

/** A class, whose body is executed once somebody asks for a member: most classes of a library nobody does. */
export function classFrom(interpreter: Interpreter, node: Syntax, scope: Scope): ClassValue {
  const bases = (field(node, 'superclasses')?.children ?? [])
    .filter(({ type }) => type !== 'keyword_argument')
    .map((base) => interpreter.evaluate(base, scope));
  const body = field(node, 'body');
  let members: Map<string, Value> | undefined;
  const made: ClassValue = {
    kind: 'class',
    name: field(node, 'name')?.text ?? '',
    node,
    file: scope.file,
    bases,
    get members() {
      if (members === undefined) {
        members = new Map();
        const inner = new Scope(scope.file, scope);
        if (body !== undefined) {
          interpreter.aside(() => interpreter.execute(body, inner));
        }
        for (const [name, value] of inner.names) {
          // A method looks names up in the file, not in the class.
          const isMethod = value.kind === 'function' && value.scope === inner;
          members.set(name, isMethod ? { ...value, owner: made, scope } : value);
        }
      }
      return members;
    },
    fields: fieldsOf(body),
  };
  return made;
}

function fieldsOf(body: Syntax | undefined): string[] {
  return (body?.children ?? []).flatMap(({ children: [statement] }) => {
    const left = statement?.type === 'assignment' ? field(statement, 'left') : undefined;
    return statement && field(statement, 'type') && left?.type === 'identifier' ? [left.text] : [];
  });
}

/** A class and those it derives from, nearest first. */
export function lineageOf(type: Value): readonly ClassValue[] {
  if (type.kind !== 'class') {
    return [];
  }
  return [...new Set([type, ...type.bases.flatMap((base) => lineageOf(base))])];
}

export function memberOf(type: Value, name: string, after?: ClassValue): Value | undefined {
  const lineage = lineageOf(type);
  const candidates = after === undefined ? lineage : lineage.slice(lineage.indexOf(after) + 1);
  return candidates.find(({ members }) => members.has(name))?.members.get(name);
}
