import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { answerOf, Answers } from '../../../../src/core/analysis/photoSet/answers.js';
import type { Evaluation } from '../../../../src/core/analysis/photoSet/evaluation.js';
import { evaluationJob } from '../../../../src/core/analysis/photoSet/evaluationJob.js';
import {
  calibration,
  classResults,
  confusions,
  errorRate,
  leastSure,
  meanRecall,
  mostWrong,
  wilson,
} from '../../../../src/core/analysis/photoSet/evaluationMeasures.js';
import { readEvaluation, writeEvaluation } from '../../../../src/core/analysis/photoSet/evaluationFiles.js';
import { flippedPhotos, robustnessOf } from '../../../../src/core/analysis/photoSet/robustness.js';
import { rowErrors } from '../../../../src/core/analysis/photoSet/evaluationTables.js';
import type { EvaluatedModel } from '../../../../src/core/analysis/photoSet/evaluationRuns.js';
import { labelMatches } from '../../../../src/core/analysis/photoSet/labelMatches.js';
import type { Engine } from '../../../../src/core/engine.js';
import { CancelledError } from '../../../../src/core/errors.js';
import { checkpointFolder } from '../../../../src/core/jobs/checkpoints.js';
import { contextOf } from '../../../../src/core/jobs/job.js';
import { openNetwork } from '../../../../src/core/network/open.js';
import { IMAGENET } from '../../../../src/core/network/preprocessing.js';
import { lightOf } from '../../../../src/core/photos/lighting.js';
import { openPhotoSet } from '../../../../src/core/photos/photoSet.js';
import type { Crops } from '../../../../src/core/photos/photoWorker.js';
import type { EngineClient } from '../../../../src/runtime/client.js';
import { startTestEngine } from '../../runtime/testEngine.js';
import { fixture, FIXTURE, ZIP } from './photoSetFixture.js';
import { buildPhotoWorker } from './photoWorker.js';

const NAMES = ['bars', 'spot', 'c2', 'noise', 'c4', 'c5', 'c6'];

interface ExpectedRate {
  wrong: number;
  rate: number;
  low: number;
  high: number;
}
interface ExpectedRow {
  top1: ExpectedRate;
  top5: ExpectedRate;
  confusion: number[][];
  precision: (number | null)[];
  recall: (number | null)[];
  support: number[];
  balancedAccuracy: number;
  bins: { photos: number; confidence: number | null; accuracy: number | null }[];
  calibrationError: number;
  mostWrong: string[];
  leastSure: string[];
}
interface ExpectedRobustness {
  values: number[];
  vectors: number[][];
  lights: Record<string, number[]>;
  changed: Record<string, { wrong: number[]; flipped: string[] }[]>;
}
const expected = fixture<Record<string, ExpectedRow[]>>('evaluation.json');

const folder = mkdtempSync(join(tmpdir(), 'unpool-evaluation-'));
let workerFile: string;
let engine: EngineClient;
let models: readonly EvaluatedModel[];
beforeAll(async () => {
  workerFile = buildPhotoWorker(folder);
  engine = startTestEngine();
  models = await Promise.all(
    ['tiny.onnx', 'linear.onnx'].map(async (file) => ({
      network: await openNetwork(join(FIXTURE, file)),
      preprocessing: IMAGENET,
      names: NAMES,
    })),
  );
});
afterAll(() => {
  engine.dispose();
  rmSync(folder, { recursive: true, force: true });
});

interface Asked {
  readonly crops?: Crops;
  readonly robustness?: boolean;
  readonly of?: readonly EvaluatedModel[];
  readonly names?: readonly string[];
  readonly batch?: number;
  readonly listening?: Parameters<typeof contextOf<Evaluation>>[1];
  readonly engine?: Engine;
}

async function evaluated({
  crops = 1,
  robustness = false,
  of = models,
  names = NAMES,
  batch = 4,
  ...asked
}: Asked = {}): Promise<Evaluation> {
  const set = await openPhotoSet(ZIP);
  try {
    const network = of[0]?.network;
    const matches = network === undefined ? [] : await labelMatches(network, set, names);
    const job = evaluationJob(of, set, { crops, robustness, matches, batch, workerFile });
    return await job.run(contextOf(asked.engine ?? engine, asked.listening));
  } finally {
    await set.close();
  }
}

