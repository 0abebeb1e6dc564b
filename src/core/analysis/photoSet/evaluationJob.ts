/** Asking networks about labelled photos: one network or several averaged. */

import { createHash } from 'node:crypto';

import { UserError } from '../../errors.js';
import type { Job, Stage } from '../../jobs/job.js';
import { jobKey } from '../../jobs/key.js';
import type { ClassMatch } from '../../photos/classMatch.js';
import type { PhotoSet } from '../../photos/photo.js';
import type { Change, Crops } from '../../photos/photoWorker.js';
import { scoresOf } from '../photo/scores.js';
import type { Evaluation, LabelledPhoto } from './evaluation.js';
import { answersTo, coloursOf } from './evaluationRuns.js';
import type { EvaluatedModel } from './evaluationRuns.js';
import { Said } from './evaluationSaid.js';
import type { Told } from './evaluationSaid.js';
import { usualBatch } from './usualBatch.js';

export interface EvaluationOptions {
  /** Images made of a photo, whose probabilities are averaged. */
  readonly crops: Crops;
  /** Whether the photos are asked about mirrored and in another light, too. */
  readonly robustness?: boolean | undefined;
  /** The class of each label; photos of labels that match none are left out. */
  readonly matches: readonly ClassMatch[];
  /** Photos that a network is given at once; as many as fit into memory where left out. */
  readonly batch?: number | undefined;
  /** The built photoWorker.js; the one beside this bundle where left out. */
  readonly workerFile?: string | undefined;
}

/**
 * Asks the models about every photo whose label is a class. The probabilities of a photo's crops are averaged, then, for the
 * row behind the models' own, those of all models (Krizhevsky et al. 2012, section 4.1 and table 2).
 * @returns a job that goes on where it was; its partial results are what is known so far, which it goes on writing into
 * @throws UserError where a network does not classify, the models have other classes, or no photo's label is one
 */
export function evaluationJob(
  models: readonly EvaluatedModel[],
  set: PhotoSet,
  options: EvaluationOptions,
): Job<Evaluation, Evaluation> {
  const { crops, matches, robustness = false } = options;
  const { classes, names } = sameClasses(models);
  const classOf = new Map(matches.map(({ label, classIndex }) => [label, classIndex]));
  const photos = set.photos.flatMap((photo, number) => {
    const classIndex = classOf.get(photo.label ?? '');
    return photo.label === undefined || classIndex === undefined ? [] : [{ ...photo, number, classIndex }];
  });
  if (photos.length === 0) {
    throw new UserError(
      `${set.root}: no photo has a label that is a class of ${models[0]?.network.model.file}; name its classes with --labels, or match labels with "photoLabels" in the sidecar`,
    );
  }
  const most = Math.min(...models.map(({ network }) => usualBatch(network)));
  const batch = options.batch ?? Math.max(1, Math.floor(most / crops));
  const changes: readonly Change[] = robustness ? ['mirror', 'lighting'] : [];
  const settings = [
    crops,
    batch,
    changes,
    models.map(({ preprocessing }) => preprocessing),
    listHash(photos),
  ];
  const keys = models.map(({ network }) => jobKey('evaluation 2', network, [], settings));
  const key = keys.join(' ');
  return {
    key,
    run: async (context) => {
      context.report('opening', 0);
      const said = new Said(rowNames(models), changes, photos);
      const checkpoint = await context.checkpoints.open(key);
      checkpoint.records.forEach((record) => {
        said.keep(JSON.parse(Buffer.from(record).toString()) as Told);
      });
      const keep = (told: Told, stage: Stage, from: number, to: number): void => {
        said.keep(told);
        checkpoint.append(Buffer.from(JSON.stringify(told)));
        const count = { done: said.photosOf(told), of: photos.length, unit: 'photos' } as const;
        context.report(stage, from + ((to - from) * count.done) / count.of, count);
      };
      const left = leftOut(set, classOf);
      const soFar = (): Evaluation => ({ crops, classes, names, photos, ...said.results, ...left });
      const asking = { models, photos, set, batch, changes, options, said };
      const start = changes.includes('lighting') ? COLOURS_SHARE : 0;
      try {
        if (start > 0) {
          for await (const told of coloursOf(asking, context)) {
            keep(told, 'colours', 0, start);
          }
        }
        for await (const told of answersTo(asking, context)) {
          keep(told, 'photos', start, 1);
          context.partial(soFar());
        }
      } finally {
        await checkpoint.close();
      }
      await checkpoint.remove();
      return soFar();
    },
  };
}

/** Of the time that an evaluation takes: photos are decoded and counted. */
const COLOURS_SHARE = 0.1;

function listHash(photos: readonly LabelledPhoto[]): string {
  const hash = createHash('sha256');
  photos.forEach(({ path, bytes, classIndex }) => {
    hash.update(`${JSON.stringify([path, bytes ?? -1, classIndex])}\n`);
  });
  return hash.digest('hex');
}

/** @throws UserError where the models do not have the same classes */
function sameClasses(models: readonly EvaluatedModel[]): Pick<Evaluation, 'classes' | 'names'> {
  const [first, ...others] = models;
  if (first === undefined) {
    throw new Error('an evaluation needs a model');
  }
  const { classes } = scoresOf(first.network);
  const file = ({ network }: EvaluatedModel): string => network.model.file;
  let named = first;
  for (const other of others) {
    const { classes: count } = scoresOf(other.network);
    if (count !== classes) {
      throw new UserError(
        `${file(other)}: has ${count} classes, ${file(first)} has ${classes}; models that are averaged have the same ones`,
      );
    }
    const { names } = named;
    const differs = other.names.findIndex(
      (name, index) => (names[index] ?? name).toLowerCase() !== name.toLowerCase(),
    );
    if (differs >= 0) {
      throw new UserError(
        `${file(other)}: class ${differs} is called '${other.names[differs]}', by ${file(named)} '${names[differs]}'; models that are averaged have the same classes, --labels names them for all`,
      );
    }
    named = names.length === 0 ? other : named;
  }
  return { classes, names: named.names };
}

/** Files' names, or their whole paths where two have the same name. */
function rowNames(models: readonly EvaluatedModel[]): readonly string[] {
  const files = models.map(({ network }) => network.model);
  const short = files.map(({ baseName }) => baseName);
  const names = new Set(short).size === short.length ? short : files.map(({ file }) => file);
  return names.length === 1 ? names : [...names, `mean of ${names.length}`];
}

function leftOut(
  { photos }: PhotoSet,
  classOf: ReadonlyMap<string, number | undefined>,
): Pick<Evaluation, 'unmatched' | 'unlabelled'> {
  const counts = new Map<string, number>();
  let unlabelled = 0;
  for (const { label } of photos) {
    if (label === undefined) {
      unlabelled++;
    } else if (classOf.get(label) === undefined) {
      counts.set(label, (counts.get(label) ?? 0) + 1);
    }
  }
  const unmatched = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
  return { unmatched: unmatched.map(([label, count]) => ({ label, photos: count })), unlabelled };
}
