/**
 * How a network's features and its answer move while a photo is moved, scaled, turned or seen in another light: section 4.1 and
 * figure 5 of Zeiler & Fergus 2013.
 */

import type { Engine, ModelStep } from '../../engine.js';
import { throwIfCancelled, UserError } from '../../errors.js';
import { toFloat32 } from '../../floats.js';
import { decodeImage } from '../../imaging/decode.js';
import type { RgbImage } from '../../imaging/image.js';
import { inputPixel, toInput } from '../../imaging/preprocess.js';
import { transformed } from '../../imaging/transforms.js';
import type { Transform } from '../../imaging/transforms.js';
import type { Job } from '../../jobs/job.js';
import { jobKey } from '../../jobs/key.js';
import { forwardOf } from '../../network/forward.js';
import type { Layer } from '../../network/layers.js';
import type { Network } from '../../network/network.js';
import type { Preprocessing } from '../../network/preprocessing.js';
import { distanceStep } from '../../network/reducers.js';
import type { ListedPhoto, PhotoSet } from '../../photos/photo.js';
import type { ClassMatch } from '../../photos/classMatch.js';
import { argMax, probabilities, scoresOf } from '../photo/scores.js';

/** A photo under every value of the transform. */
export interface InvariantPhoto {
  readonly path: string;
  readonly label: string | undefined;
  /** Whose probability is told: the chosen one, else that of the label, else the one that the untransformed photo is taken for. */
  readonly classIndex: number;
  /** Euclidean length of each layer's features of the untransformed photo. */
  readonly lengths: readonly number[];
  /** By layer and value: Euclidean distance between the features of the transformed and the untransformed photo. */
  readonly distances: readonly (readonly number[])[];
  /** Of the class, by value, 0 to 1. */
  readonly probabilities: readonly number[];
}

export interface Invariance {
  readonly transform: Transform;
  readonly values: readonly number[];
  /** Names. */
  readonly layers: readonly string[];
  /** Those that are done, in order of their set. */
  readonly photos: readonly InvariantPhoto[];
  readonly problems: readonly { readonly path: string; readonly problem: string }[];
}

export interface InvarianceOptions {
  readonly transform: Transform;
  /** As `transformed` has them, but in pixels of the network's input where those are of the photo. */
  readonly values: readonly number[];
  readonly layers: readonly Layer[];
  readonly preprocessing: Preprocessing;
  /** The class of each label. */
  readonly matches: readonly ClassMatch[];
  /** Whose probability is told of every photo; undefined for that of each photo. */
  readonly classIndex: number | undefined;
}

/** The photos of a set, or one of its own. */
export type PhotoSource = Pick<PhotoSet, 'photos' | 'read'>;

/**
 * Gives the result so far after each photo; of a photo nothing but the distances and probabilities is kept.
 * @throws UserError where the network does not classify, a layer gives NaN, or no photo can be read
 */
export function invarianceJob(
  network: Network,
  source: PhotoSource,
  options: InvarianceOptions,
): Job<Invariance, Invariance> {
  const { transform, values, layers, preprocessing, matches, classIndex } = options;
  const { classes } = scoresOf(network);
  if (classIndex !== undefined && classIndex >= classes) {
    throw new UserError(
      `${network.model.file}: there is no class ${classIndex}; its classes are 0 to ${classes - 1}`,
    );
  }
  const tensors = layers.map(({ output }) => output);
  const key = jobKey(
    'invariance 1',
    network,
    [],
    [source.photos, transform, values, tensors, preprocessing, matches, classIndex],
  );
  return {
    key,
    run: async ({ engine, signal, report, partial, checkpoints }) => {
      const checkpoint = await checkpoints.open(key);
      const photos: InvariantPhoto[] = [];
      const problems: { path: string; problem: string }[] = [];
      const result = { transform, values, layers: layers.map(({ name }) => name), photos, problems };
      try {
        for (const [index, photo] of source.photos.entries()) {
          const tell = (share: number): void => {
            const count = { done: index, of: source.photos.length, unit: 'photos' } as const;
            report('photos', (index + share) / source.photos.length, count);
          };
          tell(0);
          throwIfCancelled(signal);
          const record = checkpoint.records[index];
          const told =
            record === undefined
              ? await toldOf({ engine, signal, tell, network }, source, photo, options)
              : (JSON.parse(Buffer.from(record).toString()) as Told);
          if (record === undefined) {
            checkpoint.append(Buffer.from(JSON.stringify(told)));
          }
          if ('problem' in told) {
            problems.push({ path: photo.path, problem: told.problem });
          } else {
            photos.push({ path: photo.path, label: photo.label, ...told });
          }
          partial(result);
        }
      } catch (error) {
        await checkpoint.close();
        throw error;
      }
      await checkpoint.remove();
      const [first] = problems;
      if (photos.length === 0 && first !== undefined) {
        throw new UserError(`${first.path}: ${first.problem}`);
      }
      return result;
    },
  };
}

