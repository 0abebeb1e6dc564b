/** How often is a network wrong about labelled photos, and about which? One network or several averaged. */

import { createHash } from 'node:crypto';

import { UserError } from '../../errors.js';
import type { Job, JobContext } from '../../jobs/job.js';
import { jobKey } from '../../jobs/key.js';
import { toFloat32 } from '../../floats.js';
import { summaryModel } from '../../network/mapSummaries.js';
import type { Network } from '../../network/network.js';
import type { Preprocessing } from '../../network/preprocessing.js';
import type { ClassMatch } from '../../photos/classMatch.js';
import type { ListedPhoto, PhotoSet } from '../../photos/photo.js';
import type { Crops } from '../../photos/photoWorker.js';
import { PhotoThreads } from '../../photos/preparing.js';
import type { PhotoProblem } from '../../store/photoIndex.js';
import { meanProbabilities } from '../photo/predictions.js';
import { probabilities, scoresOf } from '../photo/scores.js';
import { answerOf, Answers } from './answers.js';
import type { Answer } from './answers.js';
import { answeredBatches } from './summaryRuns.js';
import type { Answered, Pass } from './summaryRuns.js';
import { usualBatch } from './usualBatch.js';

export interface EvaluatedModel {
  readonly network: Network;
  readonly preprocessing: Preprocessing;
  /** By class index; empty where none are known. */
  readonly names: readonly string[];
}

export interface EvaluationOptions {
  /** Images made of a photo, whose probabilities are averaged. */
  readonly crops: Crops;
  /** The class of each label; photos of labels that match none are left out. */
  readonly matches: readonly ClassMatch[];
  /** Photos that a network is given at once; as many as fit into memory where left out. */
  readonly batch?: number | undefined;
  /** The built photoWorker.js; the one beside this bundle where left out. */
  readonly workerFile?: string | undefined;
}

/** A photo whose label is a class. */
export interface LabelledPhoto extends ListedPhoto {
  /** In the set. */
  readonly number: number;
  readonly classIndex: number;
}

export interface Evaluation {
  readonly crops: Crops;
  readonly classes: number;
  readonly names: readonly string[];
  /** Photos that answers are by. */
  readonly photos: readonly LabelledPhoto[];
  /** Each model's own answers; behind those of several, those of their mean. */
  readonly rows: readonly { readonly name: string; readonly answers: Answers }[];
  /** Photos that could not be read or decoded, or that a network has no finite scores for. */
  readonly problems: readonly PhotoProblem[];
  /** Labels that are no class, and how many photos were left out for each. */
  readonly unmatched: readonly { readonly label: string; readonly photos: number }[];
  /** Photos without a label, left out, too. */
  readonly unlabelled: number;
}

/**
 * Asks the models about every photo whose label is a class. The probabilities of a photo's crops are averaged, then, for the
 * row behind the models' own, those of all models (Krizhevsky et al. 2012, section 4.1 and table 2).
 * @returns a job that goes on where it was
 * @throws UserError where a network does not classify, the models have other classes, or no photo's label is one
 */
export function evaluationJob(
  models: readonly EvaluatedModel[],
  set: PhotoSet,
  options: EvaluationOptions,
): Job<never, Evaluation> {
  const { crops, matches } = options;
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
  const settings = [crops, batch, models.map(({ preprocessing }) => preprocessing), listHash(photos)];
  const keys = models.map(({ network }) => jobKey('evaluation 1', network, [], settings));
  return {
    key: keys.join(' '),
    run: async (context) => {
      context.report('opening', 0);
      const asked = new Asked(models, photos);
      const checkpoint = await context.checkpoints.open(keys.join(' '));
      checkpoint.records.forEach((record) => {
        asked.keep(JSON.parse(Buffer.from(record).toString()) as Told);
      });
      try {
        for await (const told of answersTo({ models, photos, set, batch, options, asked }, context)) {
          asked.keep(told);
          checkpoint.append(Buffer.from(JSON.stringify(told)));
          const count = { done: asked.photosDone, of: photos.length, unit: 'photos' } as const;
          context.report('photos', count.done / count.of, count);
        }
      } finally {
        await checkpoint.close();
      }
      await checkpoint.remove();
      const { rows, problems } = asked;
      return { crops, classes, names, photos, rows, problems: problems(), ...leftOut(set, classOf) };
    },
  };
}

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

