/**
 * Modules that a file assigns one by one, `self.conv1 = nn.Conv2d(3, 32, 3)`: found by a query, without running
 * anything. A file is plain where each of its networks is such a list, and makes no layers anywhere else.
 */

import { forwardCallsIn } from './forwardCalls.js';
import type { SourceFiles } from './imports.js';
import { rangeIn } from './interpreter.js';
import type { Mention } from './interpreter.js';
import { isModule } from './modules.js';
import type { ModuleTree } from './moduleTree.js';
import { networksIn, startKey, SUPER } from './plainClasses.js';
import type { FoundClass } from './plainClasses.js';
import { plainValueOf } from './plainValues.js';
import type { Surroundings } from './plainValues.js';
import { field } from './syntax.js';
import type { PythonParser, Syntax } from './syntax.js';
import type { Instance } from './values.js';
import { Scope, UNKNOWN } from './values.js';

/** Follows `forward` of a class of the file with an object of it. */
export type Follow = (type: string, root: Instance) => Pick<ModuleTree, 'follow' | 'mentions'>;

export interface PlainTrees {
  /** The models that the file makes; none where it is not plain. */
  readonly trees: readonly ModuleTree[];
  /** False where it may make others as well: with other arguments, say. */
  readonly isComplete: boolean;
}

/** A longer file is no list of layers. */
const LENGTH_LIMIT = 100_000;

const NONE: PlainTrees = { trees: [], isComplete: false };

/**
 * The models that a plain file makes with the default values of their parameters.
 * @param following what follows `forward` where the exporter and the names of modules do not tell of it
 */
export function plainTrees(
  parser: PythonParser,
  files: SourceFiles,
  file: string,
  following: Follow,
): PlainTrees {
  const text = files.read(file) ?? '';
  if (text.length > LENGTH_LIMIT) {
    return NONE;
  }
  const found = networksIn(parser, files, file);
  const made = found?.networks.map((each) => networkFrom(each, found.scope)) ?? [];
  if (found === undefined || made.includes(undefined)) {
    return NONE;
  }
  const forwards = forwardCallsIn(parser, file, text);
  const trees = made.flatMap((each): readonly ModuleTree[] => {
    if (each === undefined) {
      return [];
    }
    const { name, root, mentions } = each;
    const followed = following(name, root);
    const tree: ModuleTree = {
      entry: name,
      file,
      root,
      get mentions() {
        return [...mentions, ...followed.mentions];
      },
      forward: forwards.get(name),
      follow: (...given) => {
        followed.follow(...given);
      },
    };
    return [tree];
  });
  return { trees, isComplete: found.isComplete };
}

function isDocstring({ type, text }: Syntax): boolean {
  return type === 'expression_statement' && /^[rbu]*["']/i.test(text);
}

/** What a class makes; undefined where its constructor does more than assign, or another method might. */
function networkFrom(
  found: FoundClass,
  imports: Scope,
): { readonly name: string; readonly root: Instance; readonly mentions: readonly Mention[] } | undefined {
  const { name, whole, members, methods, assignments, statements } = found;
  const rest = members.filter((each) => each.type !== 'comment' && !isDocstring(each));
  const isPlain = methods.every((each) => each === '__init__' || each === 'forward');
  const parameters = parametersOf(found, imports);
  if (!isPlain || methods.length !== new Set(methods).size || rest.length !== methods.length || !parameters) {
    return undefined;
  }
  const assigning = new Set(assignments.map((match) => startKey(match.get('assignment.range'))));
  const others = statements.filter((each) => each.type !== 'comment' && !assigning.has(startKey(each)));
  if (!others.every((each) => isDocstring(each) || SUPER.test(each.text))) {
    return undefined;
  }
  const mentions: Mention[] = [];
  const owner = rangeIn(imports.file, whole);
  const around: Surroundings = {
    scope: parameters.scope,
    owner,
    mention: (instance, range, role) => mentions.push({ instance, range, role }),
  };
  const root: Instance = {
    kind: 'instance',
    type: { kind: 'external', path: 'torch.nn.Module' },
    attributes: new Map(),
    created: [owner],
    arguments: undefined,
  };
  for (const match of assignments) {
    const [target, assigned] = [match.get('target'), match.get('assigned')];
    const value = assigned && plainValueOf(assigned, around);
    if (target === undefined || value === undefined || match.get('self')?.text !== parameters.self) {
      return undefined;
    }
    root.attributes.set(match.get('name')?.text ?? '', value);
    if (isModule(value)) {
      around.mention(value, rangeIn(imports.file, target), 'target');
    }
  }
  return { name, root, mentions };
}

/** The parameters of a constructor with their default values; undefined where some have no place. */
function parametersOf(
  { parameters }: FoundClass,
  imports: Scope,
): { readonly self: string; readonly scope: Scope } | undefined {
  const [self, ...others] = parameters?.children ?? [];
  const scope = new Scope(imports.file, imports);
  const around: Surroundings = {
    scope: imports,
    owner: { file: imports.file, start: { line: 0, column: 0 }, end: { line: 0, column: 0 } },
    mention: () => undefined,
  };
  for (const each of others.filter(({ type }) => !type.endsWith('_separator'))) {
    const name = field(each, 'name') ?? (each.type === 'identifier' ? each : each.children[0]);
    const given = field(each, 'value');
    const value = given === undefined ? UNKNOWN : plainValueOf(given, around);
    if (name?.type !== 'identifier' || value === undefined || isModule(value)) {
      return undefined;
    }
    scope.names.set(name.text, value);
  }
  return self?.type === 'identifier' ? { self: self.text, scope } : undefined;
}
