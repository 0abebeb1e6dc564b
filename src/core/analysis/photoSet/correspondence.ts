/**
 * Does a network know that parts of different photos correspond (Zeiler & Fergus 2013, section 4.4)? A part is covered on
 * every photo; where it means the same to the network, its features change in the same direction.
 */

import { throwIfCancelled, UserError } from '../../errors.js';
import type { Engine, ModelStep } from '../../engine.js';
import { seenRectangle, toInput } from '../../imaging/preprocess.js';
import type { RgbImage } from '../../imaging/image.js';
import { jobKey } from '../../jobs/key.js';
import type { Job } from '../../jobs/job.js';
import { forwardOf } from '../../network/forward.js';
import type { Layer } from '../../network/layers.js';
import type { Network } from '../../network/network.js';
import type { Preprocessing } from '../../network/preprocessing.js';
import { signsStep } from '../../network/reducers.js';
import { randomNumbers } from '../../random.js';
import type { FloatTensor } from '../../tensor.js';
import { CorrespondenceTally } from './correspondenceTally.js';
import type { Cell, PartRow } from './correspondenceTally.js';
import { covered, randomRectangle } from './coveredParts.js';
import type { MarkedPhoto, Rectangle } from './photoParts.js';
import { packedSigns, wordsOf } from './signs.js';
import type { Signs } from './signs.js';

export interface Correspondence {
  /** Names, and number of features. */
  readonly layers: readonly { readonly name: string; readonly features: number }[];
  /** Each part, then random places. */
  readonly rows: readonly PartRow[];
  /** Photos that are done. */
  readonly photos: number;
}

export interface CorrespondenceOptions {
  readonly parts: readonly string[];
  readonly layers: readonly Layer[];
  readonly preprocessing: Preprocessing;
  /** Random places for each part of each photo, of its size. */
  readonly draws: number;
  readonly seed: number;
}

/**
 * Gives the result so far after each photo.
 * @throws UserError where fewer than two photos have a part, a rectangle is not on what the network sees of its photo, or a
 * layer gives NaN
 */
export function correspondenceJob(
  network: Network,
  photos: readonly MarkedPhoto[],
  options: CorrespondenceOptions,
): Job<Correspondence, Correspondence> {
  const { parts, layers, preprocessing, draws, seed } = options;
  const key = jobKey(
    'correspondence 1',
    network,
    [],
    [
      photos.map(({ path, rectangles, identity }) => [path, identity, parts.map((part) => rectangles[part])]),
      ...[parts, layers.map(({ output }) => output), preprocessing, draws, seed],
    ],
  );
  return {
    key,
    run: async ({ engine, signal, report, partial, checkpoints }) => {
      checkParts(photos, parts);
      const checkpoint = await checkpoints.open(key);
      const tally = new CorrespondenceTally(parts, draws > 0, layers.length);
      const result = (done: number): Correspondence => ({
        layers: layers.map(({ name }, place) => ({ name, features: tally.features[place] ?? 0 })),
        rows: tally.rows,
        photos: done,
      });
      try {
        for (const [index, photo] of photos.entries()) {
          throwIfCancelled(signal);
          report('photos', index / photos.length, { done: index, of: photos.length, unit: 'photos' });
          const cells = cellsOf(photo, parts, draws);
          const record = checkpoint.records[index];
          const signs =
            record === undefined
              ? await signsOfPhoto({ network, engine, signal }, photo, index, cells, options)
              : signsIn(record, cells.length, layers.length);
          tally.add(cells, signs);
          if (record === undefined) {
            checkpoint.append(recordOf(signs));
          }
          partial(result(index + 1));
        }
      } catch (error) {
        await checkpoint.close();
        throw error;
      }
      await checkpoint.remove();
      return result(photos.length);
    },
  };
}

function checkParts(photos: readonly MarkedPhoto[], parts: readonly string[]): void {
  if (parts.length === 0) {
    throw new UserError('no part is marked on any photo; mark one on two photos or more');
  }
  for (const part of parts) {
    const marked = photos.filter(({ rectangles }) => rectangles[part] !== undefined).length;
    if (marked < 2) {
      throw new UserError(
        `'${part}' is marked on ${marked === 1 ? 'one photo' : 'no photo'}; mark it on two or more, or leave it out`,
      );
    }
  }
}

