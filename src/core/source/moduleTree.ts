/** The modules that a source file makes, as PyTorch would name them. */

import { throwIfCancelled } from '../errors.js';
import type { Budget } from './budget.js';
import { lineageOf } from './definitions.js';
import type { SourceFiles } from './imports.js';
import type { ForwardCalls } from './forwardCalls.js';
import { OutOfBudget, Raised, rangeIn } from './interpreter.js';
import type { Mention, Tracer } from './interpreter.js';
import { Run, scopeWithin } from './run.js';
import { ANY, childrenOf, isModule } from './modules.js';
import type { LoadedFiles } from './run.js';
import type { PythonParser, Syntax } from './syntax.js';
import type { ClassValue, FunctionValue, Instance, Value } from './values.js';
import { keyOf, libraryClassOf, NO_ARGUMENTS } from './values.js';

/** A model that the source can make. */
export interface ModuleTree {
  /** The class or function it comes from; '' for the file run as a program. */
  readonly entry: string;
  readonly file: string;
  readonly root: Instance;
  /** Places that make its modules or name them, those in `forward` once that was followed. */
  readonly mentions: readonly Mention[];
  /** Calls in `forward`, where they can be told without following it. */
  readonly forward?: ForwardCalls | undefined;
  /** Runs `forward` with a tensor, as far as it can be followed. */
  follow(tracer: Tracer, input: Value): void;
}

/** Ways through conditions that the source leaves open; a class or function with more is not spoken of. */
const RUNS = 64;

/**
 * Every model that the file's classes, its functions and the file as a program make, with the default values of
 * their parameters. A condition that depends on other parameters is tried both ways.
 * @param files read without waiting, for one name of a file leads to another
 * @param budget with which all of it ends: what was found until then is not all that there is
 * @throws CancelledError after an abort
 */
export async function moduleTrees(
  parser: PythonParser,
  files: SourceFiles,
  file: string,
  budget: Budget,
  signal?: AbortSignal,
): Promise<readonly ModuleTree[]> {
  const loaded: LoadedFiles = { trees: new Map(), scopes: new Map(), budget };
  const interpreter = new Run(parser, files, loaded);
  const scope = scopeWithin(interpreter, file);
  const names = [...(scope?.names ?? [])].filter(
    ([, value]) => (value.kind === 'class' || value.kind === 'function') && value.file === file,
  );
  const entries = [...names.map(([name]) => name), ''];
  const found: ModuleTree[] = [];
  for (const entry of entries) {
    found.push(...explored(parser, files, loaded, file, entry));
    // Whoever waits for the thread comes first.
    await new Promise(setImmediate);
    throwIfCancelled(signal);
  }
  return found;
}

function explored(
  parser: PythonParser,
  files: SourceFiles,
  loaded: LoadedFiles,
  file: string,
  entry: string,
): readonly ModuleTree[] {
  const found = new Map<string, ModuleTree>();
  const open: Branch[] = [{ forced: new Map(), from: undefined }];
  /** Conditions that make no difference to the modules. */
  const idle = new Set<Syntax>();
  for (let run = 0; run < RUNS; run++) {
    const branch = open.shift();
    if (branch === undefined) {
      break;
    }
    const { forced, from } = branch;
    const interpreter = new Run(parser, files, loaded, forced, entry === '' ? file : undefined);
    const roots = rootsOf(interpreter, file, entry);
    const signature = roots.map(signatureOf).join('\n\n');
    if (from !== undefined && signature === from.signature) {
      idle.add(from.condition);
      continue;
    }
    roots.forEach((root, place) => {
      const at = root.created.at(-1) ?? { file, start: { line: 0, column: 0 }, end: { line: 0, column: 0 } };
      const follow: ModuleTree['follow'] = (tracer, input) => {
        interpreter.follow(tracer, root, input, at);
      };
      const { mentions } = interpreter;
      found.set(`${place} ${signatureOf(root)}`, { entry, file, root, mentions, follow });
    });
    const decisions = [...interpreter.decisions];
    for (const [place, [condition]] of decisions.entries()) {
      if (place >= forced.size && !idle.has(condition)) {
        const until = new Map([...decisions.slice(0, place), [condition, true] as const]);
        open.push({ forced: until, from: { condition, signature } });
      }
    }
  }
  // A way that was not gone might make the same layers elsewhere.
  return open.length === 0 ? [...found.values()] : [];
}