type Told = Omit<InvariantPhoto, 'path' | 'label'> | { readonly problem: string };

interface Asking {
  readonly engine: Engine;
  readonly signal: AbortSignal;
  readonly network: Network;
  /** How much of a photo is done, 0 to 1. */
  readonly tell: (share: number) => void;
}

async function toldOf(
  { engine, signal, network, tell }: Asking,
  source: PhotoSource,
  photo: ListedPhoto,
  options: InvarianceOptions,
): Promise<Told> {
  let image: RgbImage;
  try {
    image = await decodeImage(await source.read(photo), photo.path);
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    const named = `${photo.path}: `;
    return { problem: error.message.startsWith(named) ? error.message.slice(named.length) : error.message };
  }
  const { layers, values, transform, preprocessing, matches } = options;
  const scores = scoresOf(network);
  const tensors = layers.map(({ output }) => output);
  const model = forwardOf(network, [...new Set([...tensors, scores.tensor])]);
  const forward = (of: RgbImage): ModelStep => ({
    model,
    feeds: { [network.input.name]: toInput(of, preprocessing, network.input) },
    fetch: [scores.tensor],
  });
  const steps = tensors.map((output) =>
    distanceStep({ of: { step: 1, output }, dtype: network.shapes.typeOf(output) }, { step: 0, output }),
  );
  const whole = forward(image);
  const own = options.classIndex ?? matches.find(({ label }) => label === photo.label)?.classIndex;
  let classIndex = own;
  const lengths = new Array<number>(layers.length).fill(0);
  const distances: number[][] = layers.map(() => []);
  const chances: number[] = [];
  for (const [place, value] of values.entries()) {
    throwIfCancelled(signal);
    const changed = transformed(image, transform, inPhoto(value, image, network, options));
    // Each image runs alone, so that equal ones have a distance of exactly zero.
    const [before, after, ...found] = await engine.run(
      [{ ...whole, memo: true }, forward(changed), ...steps],
      { signal },
    );
    const rowOf = (outputs: typeof before): Float32Array => {
      const tensor = outputs?.[scores.tensor];
      if (tensor === undefined) {
        throw new Error(`the engine gave no '${scores.tensor}'`);
      }
      return probabilities(toFloat32(tensor, scores.tensor).data, scores);
    };
    classIndex ??= argMax(rowOf(before));
    chances.push(rowOf(after)[classIndex] ?? NaN);
    layers.forEach(({ name }, layer) => {
      const [distance, length] = [found[layer]?.distance, found[layer]?.length].map((each) =>
        Number(each?.data[0]),
      ) as [number, number];
      if (!Number.isFinite(distance) || !Number.isFinite(length)) {
        throw new UserError(
          `${network.model.file}: layer '${name}' gives NaN or infinite values for ${photo.path}; choose another layer with --layers`,
        );
      }
      distances[layer]?.push(distance);
      lengths[layer] = length;
    });
    tell((place + 1) / values.length);
  }
  return { classIndex: classIndex ?? 0, lengths, distances, probabilities: chances };
}

/** A value of a transform in pixels of the network's input as one in pixels of the photo. */
export function inPhoto(
  value: number,
  image: Pick<RgbImage, 'width' | 'height'>,
  { input }: Pick<Network, 'input'>,
  { transform, preprocessing }: Pick<InvarianceOptions, 'transform' | 'preprocessing'>,
): number {
  const [across, down] = inputPixel(image, preprocessing, input);
  switch (transform) {
    case 'horizontal':
      return value * across;
    case 'vertical':
    case 'blur':
      return value * down;
    case 'scale':
    case 'rotation':
    case 'brightness':
    case 'contrast':
      return value;
  }
}
