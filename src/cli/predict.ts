/** `unpool predict MODEL IMAGE...` */

import type { Command } from 'commander';
import { Option } from 'commander';

import { classProbabilities, meanProbabilities, topPredictions } from '../core/analysis/photo/predictions.js';
import { looksUntrained } from '../core/analysis/photo/untrained.js';
import { UserError } from '../core/errors.js';
import { tenCrops } from '../core/imaging/preprocess.js';
import type { ChosenLabels } from '../core/network/chosenLabels.js';
import type { ScoreKind } from '../core/network/scoreKind.js';
import type { FloatTensor } from '../core/tensor.js';
import { note, photoOptions, positive, readInput, tellScores, toldLabels, withOpened } from './opened.js';
import type { NetworkInput, Opened } from './opened.js';
import { table } from './table.js';

interface Options {
  readonly top: number;
  readonly crops: '1' | '10';
  readonly json?: boolean;
  readonly labels?: string;
}

interface Entry {
  readonly image: string;
  /** What the class scores are, and with that whether the probabilities sum to one. */
  readonly scores: ScoreKind | undefined;
  /** Where the labels come from. */
  readonly labels: ChosenLabels['origin'];
  readonly top: readonly {
    readonly index: number;
    readonly label: string | null;
    readonly probability: number;
  }[];
}

export function addPredict(program: Command): void {
  const command = program
    .command('predict')
    .description('the most probable classes of photos')
    .argument('<model>', '.onnx file')
    .argument('<image...>', 'photos, or .npy arrays fed as they are');
  photoOptions(command)
    .option('--top <n>', 'classes to list', positive, 5)
    .addOption(new Option('--crops <n>', 'average over ten crops').choices(['1', '10']).default('1'))
    .option('--labels <file>', 'class names: one a line, a .tsv or a JSON list; or imagenet')
    .option('--json', 'print JSON')
    .action(async (model: string, images: string[], options: Options, command: Command) => {
      await withOpened(command, model, async (opened) => {
        const labels = await toldLabels(opened.network, options.labels);
        const entries: Entry[] = [];
        for (const image of images) {
          entries.push(...(await predictImage(opened, image, options, labels)));
        }
        process.stdout.write(
          `${options.json ? JSON.stringify(entries, undefined, 2) : entries.map(text).join('\n\n')}\n`,
        );
      });
    });
}

/** One entry a photo; an array of N images gives N. */
async function predictImage(
  opened: Opened,
  file: string,
  options: Options,
  { names, origin }: ChosenLabels,
): Promise<Entry[]> {
  const { engine, signal } = opened;
  const input = await readInput(file, opened);
  const { network } = input;
  tellScores(network);
  const rows = await classProbabilities(engine, network, cropsOf(input, opened, options), { signal });
  const results = options.crops === '10' ? [meanProbabilities(rows)] : rows;
  const { scores } = network;
  if (scores !== undefined && results.every((row) => looksUntrained(row, scores))) {
    const most = Math.max(...results.map((row) => Math.max(...row)));
    note(
      `${file}: the answer is nearly as even as chance (at most ${percent(most)} for one of ${scores.classes} classes): the weights look untrained`,
    );
  }
  return results.map((row, index) => ({
    image: results.length > 1 ? `${file}[${index}]` : file,
    scores: scores?.kind,
    labels: origin,
    top: topPredictions(row, options.top).map((prediction) => ({
      index: prediction.index,
      label: names[prediction.index] ?? null,
      probability: prediction.probability,
    })),
  }));
}

function cropsOf(input: NetworkInput, { preprocessing }: Opened, { crops }: Options): FloatTensor {
  if (crops === '1') {
    return input.tensor;
  }
  if (input.photo === undefined) {
    throw new UserError(`${input.file}: an array is fed as it is; --crops 10 needs a photo`);
  }
  return tenCrops(input.photo, preprocessing.preprocessing, input.network.input);
}

function text({ image, labels, top }: Entry): string {
  const rows = top.map(({ index, label, probability }) => [percent(probability), index, label ?? '']);
  return `${image}\n${table(['probability', 'class', labels === 'assumed' ? 'label (assumed)' : 'label'], rows)}`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