/** A way to go: what is decided, and the condition that differs from the run before with what that run made. */
interface Branch {
  readonly forced: ReadonlyMap<Syntax, boolean>;
  readonly from: { readonly condition: Syntax; readonly signature: string } | undefined;
}

/** Equal for models whose modules have the same names and are made at the same places. */
function signatureOf(root: Instance): string {
  return [...pathsIn(root)]
    .map(([{ created, arguments: args }, path]) => {
      const at = created.at(-1);
      const numbers = [...(args?.positional ?? []), ...(args?.named.values() ?? [])].map(keyOf);
      return `${path} ${at?.file ?? ''}:${at?.start.line ?? 0}:${at?.start.column ?? 0} ${numbers.join()}`;
    })
    .join('\n');
}

/** What one class or function makes, or the modules at the top of a program. */
function rootsOf(interpreter: Run, file: string, entry: string): readonly Instance[] {
  try {
    const scope = interpreter.scopeOf(file);
    if (entry === '') {
      return topModules(interpreter);
    }
    const value = scope?.get(entry);
    const made = value?.kind === 'class' || value?.kind === 'function' ? make(interpreter, value) : undefined;
    const candidates = made?.kind === 'sequence' ? made.items : made ? [made] : [];
    return candidates.filter(isModule);
  } catch (error) {
    if (error instanceof Raised || error instanceof OutOfBudget) {
      return entry === '' ? topModules(interpreter) : [];
    }
    throw error;
  }
}

function make(interpreter: Run, value: ClassValue | FunctionValue): Value | undefined {
  if (value.kind === 'class' && !isModuleType(value)) {
    return undefined;
  }
  return interpreter.call(value, NO_ARGUMENTS, rangeIn(value.file, value.node));
}

function isModuleType(type: ClassValue): boolean {
  const library = libraryClassOf(type) ?? '';
  return (
    lineageOf(type).length > 0 && /(?:^|\.)(?:nn|keras|lightning|pytorch_lightning)\.|Module$/.test(library)
  );
}

/** Modules that were made and are no part of another. */
function topModules({ mentions }: Run): readonly Instance[] {
  const made = [...new Set(mentions.map(({ instance }) => instance))];
  const parts = new Set(made.flatMap((each) => childrenOf(each).map(([, child]) => child)));
  return made.filter((each) => !parts.has(each) && childrenOf(each).length > 0);
}

/** Paths of a module and all within it, each module by the first of its names. */
export function pathsIn(root: Instance): ReadonlyMap<Instance, string> {
  const paths = new Map<Instance, string>([[root, '']]);
  const visit = (parent: Instance, path: string): void => {
    for (const [name, child] of childrenOf(parent)) {
      if (!paths.has(child)) {
        const own = path === '' ? name : `${path}.${name}`;
        paths.set(child, own);
        visit(child, own);
      }
    }
  };
  visit(root, '');
  return paths;
}

/** The modules that a path may mean: several where the source does not name the children of a container. */
export function modulesAt(root: Instance, path: string): readonly Instance[] {
  let found: readonly Instance[] = [root];
  for (const name of path === '' ? [] : path.split('.')) {
    found = found.flatMap((parent) => childrenNamed(parent, name));
  }
  return found;
}

function childrenNamed(parent: Instance, name: string): readonly Instance[] {
  const children = childrenOf(parent);
  const exact = children.filter(([each]) => each === name);
  const candidates = exact.length > 0 ? exact : children.filter(([each]) => each.startsWith(ANY));
  return candidates.map(([, child]) => child);
}
