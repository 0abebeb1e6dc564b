/** Switching off feature maps or layers while a network looks at a photo set. */

import { createHash } from 'node:crypto';

import { inLane } from '../../engine.js';
import { throwIfCancelled, UserError } from '../../errors.js';
import type { Job, JobContext } from '../../jobs/job.js';
import { jobKey } from '../../jobs/key.js';
import type { Layer } from '../../network/layers.js';
import type { Network } from '../../network/network.js';
import type { Preprocessing } from '../../network/preprocessing.js';
import { photoBatches } from '../../photos/batches.js';
import type { ClassMatch } from '../../photos/classMatch.js';
import type { ListedPhoto, PhotoSet } from '../../photos/photo.js';
import { PhotoThreads } from '../../photos/preparing.js';
import { elementCount } from '../../tensor.js';
import { AblatedScores } from '../photo/ablatedScores.js';
import type { Fills } from '../photo/ablatedScores.js';
import { scoresOf } from '../photo/scores.js';
import { ablatedAnswers } from './ablatedAnswers.js';
import { nothingOff } from './ablation.js';
import type { AblatedPart, AblationResult, Fill } from './ablation.js';
import { AblationSums } from './ablationSums.js';
import type { AblatedAnswer } from './ablationSums.js';
import { firstsOf, shuffled } from './evaluationRuns.js';
import { meanFills } from './meanFills.js';
import { usualBatch } from './usualBatch.js';

export interface AblationOptions {
  readonly preprocessing: Preprocessing;
  /** By class index; empty where none are known. */
  readonly names: readonly string[];
  /** The class of each label; photos of other labels count as ones without. */
  readonly matches: readonly ClassMatch[];
  /** Whose maps are switched off; undefined for whole layers. */
  readonly layer: Layer | undefined;
  readonly parts: readonly AblatedPart[];
  readonly fill: Fill;
  /** Photos that the network is given at once; as many as fit into memory where left out. */
  readonly batch?: number | undefined;
  /** The built photoWorker.js; the one beside this bundle where left out. */
  readonly workerFile?: string | undefined;
}

/** Of the time that a job with means takes: they are computed first. */
const MEANS_SHARE = 0.05;

/**
 * Asks the network about every photo, with nothing switched off and with each of the parts.
 * @returns a job that goes on where it was; its partial results are what is known so far, which it goes on adding to
 * @throws UserError where the network does not classify, or a part does not reach its scores
 */
export function ablationJob(
  network: Network,
  set: PhotoSet,
  options: AblationOptions,
): Job<AblationResult, AblationResult> {
  const { preprocessing, names, matches, layer, parts, fill, workerFile } = options;
  const { kind } = scoresOf(network);
  const ablations = [nothingOff(parts), ...parts.map(({ ablation }) => ablation)];
  const rows = options.batch ?? usualBatch(network);
  const most = { photos: Math.min(rows, set.photos.length), rows };
  const filled = fill === 'zero' ? [] : parts.flatMap(({ ablation }) => ablation.map(({ gate }) => gate));
  // A part that cannot be asked about is told of before anything runs.
  const { photos: batch } = new AblatedScores(network, ablations, new Map(), most);
  const key = jobKey(
    'ablation 1',
    network,
    [],
    [...[preprocessing, fill, most, batch, ablations, matches], listHash(set.photos)],
  );
  return {
    key,
    run: async (context) => {
      context.report('opening', 0);
      const result: AblationResult & { problems: { path: string; problem: string }[] } = {
        ...{ fill, layer, parts, names, photos: set.photos },
        sums: new AblationSums(ablations.length),
        problems: [],
      };
      const classOf = new Map(matches.map(({ label, classIndex }) => [label, classIndex]));
      const truthOf = ({ label }: ListedPhoto): number | undefined =>
        label === undefined ? undefined : classOf.get(label);
      const told = new Set<number>();
      const add = ({ first, photos }: Told): void => {
        told.add(first);
        photos.forEach((photo, slot) => {
          const listed = set.photos[first + slot];
          if (listed === undefined) {
            return;
          }
          if (typeof photo === 'string') {
            result.problems.push({ path: listed.path, problem: photo });
          } else {
            result.sums.add(first + slot, truthOf(listed), photo);
          }
        });
      };
      const start = filled.length > 0 ? MEANS_SHARE : 0;
      const input = { preprocessing, input: network.input, crops: 1 as const, change: undefined };
      const threads = new PhotoThreads({ inputs: [input] }, workerFile);
      const checkpoint = await context.checkpoints.open(key);
      const meansCheckpoint = await context.checkpoints.open(`${key} means`);
      try {
        const pass = { network, set, batch, threads };
        const fills: Fills =
          filled.length > 0
            ? await meanFills(filled, pass, meansCheckpoint, context, (share) => {
                context.report('feature maps', start * share);
              })
            : new Map();
        const scores = new AblatedScores(network, ablations, fills, most);
        checkpoint.records.forEach((record) => {
          add(decoded(record, ablations.length));
        });
        const firsts = shuffled(firstsOf(set.photos, batch)).filter((first) => !told.has(first));
        const report = (runs: number): void => {
          const done = Math.min(set.photos.length, told.size * batch);
          const within = (Math.min(batch, set.photos.length - done) * runs) / scores.runs;
          const share = start + (1 - start) * Math.min(1, (done + within) / set.photos.length);
          context.report('ablations', share, { done, of: set.photos.length, unit: 'photos' });
        };
        report(0);
        for await (const each of asked(firsts, { ...pass, scores, report, truthOf, kind }, context)) {
          add(each);
          checkpoint.append(encoded(each));
          context.partial(result);
        }
      } finally {
        await meansCheckpoint.close();
        await checkpoint.close();
        await threads.close();
      }
      await meansCheckpoint.remove();
      await checkpoint.remove();
      return result;
    },
  };
}

