/** Attributes that classes declare without a constructor of their own. */

import { lineageOf, memberOf } from './definitions.js';
import type { Interpreter } from './interpreter.js';
import type { SourceRange } from './positions.js';
import type { Arguments, ClassValue, Instance } from './values.js';
import { NO_ARGUMENTS, UNKNOWN } from './values.js';

/** The constructor of a dataclass or named tuple. */
export function fillFields(
  interpreter: Interpreter,
  made: Instance,
  type: ClassValue,
  args: Arguments,
  site: SourceRange,
): void {
  const names = [...new Set([...lineageOf(type)].reverse().flatMap(({ fields }) => fields))];
  names.forEach((name, place) => {
    const value = args.positional[place] ?? args.named.get(name) ?? memberOf(type, name) ?? UNKNOWN;
    made.attributes.set(name, value);
  });
  const after = memberOf(type, '__post_init__');
  if (after?.kind === 'function') {
    interpreter.call({ kind: 'bound', receiver: made, method: after }, NO_ARGUMENTS, site);
  }
}
