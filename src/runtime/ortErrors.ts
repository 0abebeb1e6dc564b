/** onnxruntime's error messages as one line that a person can read. */

import { UserError } from '../core/errors.js';

/** What onnxruntime says when it refuses a model. */
export function creationError(error: unknown): UserError {
  return new UserError(`onnxruntime cannot load the model: ${readable(error)}`);
}

/** What onnxruntime says when a model fails while it runs. */
export function runError(error: unknown): UserError {
  return new UserError(`onnxruntime cannot run the model: ${readable(error)}`);
}

/** Where messages name a node: [pattern, groups of name, operator and reason]. */
const NODE_PATTERNS: readonly RegExp[] = [
  /while running (?<op>\S+) node\. Name:'(?<name>[^']*)' Status Message: (?<reason>.*)/,
  /Node \((?<name>[^)]*)\) Op \((?<op>\w+)\) (?:\[\w+\] )?(?<reason>.*)/,
  /In Node, \("(?<name>[^"]*)", (?<op>\w+), .*, Error (?<reason>.*)/,
];

/** Messages that have a plainer wording. */
const PLAINER: readonly (readonly [RegExp, string])[] = [
  [
    /^.*(?:protobuf parsing failed|Model data pointer is null|No graph was found in the protobuf).*/,
    'it is not a valid ONNX file.',
  ],
  [
    /^.*No Op registered for (\S+) with domain_version of (\d+).*/,
    'the operator $1 does not exist in version $2 of its operator set.',
  ],
  [
    /^.*Failed to allocate memory for requested buffer of size (\d+).*/,
    'there is not enough memory for a tensor of $1 bytes: use a smaller image or batch.',
  ],
  [/^.*\bCUDA failure (\d+): (.*?) ?; ?GPU=.*/, 'CUDA failure $1: $2.'],
  [/^.*Unsupported data type: 16$/, 'an input or output is bfloat16, which cannot be fed or fetched.'],
];

/** Characters of a message that are looked at, and that are shown. */
const LONGEST_READ = 4000;
const LONGEST_SHOWN = 400;

/** The node and the reason of one of onnxruntime's errors, on one line. */
export function readable(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const text = message.slice(0, LONGEST_READ).replace(/\s+/g, ' ').trim();
  const { name, op, reason } = NODE_PATTERNS.map((pattern) => pattern.exec(text)?.groups).find(Boolean) ?? {};
  const node = op === undefined ? '' : `node "${name}" (${op}): `;
  const cleaned = withoutSources(reason ?? text)
    .replace(/\[ONNXRuntimeError\] : \d+ : \w+ : /g, '')
    .replace(/^Exception during initialization: /, '');
  const plain = PLAINER.find(([pattern]) => pattern.test(cleaned));
  const line = node + (plain === undefined ? cleaned : cleaned.replace(...plain)).trim();
  return line.length > LONGEST_SHOWN ? `${line.slice(0, LONGEST_SHOWN)}...` : line;
}

/** Positions in onnxruntime's own source: `/path/file.cc:12 ` or `C:\path\file.cc:12 `. */
const SOURCE = /(?:[A-Za-z]:)?[^\s:"]+\.(?:cc|cpp|cu|h|cuh|hpp):\d+ /;

/** Removes positions in onnxruntime's source with the C++ function and the condition that follow them. */
function withoutSources(text: string): string {
  const source = SOURCE.exec(text);
  if (source === null) {
    return text;
  }
  const before = text.slice(0, source.index);
  const after = withoutFunction(text.slice(source.index + source[0].length)).replace(/^.* was false\. /, '');
  return withoutSources(before + after);
}

/** Removes a leading function: a whole signature where there is one, otherwise a bare name. */
function withoutFunction(text: string): string {
  const open = text.indexOf('(');
  if (open < 0 || !text.slice(0, open).includes('::')) {
    return text.replace(/^\S+ /, '');
  }
  let depth = 0;
  let end = open;
  do {
    depth += text[end] === '(' ? 1 : text[end] === ')' ? -1 : 0;
    end++;
  } while (depth > 0 && end < text.length);
  return text.slice(end).replace(/^(?:::<[^>]*>)? ?(?:const )?(?:\[with [^\]]*\] )?/, '');
}
