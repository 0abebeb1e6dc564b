/** `unpool correspondence MODEL PARTS.json` */

import type { Command } from 'commander';

import { correspondenceJob } from '../core/analysis/photoSet/correspondence.js';
import type { Correspondence } from '../core/analysis/photoSet/correspondence.js';
import { correspondingLayers } from '../core/analysis/photoSet/correspondingLayers.js';
import type { CorrespondingLayers } from '../core/analysis/photoSet/correspondingLayers.js';
import { PAPER_TABLE, paperValue } from '../core/analysis/photoSet/paperCorrespondence.js';
import { markedPhotos, readParts } from '../core/analysis/photoSet/photoParts.js';
import { UserError } from '../core/errors.js';
import { correspondenceFigure, heightOf, rowColour } from '../core/figures/correspondence.js';
import type { Table } from '../core/store/table.js';
import { runJob } from './jobs.js';
import { natural, note, photoOptions, tellSize, toldPreprocessing, withOpened } from './opened.js';
import { formOf, writeResult } from './output.js';
import { table } from './table.js';

interface Options {
  readonly layers?: readonly string[];
  readonly parts?: readonly string[];
  readonly draws: number;
  readonly seed: number;
  readonly json?: boolean;
  readonly out?: string;
}

type InPaper = CorrespondingLayers['inPaper'];

export function addCorrespondence(program: Command): void {
  const command = program
    .command('correspondence')
    .description(
      'whether covering a part of each photo (an eye, a nose) changes features in the same direction',
    )
    .argument('<model>', '.onnx file')
    .argument('<parts>', 'JSON file of rectangles on photos, as the panel Correspondence writes it');
  photoOptions(command)
    .option(
      '--layers <names>',
      'separated by commas; the last maps and the last hidden vector by default',
      list,
    )
    .option('--parts <names>', 'separated by commas; all by default', list)
    .option('--draws <n>', 'random places beside each part, of its size', natural, 3)
    .option('--seed <n>', 'of the random places', natural, 1)
    .option('--json', 'print JSON')
    .option('--out <file>', '.csv, .json, or .png for a chart')
    .action(async (model: string, file: string, options: Options, command: Command) => {
      if (options.out !== undefined) {
        formOf(options.out, ['csv', 'json', 'png']);
      }
      const marked = await readParts(file);
      const parts = options.parts ?? marked.parts;
      const unknown = parts.find((part) => !marked.parts.includes(part));
      if (unknown !== undefined) {
        throw new UserError(
          `${file}: there is no part '${unknown}'; it has ${marked.parts.join(', ') || 'none'}`,
        );
      }
      const photos = await markedPhotos(file, marked);
      await withOpened(command, model, async (opened) => {
        const network = await opened.networkFor(undefined);
        tellSize(network, opened.sizeFlag);
        const preprocessing = toldPreprocessing(opened);
        const { layers, inPaper } = correspondingLayers(network, options.layers);
        if (options.layers === undefined && !inPaper.includes(7)) {
          note(`${model}: no hidden layer is fully connected, so none stands for the paper's layer 7`);
        }
        const { draws, seed } = options;
        const job = correspondenceJob(network, photos, { parts, layers, preprocessing, draws, seed });
        const result = await runJob(job, opened);
        process.stdout.write(
          options.json === true
            ? `${JSON.stringify(described(result, inPaper), undefined, 2)}\n`
            : `${text(result, inPaper)}\n`,
        );
        if (options.out !== undefined) {
          await writeResult(options.out, {
            png: () => {
              note(legend(result));
              return correspondenceFigure(result);
            },
            csv: () => rows(result, inPaper),
            json: () => described(result, inPaper),
          });
        }
      });
    });
}

function text(result: Correspondence, inPaper: InPaper): string {
  const { layers } = result;
  const lines = result.rows.map(({ part, photos, layers: found }) => [
    part ?? 'random',
    photos,
    ...found.map(({ mean, deviation }) => `${mean.toFixed(3)} ± ${deviation.toFixed(3)}`),
  ]);
  const theirs = result.rows.flatMap(({ part }) => {
    const values = inPaper.map((layer) => paperValue(part, layer)?.toFixed(3) ?? '');
    return values.every((value) => value === '') ? [] : [[part ?? 'random', ...values]];
  });
  return [
    table(['part', 'photos', ...layers.map(({ name }) => name)], lines),
    '',
    'share of features whose changes have different signs (-1, 0, 1), mean and standard deviation over pairs of photos;',
    'lower is tighter',
    ...(theirs.length === 0
      ? []
      : [
          '',
          `for reference, the network of the paper on dogs (${PAPER_TABLE}):`,
          table(['part', ...inPaper.map((layer) => (layer === undefined ? '' : `layer ${layer}`))], theirs),
        ]),
  ].join('\n');
}

function described({ layers, rows: found }: Correspondence, inPaper: InPaper): unknown {
  return {
    layers: layers.map((layer, place) => ({ ...layer, paperLayer: inPaper[place] ?? null })),
    parts: found.map(({ part, photos, layers: values }) => ({
      part: part ?? null,
      photos,
      layers: values.map(({ mean, deviation, pairs, unchanged }, place) => ({
        ...{ layer: layers[place]?.name, mean, deviation, pairs, unchanged },
        paper: paperValue(part, inPaper[place]) ?? null,
      })),
    })),
  };
}

function rows({ layers, rows: found }: Correspondence, inPaper: InPaper): Table {
  const all = found.flatMap(({ part, photos, layers: values }) =>
    values.map((value, place) => ({ part: part ?? 'random', photos, layer: layers[place], place, ...value })),
  );
  return {
    columns: [
      { name: 'part', type: 'text' },
      { name: 'layer', type: 'text' },
      { name: 'features', type: 'int32' },
      { name: 'photos', type: 'int32' },
      { name: 'pairs', type: 'int32' },
      { name: 'mean', type: 'double' },
      { name: 'deviation', type: 'double' },
      { name: 'unchanged', type: 'double' },
      { name: 'paper', type: 'double?' },
    ],
    groups: () => [
      {
        part: all.map(({ part }) => part),
        layer: all.map(({ layer }) => layer?.name ?? ''),
        features: all.map(({ layer }) => layer?.features ?? 0),
        photos: all.map(({ photos }) => photos),
        pairs: all.map(({ pairs }) => pairs),
        mean: all.map(({ mean }) => mean),
        deviation: all.map(({ deviation }) => deviation),
        unchanged: all.map(({ unchanged }) => unchanged),
        paper: all.map(({ part, place }) => paperValue(part, inPaper[place]) ?? null),
      },
    ],
  };
}

/** What the picture's bars are, which has no text of its own. */
function legend(result: Correspondence): string {
  const colours = result.rows.map(({ part }, row) => `${rowColour(row, part)[0]} ${part ?? 'random'}`);
  const layers = result.layers.map(({ name }) => name).join(', ');
  return `bars: ${colours.join(', ')}; groups, left to right: ${layers}; full height ${heightOf(result).toPrecision(3)}`;
}

function list(names: string): readonly string[] {
  return names
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
