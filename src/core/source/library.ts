/** Functions and classes of libraries that build networks, by their dotted names. */

import { BUILTINS, numeric } from './builtins.js';
import { elementsOf } from './iteration.js';
import type { Interpreter } from './interpreter.js';
import { canonical, containerKind, fillContainer, isModule, isModuleClass } from './modules.js';
import type { SourceRange } from './positions.js';
import type { Arguments, External, Instance, Value } from './values.js';
import { constant, list, NONE, UNKNOWN } from './values.js';

type Call = (interpreter: Interpreter, args: Arguments, site: SourceRange) => Value;

export function callExternal(
  interpreter: Interpreter,
  path: string,
  args: Arguments,
  site: SourceRange,
): Value {
  const name = canonical(path);
  const builtin = name.startsWith('builtins.') ? BUILTINS.get(name.slice('builtins.'.length)) : undefined;
  const call = builtin ?? CALLS.get(name);
  if (call !== undefined) {
    return call(interpreter, args, site);
  }
  const type: External = { kind: 'external', path: name };
  if (isModuleClass(type)) {
    return libraryModule(interpreter, type, args, site);
  }
  const [first] = args.positional;
  if (WRAPPERS.test(name) && isModule(first)) {
    return first;
  }
  return interpreter.tracer?.function(name, args, site) ?? UNKNOWN;
}

/** Functions that give back the module they were handed, with something done to its weights. */
const WRAPPERS = /^torch\.(?:nn\.utils\.|compile$|jit\.(?:script|trace)$)/;

function libraryModule(
  interpreter: Interpreter,
  type: External,
  args: Arguments,
  site: SourceRange,
): Instance {
  const made: Instance = {
    kind: 'instance',
    type,
    attributes: new Map(),
    created: [...interpreter.calls, site],
    arguments: args,
  };
  const kind = containerKind(made);
  if (kind !== undefined) {
    fillContainer(made, kind, args);
  }
  interpreter.mention(made, site, 'creation');
  return made;
}

/** A copy has the place where the original was made. */
function copied(value: Value): Value {
  if (value.kind === 'sequence') {
    return { ...value, items: value.items.map(copied) };
  }
  return isModule(value)
    ? { ...value, attributes: new Map([...value.attributes].map(([name, child]) => [name, copied(child)])) }
    : value;
}

const chain: Call = (interpreter, { positional }) => {
  const all = positional.map((each) => elementsOf(interpreter, each));
  return list(
    all.flatMap(({ items }) => items),
    all.some(({ isOpen }) => isOpen),
  );
};

/** The vocabulary is closed: other functions come to something unknown, and classes to modules. */
export const CALLS: ReadonlyMap<string, Call> = new Map<string, Call>([
  [
    'functools.partial',
    (_, { positional: [callee = UNKNOWN, ...others], named, isOpen }) => ({
      kind: 'partial',
      callee,
      arguments: { positional: others, named, isOpen },
    }),
  ],
  ['collections.OrderedDict', (...call) => BUILTINS.get('dict')?.(...call) ?? UNKNOWN],
  ['typing.cast', (_, { positional: [, value = UNKNOWN] }) => value],
  ['typing.OrderedDict', (...call) => BUILTINS.get('dict')?.(...call) ?? UNKNOWN],
  ['copy.deepcopy', (_, { positional: [value = UNKNOWN] }) => copied(value)],
  ['copy.copy', (_, { positional: [value = UNKNOWN] }) => copied(value)],
  ['itertools.chain', chain],
  ['math.ceil', numeric(Math.ceil)],
  ['math.floor', numeric(Math.floor)],
  ['math.sqrt', numeric(Math.sqrt)],
  [
    'math.log',
    numeric((value, base) => (base === undefined ? Math.log(value) : Math.log(value) / Math.log(base))),
  ],
  ['math.log2', numeric(Math.log2)],
  ['math.pow', numeric(Math.pow)],
  [
    'math.prod',
    (interpreter, { positional: [values = UNKNOWN] }, site) =>
      numeric((...numbers) => numbers.reduce((product, each) => product * each, 1))(
        interpreter,
        { positional: elementsOf(interpreter, values).items, named: new Map(), isOpen: false },
        site,
      ),
  ],
  ['torch.jit.is_scripting', () => constant(false)],
  ['torch.jit.is_tracing', () => constant(false)],
  ['torch.onnx.is_in_onnx_export', () => constant(true)],
  ['torch.cuda.is_available', () => UNKNOWN],
  ['warnings.warn', () => NONE],
]);
