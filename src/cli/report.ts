/** `unpool report MODEL IMAGE --out DIR` */

import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';

import type { Command } from 'commander';

import { checkModel, openIndexedPhotos } from '../core/analysis/photoSet/indexOrigin.js';
import { indexedPhotoThreads } from '../core/analysis/photoSet/topPatches.js';
import type { Network } from '../core/network/network.js';
import { fillValues } from '../core/occlusion/fill.js';
import { reportJob } from '../core/report/collect.js';
import { reportPage } from '../core/report/page.js';
import type { ReportedIndex } from '../core/report/topPhotosOf.js';
import { openIndex } from '../core/store/photoIndex.js';
import { writeWhole } from '../core/store/files.js';
import { VERSION } from '../version.js';
import { runJob } from './jobs.js';
import {
  photoOptions,
  positive,
  readSingle,
  tellScores,
  toldLabels,
  toldPreprocessing,
  withOpened,
} from './opened.js';

interface Options {
  readonly out: string;
  readonly size?: number;
  readonly stride: number;
  readonly labels?: string;
  readonly index?: string;
  readonly photos?: string;
}

export function addReport(program: Command): void {
  const command = program
    .command('report')
    .description('one self-contained HTML page with everything')
    .argument('<model>', '.onnx file')
    .argument('<image>', 'a photo, or a .npy array fed as it is');
  photoOptions(command, '--input-size')
    .requiredOption('--out <folder>', 'the page is written there as index.html')
    .option('--size <pixels>', "side of the occluder; a seventh of the input's by default", positive)
    .option('--stride <pixels>', 'step between its positions', positive, 8)
    .option('--labels <file>', 'class names: one a line, a .tsv or a JSON list; or imagenet')
    .option('--index <store>', 'an index of photos: shows what among them excites the maps of the layers')
    .option('--photos <root>', 'its photos, where they have been moved since the index was made')
    .action(async (model: string, image: string, options: Options, command: Command) => {
      await withOpened(command, model, async (opened) => {
        const { network, engine } = opened;
        tellScores(network);
        const labels = await toldLabels(network, options.labels);
        const { tensor, photo } = await readSingle(image, opened);
        const preprocessing = toldPreprocessing(opened);
        const content = await withIndex(network, options, (photos) =>
          runJob(
            reportJob(network, tensor, {
              fill: fillValues(photo ? 'grey' : 'zero', photo && preprocessing, network.input),
              size: options.size ?? Math.max(1, Math.round((network.input.shape[2] ?? 1) / 7)),
              stride: options.stride,
              photos,
            }),
            opened,
          ),
        );
        const page = reportPage(
          network,
          tensor,
          content,
          {
            model: basename(model),
            image: basename(image),
            preprocessing,
            preprocessingSource: opened.preprocessing.source,
            labels,
            provider: (await engine.status()).provider,
            version: VERSION,
            date: new Date().toISOString().slice(0, 10),
          },
          await readFile(join(__dirname, 'webview/report.js'), 'utf8'),
        );
        const file = join(options.out, 'index.html');
        await writeWhole(file, page);
        process.stdout.write(`${file}\n`);
      });
    });
}

/** Opens the index that the options name for as long as `work` takes. */
async function withIndex<T>(
  network: Network,
  { index: store, photos: root }: Options,
  work: (photos: ReportedIndex | undefined) => Promise<T>,
): Promise<T> {
  if (store === undefined) {
    return work(undefined);
  }
  const index = await openIndex(store);
  await checkModel(index, network);
  const set = await openIndexedPhotos(index, root);
  const threads = indexedPhotoThreads(index, network);
  try {
    return await work({ index, set, threads });
  } finally {
    await set.close();
    await threads.close();
  }
}