/** Nothing divided by nothing is NaN here, null in the fixture; a class without photos and predictions is left out. */
function expectNear(value: number | undefined, wanted: number | null | undefined, digits: number): void {
  if (wanted === null || wanted === undefined || value === undefined) {
    expect(value ?? NaN).toBeNaN();
    expect(wanted ?? NaN).toBeNaN();
  } else {
    expect(value).toBeCloseTo(wanted, digits);
  }
}

describe('the answers of two models and of their mean', () => {
  it.each([1, 10] as const)('are as wrong as scikit-learn says, with %i crops', async (crops) => {
    const evaluation = await evaluated({ crops });
    // Levels of enlarged photos that are half way between two whole ones are rounded to either by Pillow.
    const digits = crops === 1 ? 5 : 2;
    expect(evaluation.rows.map(({ name }) => name)).toEqual(['tiny.onnx', 'linear.onnx', 'mean of 2']);
    expect(evaluation.problems.map(({ path }) => path)).toEqual(['noise/empty.png', 'noise/notes.png']);
    evaluation.rows.forEach(({ answers }, row) => {
      const wanted = expected[`crops${crops}`]?.[row];
      if (wanted === undefined) {
        throw new Error('the fixture has fewer rows');
      }
      const { top1, top5 } = rowErrors(evaluation, row);
      for (const [rate, by] of [
        [top1, wanted.top1],
        [top5, wanted.top5],
      ] as const) {
        expect(rate).toMatchObject({ wrong: by.wrong, photos: 42 });
        expect(rate?.rate).toBeCloseTo(by.rate, 8);
        expect(rate?.low).toBeCloseTo(by.low, 8);
        expect(rate?.high).toBeCloseTo(by.high, 8);
      }
      const cells = wanted.confusion.flatMap((counts, actual) =>
        counts.flatMap((photos, predicted) => (photos > 0 ? [{ actual, predicted, photos }] : [])),
      );
      expect(confusions(answers)).toEqual(cells);
      const results = classResults(answers);
      NAMES.forEach((_, index) => {
        const result = results.find((each) => each.index === index);
        expect(result?.photos ?? 0).toBe(wanted.support[index]);
        expectNear(result?.precision, wanted.precision[index], 8);
        expectNear(result?.recall, wanted.recall[index], 8);
      });
      expect(meanRecall(answers)).toBeCloseTo(wanted.balancedAccuracy, 8);
      const { bins, error } = calibration(answers);
      expect(error).toBeCloseTo(wanted.calibrationError, digits);
      wanted.bins.forEach((bin, index) => {
        expect(bins[index]?.photos).toBe(bin.photos);
        expectNear(bins[index]?.confidence, bin.confidence, digits);
        expectNear(bins[index]?.accuracy, bin.accuracy, 8);
      });
      const paths = (photos: readonly number[]): unknown => photos.map((at) => evaluation.photos[at]?.path);
      const orders = [paths(mostWrong(answers, 100)), paths(leastSure(answers, 100))];
      const [worst, unsure] = [wanted.mostWrong, wanted.leastSure];
      expect(orders).toEqual(
        crops === 1
          ? [worst, unsure]
          : [worst, unsure].map((order) => expect.arrayContaining(order) as unknown),
      );
    });
  });

  it('do not depend on the batch, and leave out and name what has no class', async () => {
    const names = ['bars', 'c1', 'c2', 'noise'];
    const of = models.map((model) => ({ ...model, names }));
    const [small, large] = [
      await evaluated({ of, names, batch: 3 }),
      await evaluated({ of, names, batch: 16 }),
    ];
    expect(small.unmatched).toEqual([{ label: 'Spots', photos: 14 }]);
    expect(small.photos).toHaveLength(30);
    expect(small.rows.map((_, row) => rowErrors(small, row).top1)).toEqual(
      large.rows.map((_, row) => rowErrors(large, row).top1),
    );
    expect(small.photos[0]).toMatchObject({ path: 'bars/00.png', number: 14, classIndex: 0 });
  });

  it('of a run that was stopped are kept', async () => {
    const kept = join(folder, 'kept');
    const stop = new AbortController();
    const runs: number[] = [];
    const counted = (): Engine => ({
      ...{ provider: 'cpu', run: (steps, options) => (runs.push(steps.length), engine.run(steps, options)) },
    });
    const checkpoints = checkpointFolder(kept, { interval: 0 });
    const listening = {
      checkpoints,
      signal: stop.signal,
      report: (_: unknown, __: unknown, count?: { done: number }) => {
        if ((count?.done ?? 0) >= 24) {
          stop.abort();
        }
      },
    };
    await expect(evaluated({ listening })).rejects.toBeInstanceOf(CancelledError);
    expect(readdirSync(kept)).toHaveLength(1);
    const resumed = await evaluated({
      engine: counted(),
      listening: { checkpoints: checkpointFolder(kept) },
    });
    // Five of eleven batches are left, each with a step for each of the two models.
    expect(runs).toEqual([2, 2, 2, 2, 2]);
    expect(resumed).toEqual(await evaluated());
    expect(readdirSync(kept)).toHaveLength(0);
  });
});

