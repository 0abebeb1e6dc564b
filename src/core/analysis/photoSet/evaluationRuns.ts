/** Runs of networks over labelled photos, batch by batch: what they take each photo for. */

import type { JobContext } from '../../jobs/job.js';
import { toFloat32 } from '../../floats.js';
import { summaryModel } from '../../network/mapSummaries.js';
import type { Network } from '../../network/network.js';
import type { Preprocessing } from '../../network/preprocessing.js';
import { photoBatches } from '../../photos/batches.js';
import { lightOf } from '../../photos/lighting.js';
import type { PhotoSet } from '../../photos/photo.js';
import type { Change, Crops } from '../../photos/photoWorker.js';
import { PhotoThreads } from '../../photos/preparing.js';
import { randomNumbers } from '../../random.js';
import { meanProbabilities } from '../photo/predictions.js';
import { probabilities, scoresOf } from '../photo/scores.js';
import { answerOf } from './answers.js';
import type { Answer } from './answers.js';
import type { LabelledPhoto } from './evaluation.js';
import type { Said, ToldAnswers, ToldColours } from './evaluationSaid.js';
import { batchesOfAll } from './summaryRuns.js';
import type { AllAnswered, Asked, Outputs } from './summaryRuns.js';

export interface EvaluatedModel {
  readonly network: Network;
  readonly preprocessing: Preprocessing;
  /** By class index; empty where none are known. */
  readonly names: readonly string[];
}

export interface Asking {
  readonly models: readonly EvaluatedModel[];
  readonly photos: readonly LabelledPhoto[];
  readonly set: PhotoSet;
  readonly batch: number;
  readonly changes: readonly Change[];
  readonly options: { readonly crops: Crops; readonly workerFile?: string | undefined };
  /** What is known is not asked for again. */
  readonly said: Pick<Said, 'has' | 'colours'>;
}

type Context = Pick<JobContext<never>, 'engine' | 'signal'>;

/** Seeds of what is drawn at random. */
const ORDER_SEED = 1;
const LIGHT_SEED = 2;

/** Counts the colours of the photos, for the light that they are seen in. */
export async function* coloursOf(
  { photos, set, batch, options, said }: Asking,
  { signal }: Pick<Context, 'signal'>,
): AsyncGenerator<ToldColours> {
  const firsts = firstsOf(photos, batch).filter((first) => !said.has(first, 'colours'));
  const threads = new PhotoThreads({ inputs: [], colours: true }, options.workerFile);
  try {
    const batches = photoBatches(firsts, { set, photos, threads, batch, lengths: [], signal });
    for await (const { first, photos: prepared } of batches) {
      const moments = prepared.flatMap(({ colours }) => (colours === undefined ? [] : [colours]));
      const sums = Array.from({ length: 9 }, (_, index) =>
        moments.reduce((sum, each) => sum + (each[index] ?? 0), 0),
      );
      yield { first, photos: prepared.length, readable: moments.length, sums };
    }
  } finally {
    await threads.close();
  }
}

/**
 * Asks all models about batch after batch, in an order drawn at random: photos are listed class by class, and the errors so
 * far are to say something of all.
 */
export async function* answersTo(
  { models, photos, set, batch, changes, options, said }: Asking,
  context: Context,
): AsyncGenerator<ToldAnswers> {
  const { crops, workerFile } = options;
  const firsts = shuffled(firstsOf(photos, batch)).filter((first) => !said.has(first, 'answers'));
  const summaries = models.map(({ network }) =>
    summaryModel(network, [], scoresOf(network).tensor, batch * crops),
  );
  const views = [undefined, ...changes];
  const asked = views.flatMap(() =>
    models.map(({ network }, index): Asked => {
      const summary = summaries[index];
      if (summary === undefined) {
        throw new RangeError(`there is no model ${index}`);
      }
      return { network, summary, crops };
    }),
  );
  const inputs = views.flatMap((change) =>
    models.map(({ network, preprocessing }) => ({ preprocessing, input: network.input, crops, change })),
  );
  const { colours } = said;
  const light = colours && ((place: number) => lightOf(colours, photos[place]?.number ?? place, LIGHT_SEED));
  const threads = new PhotoThreads({ inputs }, workerFile);
  try {
    const pass = { photos, set, batch, asked, lightOf: light };
    for await (const { batch: ready, outputs } of batchesOfAll(firsts, pass, threads, context)) {
      yield {
        first: ready.first,
        photos: ready.photos.map((photo, slot) => {
          const truth = photos[ready.first + slot]?.classIndex ?? -1;
          return photo.problem ?? photoAnswers(outputs, asked, { slot, truth, models: models.length });
        }),
      };
    }
  } finally {
    await threads.close();
  }
}

/** The first photo of each batch. */
export function firstsOf(photos: readonly unknown[], batch: number): readonly number[] {
  return Array.from({ length: Math.ceil(photos.length / batch) }, (_, index) => index * batch);
}

/** The same order every time (Fisher & Yates 1938). */
export function shuffled(values: readonly number[]): readonly number[] {
  const random = randomNumbers(ORDER_SEED);
  const order = [...values];
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [order[at], order[other]] = [order[other] ?? 0, order[at] ?? 0];
  }
  return order;
}

/** Of one view of a photo after another: each model's answer, and that of the mean of several. */
function photoAnswers(
  outputs: AllAnswered['outputs'],
  asked: readonly Asked[],
  { slot, truth, models }: { readonly slot: number; readonly truth: number; readonly models: number },
): string | readonly Answer[] {
  const shares: Float32Array[] = [];
  for (const [index, each] of asked.entries()) {
    const row = photoProbabilities(outputs[index] ?? [], each, slot);
    if (!row.every(Number.isFinite)) {
      return `the class scores of ${each.network.model.baseName} are NaN or infinite`;
    }
    shares.push(row);
  }
  return Array.from({ length: shares.length / models }, (_, view) => {
    const rows = shares.slice(view * models, (view + 1) * models);
    return models === 1 ? rows : [...rows, meanProbabilities(rows)];
  }).flatMap((rows) => rows.map((row) => answerOf(row, truth)));
}

/** The mean over the photo's crops. */
function photoProbabilities(
  outputs: Outputs,
  { network, summary, crops }: Asked,
  slot: number,
): Float32Array {
  const scores = scoresOf(network);
  const { tensor, classes } = scores;
  const rows = Array.from({ length: crops }, (_, crop) => {
    const image = slot * crops + crop;
    const output = outputs[Math.floor(image / summary.batch)]?.[tensor];
    if (output === undefined) {
      throw new Error(`the engine gave no '${tensor}'`);
    }
    const row = image % summary.batch;
    const { data } = toFloat32(output, tensor);
    return probabilities(data.slice(row * classes, (row + 1) * classes), scores);
  });
  const [only = new Float32Array()] = rows;
  return rows.length === 1 ? only : meanProbabilities(rows);
}
