/** `unpool occlude MODEL IMAGE --out F` */

import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';

import { DEFAULT_MEMORY, occlusionJob } from '../core/analysis/photo/occlusion.js';
import type { OcclusionMethod } from '../core/occlusion/way.js';
import type { OcclusionResult } from '../core/analysis/photo/occlusionResult.js';
import { projectUnit } from '../core/analysis/photo/projection.js';
import { UserError } from '../core/errors.js';
import { figureSeven, labelLegend } from '../core/figures/occlusion.js';
import { projectionPicture } from '../core/figures/projection.js';
import { toImage } from '../core/imaging/preprocess.js';
import { fillValues } from '../core/occlusion/fill.js';
import type { Fill } from '../core/occlusion/fill.js';
import { tuningFolder } from '../core/occlusion/tuning.js';
import { floatTensor } from '../core/tensor.js';
import { cacheFolder } from './cache.js';
import { runJob } from './jobs.js';
import { formOf, numbers, writeResult } from './output.js';
import {
  natural,
  note,
  photoOptions,
  positive,
  readSingle,
  tellScores,
  toldLabels,
  toldPreprocessing,
  withOpened,
} from './opened.js';

const MEGABYTE = 2 ** 20;
/** Classes of the last panel that are named. */
const LABELS_NAMED = 5;

interface Options {
  readonly class?: number;
  readonly size: number;
  readonly stride: number;
  readonly fill?: Fill;
  readonly method: OcclusionMethod;
  readonly memory: number;
  readonly out: string;
  readonly labels?: string;
}

export function addOcclude(program: Command): void {
  const command = program
    .command('occlude')
    .description('what changes when a part of the photo is covered')
    .argument('<model>', '.onnx file')
    .argument('<image>', 'a photo, or a .npy array fed as it is');
  photoOptions(command, '--input-size')
    .option('--class <k>', 'class to follow; the predicted one by default', natural)
    .option('--size <pixels>', 'side of the occluder', positive, 32)
    .option('--stride <pixels>', 'step between its positions', positive, 8)
    .option('--fill <fill>', 'grey, mean, zero or RRGGBB; grey for photos, zero for arrays', parseFill)
    .addOption(
      new Option('--method <name>', 'whole network at every position, or only what the occluder can reach')
        .choices(['auto', 'plain', 'incremental'])
        .default('auto'),
    )
    .option(
      '--memory <megabytes>',
      'bound of what a batch of positions takes',
      positive,
      DEFAULT_MEMORY / MEGABYTE,
    )
    .option('--labels <file>', 'class names: one a line, a .tsv or a JSON list; or imagenet')
    .requiredOption('--out <file>', '.png, .npy or .json')
    .action(async (model: string, image: string, options: Options, command: Command) => {
      const form = formOf(options.out);
      await withOpened(command, model, async (opened) => {
        const { network, engine, signal } = opened;
        tellScores(network);
        const { tensor, photo } = await readSingle(image, opened);
        const { names: labels, origin } = await toldLabels(network, options.labels);
        const fill = fillValues(
          options.fill ?? (photo ? 'grey' : 'zero'),
          photo && opened.preprocessing.preprocessing,
          network.input,
        );
        const { size, stride } = options;
        const job = occlusionJob(network, tensor, {
          classIndex: options.class,
          size,
          stride,
          fill,
          method: options.method,
          memoryBound: options.memory * MEGABYTE,
          tunings: tuningFolder(cacheFolder('tuning')),
        });
        const result = await runJob(job, { engine, signal });
        const { map, grid, resumed } = result;
        const named = (index: number): string => labels[index] ?? `class ${index}`;
        if (resumed > 0) {
          note(`${resumed} of ${grid.positions.length} positions are of an earlier run that was stopped`);
        }
        if (result.oneByOne && grid.positions.length > 1) {
          note('the model takes one image at a time, so the sweep could not be batched');
        }
        const projected =
          form === 'png' && map !== undefined
            ? await projectUnit(engine, network, tensor, {
                layer: map.layer,
                target: { kind: 'strongestOfMap', channel: map.channel },
                method: 'deconvnet',
                normalization: 'pass',
                signal,
              }).catch(withoutProjection)
            : undefined;
        if (form === 'png') {
          note(`panels, left to right: ${panelTitles(result, projected !== undefined, named).join('; ')}`);
        }
        await writeResult(options.out, {
          png: () => {
            const colours = toldPreprocessing(opened);
            return figureSeven(
              result,
              toImage(tensor, colours, network.input),
              projected && projectionPicture(projected.projection, network.input, colours, projected.window),
            );
          },
          npy: () => floatTensor([grid.rows, grid.columns], result.probability),
          json: () => ({
            scores: network.scores?.kind,
            labelsFrom: origin,
            class: { index: result.classIndex, label: labels[result.classIndex] ?? null },
            probabilityWithoutOccluder: result.baseline,
            method: result.method,
            size,
            stride,
            fill,
            rows: grid.rows,
            columns: grid.columns,
            probability: numbers(result.probability),
            mostProbable: [...result.label],
            labels: labelLegend(result).map(({ classIndex, share }) => ({
              index: classIndex,
              label: labels[classIndex] ?? null,
              share,
            })),
            map: map && {
              layer: map.layer.name,
              channel: map.channel,
              activityWithoutOccluder: map.baseline,
            },
            activity: map && numbers(result.activity),
          }),
        });
      });
    });
}

/** The sweep is worth its picture where an operator on the way back has no rule. */
function withoutProjection(error: unknown): undefined {
  if (!(error instanceof UserError)) {
    throw error;
  }
  note(`the map's projection is left out: ${error.message}`);
}

/** What the panels of the picture show, which has no text of its own. */
function panelTitles(
  result: OcclusionResult,
  isProjected: boolean,
  named: (index: number) => string,
): readonly string[] {
  const { map, activity, probability, classIndex, baseline } = result;
  const range = (values: Float32Array, show: (value: number) => string): string =>
    `${show(Math.min(...values))} dark to ${show(Math.max(...values))} bright`;
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  const labels = labelLegend(result).map(
    ({ classIndex: index, share }) => `${named(index)} ${percent(share)}`,
  );
  return [
    'photo',
    ...(map
      ? [
          `summed activity of map ${map.channel} of ${map.layer.name} by occluder position (${range(activity, (sum) => sum.toPrecision(3))})`,
          ...(isProjected ? ['that map projected back'] : []),
        ]
      : []),
    `probability of ${named(classIndex)} (${range(probability, percent)}; ${percent(baseline)} without the occluder)`,
    `most probable class (${labels.slice(0, LABELS_NAMED).join(', ')}${labels.length > LABELS_NAMED ? ', ...' : ''})`,
  ];
}

function parseFill(text: string): Fill {
  if (text === 'grey' || text === 'mean' || text === 'zero') {
    return text;
  }
  const digits = /^#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(text);
  if (digits === null) {
    throw new InvalidArgumentError('give grey, mean, zero or a colour RRGGBB');
  }
  const [, red = '', green = '', blue = ''] = digits;
  return [parseInt(red, 16), parseInt(green, 16), parseInt(blue, 16)];
}
