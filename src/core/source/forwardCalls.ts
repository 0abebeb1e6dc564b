/** What `forward` calls where it is a list of calls, one after the other: found by a query. */

import { rangeIn } from './interpreter.js';
import { contains } from './positions.js';
import type { SourceRange } from './positions.js';
import type { Match, PythonParser, Syntax } from './syntax.js';

/** A call, or an operator between tensors. */
export interface ForwardCall {
  readonly range: SourceRange;
  /** `conv1` of `self.conv1(x)`, `relu` of `F.relu(x)`, `+` of `x + y`. */
  readonly name: string;
  /** True for `self.conv1(x)`. */
  readonly isOwn: boolean;
}

export interface ForwardCalls {
  readonly calls: readonly ForwardCall[];
  /** Every `self.name`. */
  readonly uses: readonly { readonly range: SourceRange; readonly name: string }[];
}

/** What makes code be run some other number of times than once, or means a part of something. */
const BRANCHES = [
  ...[
    'if_statement',
    'for_statement',
    'while_statement',
    'with_statement',
    'try_statement',
    'match_statement',
  ],
  ...['assert_statement', 'function_definition', 'class_definition', 'lambda', 'conditional_expression'],
  ...['boolean_operator', 'list_comprehension', 'set_comprehension', 'dictionary_comprehension'],
  ...['generator_expression', 'subscript'],
];

const QUERY = `
(module (class_definition
  name: (identifier) @class
  body: (block (function_definition
    name: (identifier) @method
    parameters: (parameters . (identifier) @self)
    body: (block) @forward.range)))
  (#eq? @method "forward"))

[${BRANCHES.map((type) => `(${type})`).join(' ')}] @branch.range

(attribute object: (identifier) @object attribute: (identifier) @name) @attribute.range

(call function: (attribute object: (_) @receiver.range attribute: (identifier) @called)) @call.range

(call function: (identifier) @called) @call.range

(binary_operator operator: _ @operator) @operation.range

(augmented_assignment operator: _ @operator) @operation.range
`;

/** The calls of `forward` by class, for classes of the file in which each of them is run once. */
export function forwardCallsIn(
  parser: PythonParser,
  file: string,
  text: string,
): ReadonlyMap<string, ForwardCalls> {
  const matches = parser.find(text, QUERY);
  const found = new Map<string, ForwardCalls>();
  for (const match of matches) {
    const body = match.get('forward.range');
    if (body !== undefined) {
      const inside = matches.filter((each) => isWithin(each, body));
      if (!inside.some((each) => each.has('branch.range'))) {
        found.set(match.get('class')?.text ?? '', callsOf(inside, match.get('self')?.text ?? '', file));
      }
    }
  }
  return found;
}

function isWithin(match: Match, body: Syntax): boolean {
  const node =
    match.get('branch.range') ??
    match.get('attribute.range') ??
    match.get('call.range') ??
    match.get('operation.range');
  return node !== undefined && contains(body, node.start) && contains(body, node.end);
}

function callsOf(matches: readonly Match[], self: string, file: string): ForwardCalls {
  const calls: ForwardCall[] = [];
  const uses: { range: SourceRange; name: string }[] = [];
  for (const match of matches) {
    const [attribute, call] = [match.get('attribute.range'), match.get('call.range')];
    const operation = match.get('operation.range');
    if (attribute !== undefined && match.get('object')?.text === self) {
      uses.push({ range: rangeIn(file, attribute), name: match.get('name')?.text ?? '' });
    } else if (call !== undefined) {
      const isOwn = match.get('receiver.range')?.text === self;
      calls.push({ range: rangeIn(file, call), name: match.get('called')?.text ?? '', isOwn });
    } else if (operation !== undefined) {
      const name = (match.get('operator')?.text ?? '').replace(/=$/, '');
      calls.push({ range: rangeIn(file, operation), name, isOwn: false });
    }
  }
  return { calls, uses };
}
