/** `unpool features MODEL IMAGE --layer L --out F` */

import type { Command } from 'commander';

import { featureMaps } from '../core/analysis/photo/featureMaps.js';
import { featureMapSheet } from '../core/figures/featureMaps.js';
import { layerNamed } from '../core/network/layerNamed.js';
import { formOf, numbers, writeResult } from './output.js';
import { note, photoOptions, readSingle, withOpened } from './opened.js';

interface Options {
  readonly layer: string;
  readonly out: string;
}

export function addFeatures(program: Command): void {
  const command = program
    .command('features')
    .description('the feature maps of a layer on a photo')
    .argument('<model>', '.onnx file')
    .argument('<image>', 'a photo, or a .npy array fed as it is');
  photoOptions(command)
    .requiredOption('--layer <name>', "a layer's name as 'info' prints it, a node or a tensor")
    .requiredOption('--out <file>', '.png, .npy or .json')
    .action(async (model: string, image: string, options: Options, command: Command) => {
      formOf(options.out);
      await withOpened(command, model, async (opened) => {
        const { network, engine, signal } = opened;
        const layer = layerNamed(network, options.layer);
        const { tensor } = await readSingle(image, opened);
        const found = await featureMaps(engine, network, tensor, layer, { signal });
        if (found.notFinite > 0) {
          note(`${layer.name}: ${found.notFinite} values are NaN or infinite`);
        }
        await writeResult(options.out, {
          png: () => featureMapSheet(found),
          npy: () => found.maps,
          json: () => ({
            layer: layer.name,
            shape: found.maps.shape,
            whole: found.whole,
            maps: found.perMap,
            dead: found.dead,
            notFinite: found.notFinite,
            histogram: { edges: numbers(found.histogram.edges), counts: [...found.histogram.counts] },
          }),
        });
      });
    });
}
