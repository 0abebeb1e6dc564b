/** `unpool project MODEL IMAGE --layer L --out F` */

import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';

import { projectUnit, wholeProjection } from '../core/analysis/photo/projection.js';
import { strongestOfMaps, unitProjectionsJob } from '../core/analysis/photo/unitProjections.js';
import type { Target, Unit } from '../core/backward/seed.js';
import type { Method, NormalizationMode } from '../core/backward/rule.js';
import { CONTRAST_PERCENTILE } from '../core/figures/contrast.js';
import {
  patchPicture,
  patchSheet,
  projectionContrast,
  projectionPair,
  projectionPicture,
} from '../core/figures/projection.js';
import { toImage } from '../core/imaging/preprocess.js';
import { layerNamed } from '../core/network/layerNamed.js';
import type { Layer } from '../core/network/layers.js';
import type { PixelWindow } from '../core/network/receptiveWindow.js';
import { floatTensor } from '../core/tensor.js';
import type { FloatTensor } from '../core/tensor.js';
import { runJob } from './jobs.js';
import { formOf, numbers, writeResult } from './output.js';
import { natural, note, photoOptions, readSingle, toldPreprocessing, withOpened } from './opened.js';
import type { Opened } from './opened.js';

interface Options {
  readonly layer: string;
  readonly unit?: Target;
  readonly map?: number;
  readonly everyMap?: true;
  readonly method: Method;
  readonly normalization: NormalizationMode;
  readonly percentile: number;
  readonly out: string;
}

export function addProject(program: Command): void {
  const command = program
    .command('project')
    .description('a unit projected back to pixels')
    .argument('<model>', '.onnx file')
    .argument('<image>', 'a photo, or a .npy array fed as it is');
  photoOptions(command)
    .requiredOption('--layer <name>', "a layer's name as 'info' prints it, a node or a tensor")
    .addOption(
      new Option('--unit <c[,y,x]>', 'the strongest unit of map C, or the unit at (y, x)')
        .argParser(parseUnit)
        .conflicts(['map', 'everyMap']),
    )
    .addOption(new Option('--map <c>', 'all of map C').argParser(natural).conflicts('everyMap'))
    .option('--every-map', 'the strongest unit of every map, each cut to what it sees, as one sheet')
    .addOption(
      new Option('--method <name>', 'how the signal passes activation functions')
        .choices(['deconvnet', 'gradient', 'guided'])
        .default('deconvnet'),
    )
    .addOption(
      new Option(
        '--normalization <mode>',
        'deconvnet: pass the signal through normalisations, or differentiate them',
      )
        .choices(['pass', 'exact'])
        .default('pass'),
    )
    .addOption(
      new Option(
        '--percentile <p>',
        'of the absolute values, at full contrast in a picture; 100 clips nothing',
      )
        .argParser(parsePercentile)
        .default(CONTRAST_PERCENTILE),
    )
    .requiredOption('--out <file>', '.png, .npy or .json')
    .action(async (model: string, image: string, options: Options, command: Command) => {
      formOf(options.out);
      await withOpened(command, model, async (opened) => {
        const { network, engine, signal } = opened;
        const { method, normalization } = options;
        const layer = layerNamed(network, options.layer);
        const { tensor } = await readSingle(image, opened);
        if (options.everyMap) {
          await writeEveryMap(opened, layer, tensor, options);
          return;
        }
        const target: Target =
          options.map === undefined
            ? (options.unit ?? { kind: 'strongest' })
            : { kind: 'map', channel: options.map };
        const found = await projectUnit(engine, network, tensor, {
          layer,
          target,
          method,
          normalization,
          signal,
        });
        const { unit, activation, window } = found;
        note(
          `${layer.name}: map ${unit.channel}, unit (${unit.y}, ${unit.x}), activation ${activation.toPrecision(6)}`,
        );
        const lost = found.projection.data.filter((value) => !Number.isFinite(value)).length;
        if (lost > 0) {
          note(
            `${lost} values of the projection are beyond float32; choose an earlier layer or another method`,
          );
        }
        await writeResult(options.out, {
          png: () => {
            const preprocessing = toldPreprocessing(opened);
            const { projection } = found;
            const { percentile } = options;
            const { limit, clipped } = projectionContrast(projection, network.input, window, percentile);
            note(
              `full contrast: ±${limit.toPrecision(3)}; ${(100 * clipped).toFixed(2)} % of the values are beyond`,
            );
            return projectionPair(
              projectionPicture(projection, network.input, preprocessing, window, percentile),
              toImage(tensor, preprocessing, network.input),
              window,
            );
          },
          npy: () => found.projection,
          json: () => ({
            layer: layer.name,
            method,
            normalization,
            unit,
            activation,
            window,
            shape: found.projection.shape,
            projection: numbers(found.projection.data),
          }),
        });
      });
    });
}

/** The strongest unit of every map: a sheet of patches, the projections [maps, C, H, W], or the units in words. */
async function writeEveryMap(
  opened: Opened,
  layer: Layer,
  tensor: FloatTensor,
  options: Options,
): Promise<void> {
  const { network } = opened;
  const { input, positions } = network;
  const job = unitProjectionsJob(network, tensor, {
    layer,
    targets: strongestOfMaps(network, layer),
    method: options.method,
    normalization: options.normalization,
  });
  const found = await runJob(job, opened);
  const windowOf = ({ y, x }: Unit): PixelWindow => positions.windowOf(layer.output, [y, x]);
  await writeResult(options.out, {
    png: () => {
      const preprocessing = toldPreprocessing(opened);
      return patchSheet(
        found.map((each) =>
          patchPicture(each, input, preprocessing, windowOf(each.unit), options.percentile),
        ),
      );
    },
    npy: () => stacked(found.map((each) => wholeProjection(each, input.shape))),
    json: () => ({
      layer: layer.name,
      method: options.method,
      normalization: options.normalization,
      units: found.map(({ unit, activation }) => ({ unit, activation, window: windowOf(unit) })),
    }),
  });
}

/** Tensors [1, ...] as one of [n, ...]. */
function stacked(tensors: readonly FloatTensor[]): FloatTensor {
  const [first] = tensors;
  const size = first?.data.length ?? 0;
  const data = new Float32Array(tensors.length * size);
  tensors.forEach((tensor, place) => data.set(tensor.data, place * size));
  return floatTensor([tensors.length, ...(first?.shape.slice(1) ?? [])], data);
}

function parsePercentile(text: string): number {
  const percentile = Number(text);
  if (!(percentile > 0 && percentile <= 100)) {
    throw new InvalidArgumentError('give a number above 0, at most 100');
  }
  return percentile;
}

function parseUnit(text: string): Target {
  const [channel, y, x, ...rest] = text.split(',').map((part) => natural(part.trim()));
  if (channel !== undefined && y === undefined) {
    return { kind: 'strongestOfMap', channel };
  }
  if (channel === undefined || y === undefined || x === undefined || rest.length > 0) {
    throw new InvalidArgumentError('give C, or C,Y,X');
  }
  return { kind: 'unit', channel, y, x };
}