/** What was said of the photos of a batch: of each an answer by row, or why there is none. */
interface Told {
  readonly first: number;
  readonly photos: readonly (string | readonly Answer[])[];
}

/** What is known so far. */
class Asked {
  readonly rows: Evaluation['rows'];
  readonly done = new Set<number>();
  photosDone = 0;
  private readonly faults = new Map<number, string>();

  constructor(
    models: readonly EvaluatedModel[],
    private readonly photos: readonly LabelledPhoto[],
  ) {
    const truths = Int32Array.from(photos, ({ classIndex }) => classIndex);
    this.rows = rowNames(models).map((name) => ({ name, answers: new Answers(truths) }));
  }

  keep({ first, photos }: Told): void {
    this.done.add(first);
    this.photosDone += photos.length;
    photos.forEach((said, slot) => {
      if (typeof said === 'string') {
        this.faults.set(first + slot, said);
      } else {
        said.forEach((answer, row) => this.rows[row]?.answers.set(first + slot, answer));
      }
    });
  }

  readonly problems = (): readonly PhotoProblem[] =>
    [...this.faults]
      .sort(([a], [b]) => a - b)
      .map(([photo, problem]) => ({ path: this.photos[photo]?.path ?? '', problem }));
}

/** Files' names, or their whole paths where two have the same name. */
function rowNames(models: readonly EvaluatedModel[]): readonly string[] {
  const files = models.map(({ network }) => network.model);
  const short = files.map(({ baseName }) => baseName);
  const names = new Set(short).size === short.length ? short : files.map(({ file }) => file);
  return names.length === 1 ? names : [...names, `mean of ${names.length}`];
}

interface Asking {
  readonly models: readonly EvaluatedModel[];
  readonly photos: readonly LabelledPhoto[];
  readonly set: PhotoSet;
  readonly batch: number;
  readonly options: EvaluationOptions;
  readonly asked: Pick<Asked, 'done'>;
}

/** Asks all models about batch after batch, so that no more than a few of them are in memory. */
async function* answersTo(
  { models, photos, set, batch, options, asked }: Asking,
  context: Pick<JobContext<never>, 'engine' | 'signal'>,
): AsyncGenerator<Told> {
  const { crops, workerFile } = options;
  const firsts = Array.from({ length: Math.ceil(photos.length / batch) }, (_, index) => index * batch).filter(
    (first) => !asked.done.has(first),
  );
  const passes = models.map(({ network, preprocessing }) => {
    const summary = summaryModel(network, [], scoresOf(network).tensor, batch * crops);
    const threads = new PhotoThreads({ preprocessing, input: network.input, crops }, workerFile);
    const pass = { network, summary, photos, set, batch, crops };
    return { pass, threads, answers: answeredBatches(firsts, pass, threads, context) };
  });
  try {
    for (const first of firsts) {
      const said = await Promise.all(passes.map(({ answers }) => answers.next()));
      const answers = said.map(({ value }) => value as Answered);
      const here = photos.slice(first, first + batch);
      yield {
        first,
        photos: here.map(({ classIndex }, slot) =>
          photoAnswers(
            answers,
            passes.map(({ pass }) => pass),
            slot,
            classIndex,
          ),
        ),
      };
    }
  } finally {
    await Promise.all(passes.map(({ threads }) => threads.close()));
  }
}

function photoAnswers(
  answers: readonly Answered[],
  passes: readonly Pass[],
  slot: number,
  truth: number,
): string | readonly Answer[] {
  const rows: Float32Array[] = [];
  for (const [index, pass] of passes.entries()) {
    const problem = answers[index]?.batch.photos[slot]?.problem;
    if (problem !== undefined) {
      return problem;
    }
    const shares = photoProbabilities(answers[index]?.outputs ?? [], pass, slot);
    if (!shares.every(Number.isFinite)) {
      return `the class scores of ${pass.network.model.baseName} are NaN or infinite`;
    }
    rows.push(shares);
  }
  const all = rows.length === 1 ? rows : [...rows, meanProbabilities(rows)];
  return all.map((shares) => answerOf(shares, truth));
}

/** The mean over the photo's crops. */
function photoProbabilities(outputs: Answered['outputs'], pass: Pass, slot: number): Float32Array {
  const { network, summary, crops } = pass;
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