describe('changed photos', () => {
  it('have the light of NumPy, and answers as wrong as ONNX Runtime gives in Python', async () => {
    const wanted = fixture<ExpectedRobustness>('robustness.json');
    const evaluation = await evaluated({ robustness: true });
    const { colours, photos, rows, problems } = evaluation;
    if (colours === undefined) {
      throw new Error('there are no colours');
    }
    colours.values.forEach((value, each) => {
      expect(value).toBeCloseTo(wanted.values[each] ?? NaN, 8);
      colours.vectors[each]?.forEach((part, channel) => {
        expect(part).toBeCloseTo(wanted.vectors[each]?.[channel] ?? NaN, 6);
      });
    });
    const faulty = problems.map(({ path }) => path);
    const seen = photos.filter(({ path }) => !faulty.includes(path));
    expect(seen.map(({ path }) => path)).toEqual(Object.keys(wanted.lights));
    seen.forEach(({ path, number }) => {
      lightOf(colours, number, 2).forEach((part, channel) => {
        expect(part).toBeCloseTo(wanted.lights[path]?.[channel] ?? NaN, 5);
      });
    });
    rows.forEach((row, index) => {
      const told = robustnessOf(row, evaluation.classes);
      expect(told.map(({ change }) => change)).toEqual(['mirror', 'lighting']);
      told.forEach(({ change, top1, top5, flipped }, at) => {
        const by = wanted.changed[change]?.[index];
        expect([top1.wrong, top5?.wrong]).toEqual(by?.wrong);
        const after = row.changed[at]?.answers ?? new Answers(new Int32Array());
        const paths = flippedPhotos(row.answers, after).map((photo) => photos[photo]?.path);
        expect(paths).toEqual(by?.flipped);
        expect(flipped).toMatchObject({ count: paths.length, photos: 42, rate: paths.length / 42 });
      });
    });
  });

  it('change nothing about the photos as they are', async () => {
    const [plain, all] = [await evaluated(), await evaluated({ robustness: true })];
    expect(all.rows.map(({ answers }) => answers)).toEqual(plain.rows.map(({ answers }) => answers));
    expect(plain.rows.flatMap(({ changed }) => changed)).toEqual([]);
    expect(plain.colours).toBeUndefined();
  });

  it('are the same after runs that were stopped, while colours are counted and while networks are asked', async () => {
    const kept = join(folder, 'kept-robustness');
    const stopAt = async (stage: string, photos: number): Promise<void> => {
      const stop = new AbortController();
      const listening = {
        checkpoints: checkpointFolder(kept, { interval: 0 }),
        signal: stop.signal,
        report: (now: string, _: unknown, count?: { done: number }) => {
          if (now === stage && (count?.done ?? 0) >= photos) {
            stop.abort();
          }
        },
      };
      await expect(evaluated({ robustness: true, listening })).rejects.toBeInstanceOf(CancelledError);
    };
    await stopAt('colours', 12);
    await stopAt('photos', 16);
    await stopAt('photos', 32);
    const resumed = await evaluated({
      robustness: true,
      listening: { checkpoints: checkpointFolder(kept) },
    });
    expect(resumed).toEqual(await evaluated({ robustness: true }));
  });

  it('are read again from the tables that were written', async () => {
    const evaluation = await evaluated({ robustness: true });
    const out = join(folder, 'tables');
    expect(await readEvaluation(out)).toBeUndefined();
    await writeEvaluation(evaluation, out, 'folder');
    const { photos, ...read } = (await readEvaluation(out)) as Evaluation;
    const { photos: listed, ...asked } = evaluation;
    expect(read).toEqual(asked);
    expect(photos).toEqual(
      listed.map(({ path, label, number, classIndex }) => ({
        ...{ path, label, bytes: undefined, number, classIndex },
      })),
    );
  });
});

