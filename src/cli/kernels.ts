/** `unpool kernels MODEL --out F` */

import type { Command } from 'commander';

import { firstConvolution, kernels } from '../core/analysis/weights/kernels.js';
import { UserError } from '../core/errors.js';
import { kernelSheet } from '../core/figures/kernels.js';
import { layerNamed } from '../core/network/layerNamed.js';
import { formOf, numbers, writeResult } from './output.js';
import { note, toldPreprocessing, withOpened } from './opened.js';

interface Options {
  readonly layer?: string;
  readonly out: string;
}

export function addKernels(program: Command): void {
  program
    .command('kernels')
    .description('the learned kernels of a convolution')
    .argument('<model>', '.onnx file')
    .option('--layer <name>', 'a convolution; the first one by default')
    .option('--preprocess <name>', 'decides the order of the colours')
    .requiredOption('--out <file>', '.png, .npy or .json')
    .action(async (model: string, options: Options, command: Command) => {
      formOf(options.out);
      await withOpened(command, model, async (opened) => {
        const { network, engine } = opened;
        const layer =
          options.layer === undefined ? firstConvolution(network) : layerNamed(network, options.layer);
        if (layer === undefined) {
          throw new UserError(`${model}: the network has no convolution`);
        }
        const set = await kernels(engine, network, layer);
        for (const [what, found] of [
          ['hold NaN or infinities', set.notFinite],
          ['are dead', set.dead],
        ] as const) {
          if (found.length > 0) {
            note(
              `${layer.name}: ${found.length} of ${set.norms.length} kernels ${what}: ${found.join(', ')}`,
            );
          }
        }
        await writeResult(options.out, {
          png: () => kernelSheet(set, toldPreprocessing(opened)),
          npy: () => set.weights,
          json: () => ({
            layer: layer.name,
            shape: set.weights.shape,
            groups: set.groups,
            norms: numbers(set.norms),
            dead: set.dead,
            nearDuplicates: set.nearDuplicates,
            notFinite: set.notFinite,
            weights: numbers(set.weights.data),
          }),
        });
      });
    });
}
