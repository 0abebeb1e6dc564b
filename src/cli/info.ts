/** `unpool info MODEL`: reads the graph alone, never the weights. */

import type { Command } from 'commander';

import type { ImageSize } from '../core/network/imageInput.js';
import { openNetwork } from '../core/network/open.js';
import { overview } from '../core/problems/overview.js';
import type { Overview } from '../core/problems/overview.js';
import { pixels, scoresLine, SIZE_HELP, tellSize } from './opened.js';
import { table } from './table.js';

export function addInfo(program: Command): void {
  program
    .command('info')
    .description('layers, sizes, costs and problems')
    .argument('<model>', '.onnx file')
    .option('--size <pixels>', SIZE_HELP, pixels)
    .option('--json', 'print JSON')
    .action(async (model: string, { json, size }: { json?: boolean; size?: ImageSize }) => {
      const network = await openNetwork(model, size && { origin: 'asked', size });
      tellSize(network, '--size');
      const found = overview(network);
      if (json) {
        process.stdout.write(`${JSON.stringify(found, undefined, 2)}\n`);
        return;
      }
      process.stdout.write(`${text(found)}\n`);
    });
}

function text(found: Overview): string {
  const rows = found.rows.map((row) => [
    row.name,
    row.operator,
    row.output,
    row.detail,
    row.parameters,
    row.multiplyAdds ?? '?',
    row.receptiveField ?? '',
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
  const problems = found.problems.map((problem) => `! ${problem.message}`);
  return [
    `${found.file}: ${found.producer}, opset ${found.opset}, input ${found.input}`,
    '',
    table(headings, rows),
    '',
    `parameters ${found.parameters.toLocaleString('en')}, multiply-adds ${found.multiplyAdds?.toLocaleString('en') ?? '?'}`,
    ...(found.scores === undefined ? [] : [scoresLine(found.scores)]),
    ...problems,
  ].join('\n');
}
