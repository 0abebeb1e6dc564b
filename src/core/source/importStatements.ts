/** `import` and `from ... import`: files of the workspace are read when a name of theirs is used. */

import type { Interpreter } from './interpreter.js';
import { field } from './syntax.js';
import type { Syntax } from './syntax.js';
import type { Scope, Value } from './values.js';
import { UNKNOWN, WILDCARD } from './values.js';

/** What imports need of a run. */
type Importer = Pick<Interpreter, 'importFile' | 'scopeOf'>;

export function importStatement(interpreter: Importer, node: Syntax, scope: Scope): void {
  for (const imported of node.fields.get('name') ?? []) {
    const alias = field(imported, 'alias')?.text;
    const name = field(imported, 'name')?.text ?? imported.text;
    const bound = alias ?? name.split('.')[0] ?? name;
    const file = interpreter.importFile(alias === undefined ? bound : name, 0, scope.file);
    const path = alias === undefined ? bound : name;
    scope.names.set(bound, file === undefined ? { kind: 'external', path } : { kind: 'file', file });
  }
}

export function importFromStatement(interpreter: Importer, node: Syntax, scope: Scope): void {
  const source = field(node, 'module_name');
  const prefix = source?.children.find(({ type }) => type === 'import_prefix')?.text ?? '';
  const level = prefix.replace(/[^.]/g, '').length;
  const name =
    source?.type === 'relative_import'
      ? (source.children.find(({ type }) => type === 'dotted_name')?.text ?? '')
      : (source?.text ?? '');
  const file = interpreter.importFile(name, level, scope.file);
  if (node.children.some(({ type }) => type === 'wildcard_import')) {
    if (file === undefined && level === 0) {
      scope.names.set(WILDCARD, { kind: 'external', path: name });
    }
    const names = file === undefined ? undefined : interpreter.scopeOf(file)?.names;
    names?.forEach((value, each) => {
      if (!each.startsWith('_')) {
        scope.names.set(each, value);
      }
    });
    return;
  }
  for (const imported of node.fields.get('name') ?? []) {
    const member = field(imported, 'name')?.text ?? imported.text;
    const bound = field(imported, 'alias')?.text ?? member;
    const resolve = (): Value => importedName(interpreter, file, { name, level, member }, scope);
    scope.names.set(bound, { kind: 'deferred', resolve });
  }
}

function importedName(
  interpreter: Importer,
  file: string | undefined,
  { name, level, member }: { name: string; level: number; member: string },
  scope: Scope,
): Value {
  const inner = [name, member].filter((part) => part !== '').join('.');
  const value = file === undefined ? undefined : interpreter.scopeOf(file)?.get(member);
  if (value !== undefined) {
    return value;
  }
  const innerFile = interpreter.importFile(inner, level, scope.file);
  if (innerFile !== undefined) {
    return { kind: 'file', file: innerFile };
  }
  return file === undefined && level === 0 ? { kind: 'external', path: inner } : UNKNOWN;
}