function cellsOf({ rectangles }: MarkedPhoto, parts: readonly string[], draws: number): readonly Cell[] {
  const marked = parts.filter((part) => rectangles[part] !== undefined);
  return [
    ...marked.map((part) => ({ part, draw: undefined })),
    ...Array.from({ length: draws }, (_, draw) => marked.map((part) => ({ part, draw }))).flat(),
  ];
}

/** The signs of what covering each cell does, by layer. */
async function signsOfPhoto(
  { network, engine, signal }: { network: Network; engine: Engine; signal: AbortSignal },
  photo: MarkedPhoto,
  index: number,
  cells: readonly Cell[],
  { parts, layers, preprocessing, draws, seed }: CorrespondenceOptions,
): Promise<readonly (readonly Signs[])[]> {
  const image = await photo.read();
  const seen = seenRectangle(image, preprocessing, network.input);
  // As many numbers for every photo, so that a part that is missing on one moves no place on another.
  const random = randomNumbers(seed, index * 2 * parts.length * draws);
  const places = Array.from({ length: draws }, () =>
    parts.map((part) => [part, [random(), random()] as const] as const),
  ).map((each) => new Map(each));
  const input = (of: RgbImage): FloatTensor => toInput(of, preprocessing, network.input);
  const whole = input(image);
  const signs: (readonly Signs[])[] = [];
  for (const { part, draw } of cells) {
    const marked = photo.rectangles[part] as Rectangle;
    const place = draw === undefined ? undefined : places[draw]?.get(part);
    const rectangle = place === undefined ? marked : randomRectangle(marked, seen, place);
    const masked = input(covered(image, rectangle));
    if (masked.data.every((value, at) => value === whole.data[at])) {
      throw new UserError(
        `${photo.path}: to cover '${part}' [${rectangle.join(', ')}] changes nothing that the network sees; it sees [${seen.join(', ')}] of the photo's ${image.width}x${image.height} pixels`,
      );
    }
    signs.push(await signsOf({ network, engine, signal, layers }, whole, masked, photo.path));
  }
  return signs;
}

/**
 * Both images run alone by the same model, not as a batch: what the cover does not reach is then computed in the same order
 * and differs by exactly zero.
 */
async function signsOf(
  {
    network,
    engine,
    signal,
    layers,
  }: { network: Network; engine: Engine; signal: AbortSignal; layers: readonly Layer[] },
  whole: FloatTensor,
  masked: FloatTensor,
  path: string,
): Promise<readonly Signs[]> {
  const tensors = layers.map(({ output }) => output);
  const model = forwardOf(network, tensors);
  const run = (image: FloatTensor): ModelStep => ({
    model,
    feeds: { [network.input.name]: image },
    fetch: [],
  });
  const steps = tensors.map((output) =>
    signsStep({ of: { step: 0, output }, dtype: network.shapes.typeOf(output) }, { step: 1, output }),
  );
  const [, , ...found] = await engine.run([{ ...run(whole), memo: true }, run(masked), ...steps], { signal });
  return layers.map((layer, place) => {
    const { signs, unknown } = found[place] ?? {};
    if (!(signs?.data instanceof Int8Array) || Number(unknown?.data[0]) > 0) {
      throw new UserError(
        `${network.model.file}: layer '${layer.name}' gives NaN or infinite values for ${path}; choose another layer with --layers`,
      );
    }
    return packedSigns(signs.data);
  });
}

/** What a checkpoint has of a photo: how many signs each cell and layer has, then their planes. */
function recordOf(signs: readonly (readonly Signs[])[]): Uint8Array {
  const all = signs.flat();
  const lengths = Uint32Array.from(all, ({ length }) => length);
  return Buffer.concat(
    [lengths, ...all.map(({ planes }) => planes)].map((words) => new Uint8Array(words.buffer)),
  );
}

/** What `recordOf` has kept. */
function signsIn(record: Uint8Array, cells: number, layers: number): readonly (readonly Signs[])[] {
  const words = new Uint32Array(record.buffer, record.byteOffset, record.byteLength / 4);
  let at = cells * layers;
  return Array.from({ length: cells }, (_, cell) =>
    Array.from({ length: layers }, (__, layer) => {
      const length = words[cell * layers + layer] ?? 0;
      const planes = words.slice(at, at + wordsOf(length));
      at += planes.length;
      return { length, planes };
    }),
  );
}
