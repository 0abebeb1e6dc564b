/** `unpool ablate MODEL PHOTOS` */

import { stat } from 'node:fs/promises';

import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';

import { ablationJob, checkAnswered } from '../core/analysis/photoSet/ablationJob.js';
import { layersPart, mapParts } from '../core/analysis/photoSet/ablation.js';
import type { AblatedPart, AblationResult, Fill } from '../core/analysis/photoSet/ablation.js';
import { ablationTable, ablationValue } from '../core/analysis/photoSet/ablationTables.js';
import { labelMatches } from '../core/analysis/photoSet/labelMatches.js';
import { photoAblation } from '../core/analysis/photoSet/photoAblation.js';
import { scoresOf } from '../core/analysis/photo/scores.js';
import { UserError } from '../core/errors.js';
import { ablationFigure } from '../core/figures/ablation.js';
import type { Layer } from '../core/network/layers.js';
import { layerNamed } from '../core/network/layerNamed.js';
import type { Network } from '../core/network/network.js';
import { removableLayers } from '../core/network/removal.js';
import { isSetFile, openPhotoSet } from '../core/photos/photoSet.js';
import { ablationText } from './ablationText.js';
import { runJob } from './jobs.js';
import { shortList } from './lists.js';
import {
  natural,
  note,
  photoOptions,
  positive,
  readSingle,
  tellScores,
  tellSize,
  toldLabels,
  toldPreprocessing,
  withOpened,
} from './opened.js';
import type { Opened } from './opened.js';
import { formOf, writeResult } from './output.js';

/** Labels of a list. */
const SHOWN = 10;

interface Options {
  readonly layer?: string;
  readonly maps?: readonly ('all' | readonly number[])[];
  readonly layers?: readonly (readonly string[])[];
  readonly fill: Fill;
  readonly out?: string;
  readonly json?: true;
  readonly batch?: number;
  readonly labels?: string;
}

export function addAblate(program: Command): void {
  const command = program
    .command('ablate')
    .description('what photos lose when feature maps or whole layers are switched off')
    .argument('<model>', '.onnx file')
    .argument(
      '<photos>',
      'a folder (class subfolders are labels), a .zip, a .csv of path and label, a photo, or a .npy array',
    );
  photoOptions(command)
    .option('--layer <name>', 'whose feature maps are switched off')
    .option(
      '--maps <numbers>',
      'maps that are switched off together, as 3,17; may be repeated; all: each on its own',
      maps,
    )
    .option(
      '--layers <names>',
      'whole layers that are removed together, as conv3,conv4; may be repeated; without --layer each on its own',
      layerList,
    )
    .addOption(
      new Option('--fill <value>', 'what stands for a map').choices(['zero', 'mean']).default('zero'),
    )
    .option('--out <file>', '.json, .csv, or for maps .png')
    .option('--json', 'print JSON')
    .option('--batch <n>', 'photos that the network is given at once', positive)
    .option('--labels <file>', 'class names: one a line, a .tsv or a JSON list; or imagenet')
    .action(async (model: string, photos: string, options: Options, command: Command) => {
      check(options, command);
      await withOpened(command, model, async (opened) => {
        const result = await ablated(opened, photos, options);
        checkAnswered(result, photos);
        const forms = {
          csv: () => ablationTable(result),
          json: () => ablationValue(result),
          ...(result.layer !== undefined && { png: () => ablationFigure(result) }),
        };
        if (options.out !== undefined) {
          await writeResult(options.out, forms);
        }
        process.stdout.write(
          options.json === true
            ? `${JSON.stringify(ablationValue(result), undefined, 2)}\n`
            : `${ablationText(result, photos).join('\n')}\n`,
        );
      });
    });
}

function check({ layer, maps, layers, out }: Options, command: Command): void {
  if (layer !== undefined && layers !== undefined) {
    command.error('error: --layer switches off maps, --layers whole layers; give one of them');
  }
  if (layer === undefined && maps !== undefined) {
    command.error('error: --maps are numbers of the maps of a layer; name it with --layer');
  }
  if (out !== undefined) {
    formOf(out, layer === undefined ? ['csv', 'json'] : ['png', 'csv', 'json']);
  }
}

async function ablated(opened: Opened, photos: string, options: Options): Promise<AblationResult> {
  const { fill, batch } = options;
  if (!(await isSet(photos))) {
    const { network, tensor } = await readSingle(photos, opened);
    tellScores(network);
    const { names } = await toldLabels(network, options.labels);
    const asked = { fill, names, ...partsOf(network, options) };
    const { engine, signal } = opened;
    return photoAblation(engine, network, { path: photos, input: tensor }, asked, { signal });
  }
  const network = await opened.networkFor(undefined);
  scoresOf(network);
  tellSize(network, opened.sizeFlag);
  const preprocessing = toldPreprocessing(opened);
  tellScores(network);
  const { names } = await toldLabels(network, options.labels);
  const set = await openPhotoSet(photos);
  try {
    const matches = await labelMatches(network, set, names);
    const asked = partsOf(network, options);
    const job = ablationJob(network, set, { preprocessing, names, matches, fill, batch, ...asked });
    const unmatched = matches.filter(({ classIndex }) => classIndex === undefined);
    const heading = `${unmatched.length} of ${matches.length} labels are no class, their photos count without ("photoLabels" in the sidecar says which they are)`;
    const lines = shortList(
      heading,
      unmatched.map(({ label }) => label),
      SHOWN,
    );
    if (lines.length > 0) {
      note(lines.join('\n'));
    }
    return await runJob(job, opened);
  } finally {
    await set.close();
  }
}

async function isSet(name: string): Promise<boolean> {
  const found = await stat(name).catch(() => undefined);
  return isSetFile(name) || found?.isDirectory() === true;
}

function partsOf(
  network: Network,
  { layer: name, maps, layers }: Options,
): { readonly layer: Layer | undefined; readonly parts: readonly AblatedPart[] } {
  if (name !== undefined) {
    const layer = layerNamed(network, name);
    const parts = (maps ?? ['all' as const]).flatMap((group) =>
      mapParts(network, layer, group === 'all' ? undefined : [group]),
    );
    return { layer, parts };
  }
  const groups =
    layers?.map((names) => names.map((each) => layerNamed(network, each))) ??
    removableLayers(network).map((layer) => [layer]);
  if (groups.length === 0) {
    throw new UserError(
      `${network.model.file}: no layer with weights lies before the one that makes the class scores; choose maps with --layer`,
    );
  }
  return { layer: undefined, parts: groups.map((group) => layersPart(network, group)) };
}

function maps(text: string, before: Options['maps'] = []): Options['maps'] {
  return [...before, text === 'all' ? text : [...new Set(text.split(',').map(natural))]];
}

function layerList(text: string, before: Options['layers'] = []): Options['layers'] {
  const names = text.split(',').map((name) => name.trim());
  if (names.includes('')) {
    throw new InvalidArgumentError(`'${text}' is no list of layers; give their names as conv3,conv4`);
  }
  return [...before, names];
}