/** What is known of the photos of a batch: their answers by ablation, or why there are none. */
interface Told {
  readonly first: number;
  readonly photos: readonly (string | readonly AblatedAnswer[])[];
}

interface Asking {
  readonly network: Network;
  readonly set: PhotoSet;
  readonly batch: number;
  readonly threads: PhotoThreads;
  readonly scores: AblatedScores;
  readonly kind: ReturnType<typeof scoresOf>['kind'];
  readonly truthOf: (photo: ListedPhoto) => number | undefined;
  readonly report: (runs: number) => void;
}

async function* asked(
  firsts: readonly number[],
  { network, set, batch, threads, scores, kind, truthOf, report }: Asking,
  { engine, signal }: Pick<JobContext<never>, 'engine' | 'signal'>,
): AsyncGenerator<Told> {
  const lane = inLane(engine, 'batch');
  const lengths = [elementCount(network.input.shape)];
  const { photos } = set;
  for await (const ready of photoBatches(firsts, { set, photos, threads, batch, lengths, signal })) {
    throwIfCancelled(signal);
    const images = ready.data[0] ?? new Float32Array();
    const rows = ready.isEmpty ? [] : await scores.of(lane, images, { signal }, report);
    yield {
      first: ready.first,
      photos: ready.photos.map((photo, slot) => {
        const own = rows.map((images) => images[slot] ?? new Float32Array());
        return (
          photo.problem ??
          ablatedAnswers(own, kind, truthOf(photo)) ??
          `the class scores of ${network.model.baseName} are NaN or infinite`
        );
      }),
    };
  }
}

/** Numbers of an answer. */
const NUMBERS = 5;

/** As JSON, the numbers as the bytes of float64, so that a resumed job sums up the same. */
function encoded({ first, photos }: Told): Uint8Array {
  const problems = photos.map((photo) => (typeof photo === 'string' ? photo : null));
  const numbers = photos.flatMap((photo) =>
    typeof photo === 'string'
      ? []
      : photo.flatMap(({ own, rank, crossEntropy, kept, isFlipped }) => [
          ...[own, rank, crossEntropy, kept],
          Number(isFlipped),
        ]),
  );
  const bytes = Buffer.from(Float64Array.from(numbers).buffer).toString('base64');
  return Buffer.from(JSON.stringify({ first, problems, bytes }));
}

function decoded(record: Uint8Array, ablations: number): Told {
  const { first, problems, bytes } = JSON.parse(Buffer.from(record).toString()) as {
    first: number;
    problems: (string | null)[];
    bytes: string;
  };
  const numbers = new Float64Array(Uint8Array.from(Buffer.from(bytes, 'base64')).buffer);
  let at = 0;
  return {
    first,
    photos: problems.map(
      (problem) =>
        problem ??
        Array.from({ length: ablations }, (): AblatedAnswer => {
          const [own = NaN, rank = NaN, crossEntropy = NaN, kept = NaN, flipped] = numbers.subarray(
            at,
            (at += NUMBERS),
          );
          return { own, rank, crossEntropy, kept, isFlipped: flipped === 1 };
        }),
    ),
  };
}

function listHash(photos: readonly ListedPhoto[]): string {
  const hash = createHash('sha256');
  photos.forEach(({ path, bytes, label }) => {
    hash.update(`${JSON.stringify([path, bytes ?? -1, label ?? null])}\n`);
  });
  return hash.digest('hex');
}

/** @throws UserError where no photo could be asked about */
export function checkAnswered({ sums, problems }: AblationResult, root: string): void {
  if (sums.measures(0).photos === 0) {
    const [first] = problems;
    throw new UserError(
      `${root}: none of its photos can be read: ${first === undefined ? 'there are none' : `${first.path}: ${first.problem}`}`,
    );
  }
}
