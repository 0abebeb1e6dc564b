/** The documentation of the registry: which operators a projection can pass. */

import { RULES } from './registry.js';
import type { OperatorRule } from './rule.js';

const PASSAGE: Readonly<Record<OperatorRule['kind'], string>> = {
  shared: 'gradient in every method',
  gated: 'gated by the method',
  normalization: 'passed by deconvnet, else gradient',
};

const INTRODUCTION = `# Operators that a projection can pass

A projection sends a signal from a layer back to the image. Every operator between the two needs a backward rule;
this page is made from their registry by \`npm run docs\`.

- **gradient in every method**: deconvnet, gradient and guided treat the operator alike, by its exact
  vector-Jacobian product. For convolutions and max pooling that is what the paper calls filtering with the
  transposed weights and unpooling by switches.
- **gated by the method**: an activation function. \`gradient\` differentiates it, \`deconvnet\` rectifies the signal
  itself, \`guided\` does both.
- **passed by deconvnet, else gradient**: a normalisation. With \`--normalization exact\` the deconvnet
  differentiates it too.

The same rules give the signals at weights, biases, slopes and statistics, where these are wanted: at every input of an
operator by which it can be differentiated. Weights of a convolution get the correlation of its input with the signal,
and what was broadcast gets a sum. Where the deconvnet passes a normalisation or rectifies the signal of an activation
function, it has no signal for their parameters.

Opsets are those of the operator's domain that the model imports. Groups of primitive nodes that Unpool recognises as
one operator (an exported LocalResponseNorm, GELU, Swish, ...) take that operator's rule in any opset. How to add a
rule: [adding an operator](adding-an-operator.md).
`;

/** The page docs/operators.md: a Markdown table of all rules, by operator. */
export function operatorTable(): string {
  const rows = [...RULES]
    .sort((a, b) => nameOf(a).localeCompare(nameOf(b), 'en') || a.opsets.min - b.opsets.min)
    .map((rule) => [nameOf(rule), opsetsOf(rule), PASSAGE[rule.kind]]);
  return `${INTRODUCTION}\n${table(['Operator', 'Opsets', 'The signal is'], rows)}\n`;
}

const nameOf = ({ domain, opType }: OperatorRule): string => (domain === '' ? opType : `${domain}.${opType}`);

const opsetsOf = ({ opsets: { min, max } }: OperatorRule): string =>
  max === undefined ? `${min} and later` : min === max ? `${min}` : `${min} to ${max}`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const padded = (row: readonly string[]): string =>
    line(widths.map((width, column) => (row[column] ?? '').padEnd(width)));
  return [padded(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(padded)].join('\n');
}
