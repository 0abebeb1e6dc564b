/** What an expression of Python is worth, as far as the source says it without running. */

import type { SourceRange } from './positions.js';
import type { Syntax } from './syntax.js';

export interface Constant {
  readonly kind: 'constant';
  readonly value: number | string | boolean | null;
}

/** A list or tuple. In an open one there are more elements than known, at places that are not known. */
export interface Sequence {
  readonly kind: 'sequence';
  readonly isTuple: boolean;
  readonly items: Value[];
  isOpen: boolean;
}

/** Keys are constants, by `keyOf`. */
export interface Dictionary {
  readonly kind: 'dictionary';
  readonly entries: Map<string, { readonly key: Value; value: Value }>;
  isOpen: boolean;
}

export interface FunctionValue {
  readonly kind: 'function';
  readonly name: string;
  /** A `function_definition` or a `lambda`. */
  readonly node: Syntax;
  readonly file: string;
  readonly scope: Scope;
  readonly defaults: ReadonlyMap<string, Value>;
  /** The class whose body defines it: where `super()` starts from. */
  readonly owner: ClassValue | undefined;
  readonly binding: 'instance' | 'class' | 'static' | 'property';
}

export interface BoundMethod {
  readonly kind: 'bound';
  readonly receiver: Value;
  readonly method: FunctionValue;
}

export interface ClassValue {
  readonly kind: 'class';
  readonly name: string;
  readonly node: Syntax;
  readonly file: string;
  readonly bases: readonly Value[];
  readonly members: Map<string, Value>;
  /** Names that the body annotates with types, in order: the fields of a dataclass or named tuple. */
  readonly fields: string[];
}

/** An object of a class, or a PyTorch module. */
export interface Instance {
  readonly kind: 'instance';
  /** A class of the source, or a class of a library, such as `torch.nn.Conv2d`. */
  readonly type: ClassValue | External;
  /** Everything assigned to it; submodules are found in here, in the order of their first assignment. */
  readonly attributes: Map<string, Value>;
  /** The calls that led to its creation: the innermost, which names its class, is the last. */
  readonly created: readonly SourceRange[];
  /** Undefined for the arguments of a class of the source. */
  readonly arguments: Arguments | undefined;
}

/** Something of a library, by the name it is imported under: `torch.nn.functional.relu`. */
export interface External {
  readonly kind: 'external';
  readonly path: string;
}

export interface Partial {
  readonly kind: 'partial';
  readonly callee: Value;
  readonly arguments: Arguments;
}

/** A built-in function or a method of a built-in type. */
export interface Native {
  readonly kind: 'native';
  readonly name: string;
  call(args: Arguments): Value;
}

/** `super()` of an instance. */
export interface Super {
  readonly kind: 'super';
  readonly receiver: Instance | ClassValue;
  readonly after: ClassValue;
}

/** A file of the workspace, imported. */
export interface ModuleFile {
  readonly kind: 'file';
  readonly file: string;
}

/** A name of another file, which is read when somebody asks for it. */
export interface Deferred {
  readonly kind: 'deferred';
  readonly resolve: () => Value;
}

/** A tensor that `forward` computes; `name` is what the ONNX graph calls it, undefined where that is not known. */
export interface TensorValue {
  readonly kind: 'tensor';
  readonly name: string | undefined;
}

export interface Unknown {
  readonly kind: 'unknown';
}

export type Value =
  | Constant
  | Sequence
  | Dictionary
  | FunctionValue
  | BoundMethod
  | ClassValue
  | Instance
  | External
  | Partial
  | Native
  | Super
  | ModuleFile
  | TensorValue
  | Deferred
  | Unknown;

export interface Arguments {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
  /** True where `*args` or `**kwargs` passed more than is known. */
  readonly isOpen: boolean;
}

export const NO_ARGUMENTS: Arguments = { positional: [], named: new Map(), isOpen: false };

export const UNKNOWN: Unknown = { kind: 'unknown' };
export const NONE: Constant = { kind: 'constant', value: null };

/** The name under which a scope keeps the library of `from library import *`. */
export const WILDCARD = '*';

/** Names of a function, class body or file, and those around it. */
export class Scope {
  readonly names = new Map<string, Value>();

  constructor(
    readonly file: string,
    readonly parent: Scope | undefined,
    /** The class whose method this is the scope of, and the object it was called on. */
    readonly self?: { readonly owner: ClassValue; readonly receiver: Value },
  ) {}

  get(name: string): Value | undefined {
    const value = this.names.get(name);
    if (value?.kind !== 'deferred') {
      return value ?? this.parent?.get(name);
    }
    // Files that import each other ask in a circle.
    this.names.set(name, UNKNOWN);
    const resolved = value.resolve();
    this.names.set(name, resolved);
    return resolved;
  }

  /** What `super()` and `__class__` refer to. */
  get method(): Scope['self'] {
    return this.self ?? this.parent?.method;
  }
}

export function constant(value: Constant['value']): Constant {
  return { kind: 'constant', value };
}

export function list(items: readonly Value[], isOpen = false): Sequence {
  return { kind: 'sequence', isTuple: false, items: [...items], isOpen };
}

export function tuple(items: readonly Value[], isOpen = false): Sequence {
  return { kind: 'sequence', isTuple: true, items: [...items], isOpen };
}

export function dictionary(entries: readonly (readonly [Value, Value])[] = [], isOpen = false): Dictionary {
  const made: Dictionary = { kind: 'dictionary', entries: new Map(), isOpen };
  for (const [key, value] of entries) {
    setItem(made, key, value);
  }
  return made;
}

export function setItem(target: Dictionary, key: Value, value: Value): void {
  const name = keyOf(key);
  if (name === undefined) {
    target.isOpen = true;
  } else {
    target.entries.set(name, { key, value });
  }
}

/** Equal constants have equal keys; undefined for what is not known. */
export function keyOf(value: Value): string | undefined {
  switch (value.kind) {
    case 'constant':
      if (value.value === null) {
        return 'None';
      }
      return typeof value.value === 'string' ? `'${value.value}'` : String(Number(value.value));
    case 'external':
      return value.path;
    case 'sequence': {
      const keys = value.items.map(keyOf);
      return value.isOpen || keys.includes(undefined) ? undefined : `(${keys.join()})`;
    }
    default:
      return undefined;
  }
}

/** The text of a constant string. */
export function textOf(value: Value | undefined): string | undefined {
  return value?.kind === 'constant' && typeof value.value === 'string' ? value.value : undefined;
}

/** A constant number; true and false are 1 and 0, as in Python. */
export function numberOf(value: Value | undefined): number | undefined {
  if (value?.kind !== 'constant' || typeof value.value === 'string' || value.value === null) {
    return undefined;
  }
  return Number(value.value);
}

/** What `if` makes of a value; undefined where the source does not say. */
export function truthOf(value: Value): boolean | undefined {
  switch (value.kind) {
    case 'constant':
      return Boolean(value.value);
    case 'sequence':
      return value.items.length > 0 || (value.isOpen ? undefined : false);
    case 'dictionary':
      return value.entries.size > 0 || (value.isOpen ? undefined : false);
    case 'unknown':
    case 'tensor':
      return undefined;
    default:
      return true;
  }
}

/** The dotted name of the library's class that a class or object derives from first: `torch.nn.Sequential`. */
export function libraryClassOf(type: Value): string | undefined {
  if (type.kind === 'external') {
    return type.path;
  }
  if (type.kind === 'class') {
    for (const base of type.bases) {
      const found = libraryClassOf(base);
      if (found !== undefined && found !== 'builtins.object') {
        return found;
      }
    }
  }
  return undefined;
}
