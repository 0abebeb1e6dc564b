/** What subcommands share that ask an index. */

import type { Command } from 'commander';

import { checkModel, imageSizeOf, modelFileOf } from '../core/analysis/photoSet/indexOrigin.js';
import { UserError } from '../core/errors.js';
import type { Network } from '../core/network/network.js';
import type { PhotoIndex } from '../core/store/photoIndex.js';
import { note } from './opened.js';
import type { Session } from './opened.js';

export interface OriginOptions {
  readonly model?: string;
  readonly photos?: string;
}

/** Adds the options that say where the model and the photos of an index are now. */
export function originOptions(command: Command): Command {
  return command
    .option('--model <file>', 'the model, where it has been moved since the index was made')
    .option('--photos <root>', 'the photos, where they have been moved');
}

/** The network that an index was made with, for images of the size that it was made with. @throws UserError for another one */
export async function indexedNetwork(
  { open }: Session,
  index: PhotoIndex,
  { model }: OriginOptions,
): Promise<Network> {
  const opened = await open(model ?? (await modelFileOf(index)));
  const network = await opened.networkFor(imageSizeOf(index));
  await checkModel(index, network);
  return network;
}

/** Tells how photos are made ready: as for the index. */
export function tellIndexedPreprocessing({ manifest }: PhotoIndex): void {
  note(`preprocessing: ${manifest.preprocessing.name} (as the index was made)`);
}

/** A layer whose vectors are kept: the one asked for, or the first. @throws UserError where there is none */
export function layerWithVectorsOf({ store, manifest }: PhotoIndex, asked: string | undefined): string {
  const layer = asked ?? manifest.layers.find(({ vectors }) => vectors)?.name;
  if (layer === undefined) {
    throw new UserError(`${store}: no vectors are kept in it; make an index with --vectors`);
  }
  return layer;
}
