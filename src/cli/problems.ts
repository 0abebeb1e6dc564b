/** `unpool problems MODEL [IMAGE...]`: everything that looks wrong, and the model with linear layers merged. */

import type { Command } from 'commander';

import { inspectionJob } from '../core/problems/inspection.js';
import type { Inspection } from '../core/problems/inspection.js';
import { mergeLinear } from '../core/analysis/weights/linearMerge.js';
import { singleImages } from '../core/analysis/photo/predictions.js';
import { UserError } from '../core/errors.js';
import { writeWhole } from '../core/store/files.js';
import { runJob } from './jobs.js';
import { note, photoOptions, readInput, withOpened } from './opened.js';
import type { Opened } from './opened.js';
import { table } from './table.js';

interface Options {
  readonly json?: boolean;
  readonly merge?: string;
}

export function addProblems(program: Command): void {
  const command = program
    .command('problems')
    .description('what looks wrong: in the graph, in the weights, and on photos')
    .argument('<model>', '.onnx file')
    .argument('[images...]', 'photos, or .npy arrays fed as they are, for dead and saturated units');
  photoOptions(command)
    .option('--json', 'print JSON')
    .option(
      '--merge <file>',
      'write the model with linear layers in a row merged, where that is exact and smaller',
    )
    .action(async (model: string, images: readonly string[], options: Options, command: Command) => {
      await withOpened(command, model, async (opened) => {
        if (options.merge !== undefined) {
          await merge(opened, options.merge);
          return;
        }
        const found = await find(opened, images);
        process.stdout.write(
          `${options.json ? JSON.stringify(plain(opened, found, images), undefined, 2) : text(found)}\n`,
        );
      });
    });
}

async function find(opened: Opened, images: readonly string[]): Promise<Inspection> {
  const { network } = opened;
  const { preprocessing, isDeclared } = opened.preprocessing;
  const inputs = [];
  for (const image of images) {
    inputs.push(...singleImages(network, (await readInput(image, opened)).tensor));
  }
  return runJob(inspectionJob(network, { inputs, preprocessing, isDeclared }), opened);
}

/** Writes the merged model and says what was done. */
async function merge({ network, engine, signal }: Opened, out: string): Promise<void> {
  if (!out.toLowerCase().endsWith('.onnx')) {
    throw new UserError(`--merge ${out}: the merged model is an .onnx file`);
  }
  const { bytes, merged, parametersSaved, difference } = await mergeLinear(engine, network, undefined, {
    signal,
  });
  await writeWhole(out, bytes);
  for (const { first, second } of merged) {
    note(`merged '${first}' and '${second}'`);
  }
  note(
    `${out}: ${parametersSaved.toLocaleString('en')} parameters less; the outputs on a random input differ by ${difference.toExponential(1)} of the largest`,
  );
}

function plain({ network }: Opened, { problems, activity }: Inspection, images: readonly string[]): unknown {
  return {
    file: network.model.file,
    images,
    problems,
    activity: activity.map(({ layer, ...rest }) => ({ layer: layer.name, ...rest })),
  };
}

function text({ problems, activity }: Inspection): string {
  const explained = new Set<string>();
  const lines = problems.flatMap(({ severity, id, message, explanation }) => {
    const isNew = !explained.has(id);
    explained.add(id);
    return [`${severity}: ${message} [${id}]`, ...(isNew ? [`  ${explanation}`] : [])];
  });
  const rows = activity.map(({ layer, kind, units, zeros, dead, saturated }) => [
    layer.name,
    kind,
    units,
    `${(zeros * 100).toFixed(1)} %`,
    dead.length,
    kind === 'rectifier' ? '' : `${(saturated * 100).toFixed(1)} %`,
  ]);
  return [
    ...(lines.length === 0 ? ['no problems found'] : lines),
    ...(rows.length === 0 ? [] : ['', table(['layer', 'kind', 'maps', 'zeros', 'dead', 'saturated'], rows)]),
  ].join('\n');
}
