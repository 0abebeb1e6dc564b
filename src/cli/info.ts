/** `unpool info MODEL`: reads the graph alone; runs the model only where that leaves shapes open. */

import type { Command } from 'commander';

import { overview } from '../core/problems/overview.js';
import type { Overview } from '../core/problems/overview.js';
import { pixels, scoresLine, SIZE_HELP, tellSize, withOpened } from './opened.js';
import { table } from './table.js';

export function addInfo(program: Command): void {
  program
    .command('info')
    .description('layers, sizes, costs and problems')
    .argument('<model>', '.onnx file')
    .option('--size <pixels>', SIZE_HELP, pixels)
    .option('--json', 'print JSON')
    .action(async (model: string, { json }: { json?: boolean }, command: Command) =>
      withOpened(command, model, async ({ network }) => {
        tellSize(network, '--size');
        const found = overview(network);
        process.stdout.write(`${json ? JSON.stringify(found, undefined, 2) : text(found)}\n`);
      }),
    );
}

/** Marks fields that the border of the image clips. */
const CLIPPED = '*';

function text(found: Overview): string {
  const rows = found.rows.map((row) => [
    row.name,
    row.operator,
    row.output,
    row.detail,
    row.parameters,
    row.multiplyAdds ?? '?',
    `${row.receptiveField ?? ''}${row.clippedBy === undefined ? '' : CLIPPED}`,
    row.stride ?? '',
  ]);
  const headings = [
    'layer',
    'operator',
    'output',
    'detail',
    'parameters',
    'multiply-adds',
    'field',
    'stride',
  ];
  const clippedBy = found.rows.find((row) => row.clippedBy !== undefined)?.clippedBy;
  const problems = found.problems.map((problem) => `! ${problem.message}`);
  return [
    `${found.file}: ${found.producer}, opset ${found.opset}, input ${found.input}`,
    '',
    table(headings, rows),
    ...(clippedBy === undefined
      ? []
      : [`${CLIPPED} larger than the ${clippedBy} image: what a unit sees is clipped at its border`]),
    '',
    `parameters ${found.parameters.toLocaleString('en')}, multiply-adds ${found.multiplyAdds?.toLocaleString('en') ?? '?'}`,
    ...(found.scores === undefined ? [] : [scoresLine(found.scores)]),
    ...problems,
  ].join('\n');
}
