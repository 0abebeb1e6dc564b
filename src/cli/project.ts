/** `unpool project MODEL IMAGE --layer L --out F` */

import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';

import { projectUnit } from '../core/analysis/projection.js';
import type { Target } from '../core/backward/seed.js';
import type { Method, NormalizationMode } from '../core/backward/rule.js';
import { projectionPair, projectionPicture } from '../core/figures/projection.js';
import { choosePreprocessing, toImage } from '../core/imaging/preprocess.js';
import { layerNamed } from '../core/network.js';
import { formOf, numbers, writeResult } from './output.js';
import { natural, note, readSingle, withSession } from './session.js';

interface Options {
  readonly layer: string;
  readonly unit?: Target;
  readonly map?: number;
  readonly method: Method;
  readonly normalization: NormalizationMode;
  readonly out: string;
  readonly preprocess?: string;
}

export function addProject(program: Command): void {
  program
    .command('project')
    .description('a unit projected back to pixels')
    .argument('<model>', '.onnx file')
    .argument('<image>', 'a photo, or a .npy array fed as it is')
    .requiredOption('--layer <name>', "a layer's name as 'info' prints it, a node or a tensor")
    .addOption(
      new Option('--unit <c[,y,x]>', 'the strongest unit of map C, or the unit at (y, x)')
        .argParser(parseUnit)
        .conflicts('map'),
    )
    .option('--map <c>', 'all of map C', natural)
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
    .option('--preprocess <name>', 'imagenet, caffe, tf, unit, or a JSON file')
    .requiredOption('--out <file>', '.png, .npy or .json')
    .action(async (model: string, image: string, options: Options, command: Command) => {
      formOf(options.out);
      await withSession(command, model, async ({ network, engine, signal }) => {
        const { method, normalization } = options;
        const layer = layerNamed(network, options.layer);
        const { tensor } = await readSingle(image, network, options.preprocess);
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
        const { preprocessing } = await choosePreprocessing({
          option: options.preprocess,
          sidecar: network.sidecar,
        });
        await writeResult(options.out, {
          png: () =>
            projectionPair(
              projectionPicture(found.projection, network.input, preprocessing, window),
              toImage(tensor, preprocessing, network.input),
              window,
            ),
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
