/** What a loop goes over. */

import type { Interpreter } from './interpreter.js';
import { childrenOf, isModule } from './modules.js';
import type { Value } from './values.js';
import { constant } from './values.js';

export interface Elements {
  readonly items: readonly Value[];
  /** True where there are more, or fewer, than known. */
  readonly isOpen: boolean;
}

export function elementsOf(_interpreter: Interpreter, value: Value): Elements {
  switch (value.kind) {
    case 'sequence':
      return { items: [...value.items], isOpen: value.isOpen };
    case 'dictionary':
      return { items: [...value.entries.values()].map(({ key }) => key), isOpen: value.isOpen };
    case 'constant':
      return typeof value.value === 'string'
        ? { items: [...value.value].map((letter) => constant(letter)), isOpen: false }
        : { items: [], isOpen: true };
    case 'instance': {
      if (!isModule(value)) {
        return { items: [], isOpen: true };
      }
      const children = childrenOf(value);
      const isOpen = children.some(([name]) => name.startsWith('*'));
      return { items: children.map(([, child]) => child), isOpen };
    }
    default:
      return { items: [], isOpen: true };
  }
}