it('tells what is known so far, of photos of all labels', async () => {
  const known: number[] = [];
  const labels = new Set<string>();
  const partial = ({ rows: [row], photos }: Evaluation): void => {
    let answered = 0;
    row?.answers.forEach((photo) => {
      answered++;
      if (known.length < 5) {
        labels.add(photos[photo]?.label ?? '');
      }
    });
    known.push(answered);
  };
  await evaluated({ listening: { partial } });
  expect(known).toEqual([...known].sort((a, b) => a - b));
  expect(known).toHaveLength(11);
  expect(known.at(-1)).toBe(42);
  // Photos are listed label by label: five of eleven batches in that order have one or two.
  expect(labels.size).toBe(3);
});

describe('models that cannot be evaluated', () => {
  it('have other classes', async () => {
    const [first, second] = models;
    const other = { ...second, names: NAMES.toReversed() } as EvaluatedModel;
    await expect(evaluated({ of: [first as EvaluatedModel, other] })).rejects.toThrow(
      /linear.onnx: class 0 is called 'c6', by .*tiny.onnx 'bars'/,
    );
  });

  it('have none of the labels', async () => {
    await expect(evaluated({ names: [] })).rejects.toThrow(
      /photos.zip: no photo has a label that is a class of .*tiny.onnx; name its classes with --labels/,
    );
  });
});

describe('the measures', () => {
  it('put the first of equal probabilities first', () => {
    const shares = Float32Array.of(0.1, 0.3, 0.3, 0.3);
    expect(answerOf(shares, 2)).toMatchObject({ classes: [1, 2, 3, 0], rank: 1 });
  });

  it('give an interval for shares of 0 and 1 and for nothing', () => {
    // z^2 / (n + z^2) for none of n.
    expect(wilson(0, 10).low).toBe(0);
    expect(wilson(0, 10).high).toBeCloseTo(3.841458820694124 / 13.841458820694124, 12);
    expect(wilson(10, 10)).toEqual({ low: expect.closeTo(1 - wilson(0, 10).high, 12) as number, high: 1 });
    expect(wilson(0, 0)).toEqual({ low: 0, high: 1 });
  });

  it('say of no photos that nothing is known', () => {
    const none = new Answers(new Int32Array(3));
    expect(errorRate(none, 1)).toEqual({ wrong: 0, photos: 0, rate: NaN, low: 0, high: 1 });
    expect(calibration(none).error).toBeNaN();
    expect(classResults(none)).toEqual([]);
    expect(mostWrong(none, 5)).toEqual([]);
  });

  it('have certainty in the last bin, and what is above the upper bound of a bin in the next one', () => {
    const answers = new Answers(Int32Array.of(0, 1));
    answers.set(0, { classes: [0], probabilities: [1], rank: 0, own: 1 });
    // In float32 it is a little above nine fifteenths.
    answers.set(1, { classes: [0], probabilities: [0.6], rank: 1, own: 0.4 });
    const { bins, error } = calibration(answers);
    expect(bins.flatMap(({ photos }, bin) => (photos > 0 ? [bin] : []))).toEqual([9, 14]);
    expect(error).toBeCloseTo(0.3, 6);
  });
});
