/** PyTorch's modules: what is one, what containers do with their children. */

import type { Arguments, External, Instance, Value } from './values.js';
import { libraryClassOf, textOf } from './values.js';

/** Names of children that the source does not say begin with this. */
export const ANY = '*';

/** Libraries whose classes are no modules. */
const PLAIN =
  /^(?:builtins|enum|typing|abc|dataclasses|collections|functools|logging|os|sys|pathlib)(?:\.|$)/;

/** Where torch's classes are defined, in place of where people import them from. */
const HOMES: readonly (readonly [RegExp, string])[] = [
  [/^torch\.nn\.modules\.(?:\w+\.)?(?=[A-Z])/, 'torch.nn.'],
  [/^torch\.nn\.(?:qat|quantized)\.(?:modules\.)?/, 'torch.nn.'],
  [/^tensorflow\.keras\./, 'keras.'],
];

/** One name for what a library exports under several. */
export function canonical(path: string): string {
  return HOMES.reduce((name, [pattern, home]) => name.replace(pattern, home), path);
}

/** True for objects that may have weights: those of PyTorch, and of libraries whose sources are not known. */
export function isModule(value: Value | undefined): value is Instance {
  if (value?.kind !== 'instance') {
    return false;
  }
  const library = libraryClassOf(value.type);
  return library !== undefined && !PLAIN.test(library);
}

/** `Sequential`, `ModuleList` or `ModuleDict`, for objects of these classes and of classes derived from them. */
export function containerKind(value: Instance): string | undefined {
  const library = canonical(libraryClassOf(value.type) ?? '');
  return /^torch\.nn\.(Sequential|ModuleList|ModuleDict)$/.exec(library)?.[1];
}

/** Submodules by name, in the order they were assigned; names that begin with `*` are not known. */
export function childrenOf(value: Instance): readonly (readonly [string, Instance])[] {
  return [...value.attributes].flatMap(([name, child]) => (isModule(child) ? [[name, child] as const] : []));
}

/** A name for one more child that the source gives no certain name. */
function anyName({ attributes }: Instance): string {
  let count = 0;
  while (attributes.has(`${ANY}${count}`)) {
    count++;
  }
  return `${ANY}${count}`;
}

export function setChild(parent: Instance, name: string | undefined, child: Value): void {
  if (name !== undefined) {
    parent.attributes.set(name, child);
  } else if (!childrenOf(parent).some(([, known]) => known === child)) {
    parent.attributes.set(anyName(parent), child);
  }
}

/** Adds a child at the end of a container. */
export function appendChild(parent: Instance, child: Value, isRepeated: boolean): void {
  const children = childrenOf(parent);
  const isOpen = isRepeated || children.some(([name]) => name.startsWith(ANY));
  setChild(parent, isOpen ? undefined : String(children.length), child);
}

/** What the constructor of a container does with its arguments. */
export function fillContainer(container: Instance, kind: string, args: Arguments): void {
  const [first, ...others] = args.positional;
  if (first?.kind === 'dictionary' && others.length === 0) {
    for (const { key, value } of first.entries.values()) {
      setChild(container, textOf(key), value);
    }
    return;
  }
  const { items, isOpen } =
    kind === 'Sequential'
      ? { items: args.positional, isOpen: args.isOpen }
      : first?.kind === 'sequence'
        ? first
        : {
            items: first?.kind === 'instance' ? childrenOf(first).map(([, child]) => child) : [],
            isOpen: false,
          };
  for (const [place, item] of items.entries()) {
    if (kind === 'ModuleDict' && item.kind === 'sequence') {
      setChild(container, textOf(item.items[0]), item.items[1] ?? item);
    } else {
      setChild(container, isOpen ? undefined : String(place), item);
    }
  }
}

/** A class of a library that makes modules when called. */
export function isModuleClass({ path }: External): boolean {
  const name = path.slice(path.lastIndexOf('.') + 1);
  return (
    /^_*[A-Z]/.test(name) &&
    !PLAIN.test(path) &&
    !/^torch\.(?!nn\.|ao\.)|^numpy\.|\.Parameter$|^torch\.nn\.Buffer$/.test(path)
  );
}
