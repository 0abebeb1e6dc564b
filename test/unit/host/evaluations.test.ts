/** Evaluations that outlive the page that has asked for them, and the VS Code window. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { Answers } from '../../../src/core/analysis/photoSet/answers.js';
import type { Evaluation } from '../../../src/core/analysis/photoSet/evaluation.js';
import type { Engine } from '../../../src/core/engine.js';
import { CancelledError, throwIfCancelled } from '../../../src/core/errors.js';
import { NO_CHECKPOINTS } from '../../../src/core/jobs/checkpoints.js';
import type { Job } from '../../../src/core/jobs/job.js';
import type { JobAbout } from '../../../src/host/jobs/about.js';
import { Jobs } from '../../../src/host/jobs/jobs.js';
import type { Memory } from '../../../src/host/jobs/jobs.js';
import { Evaluations } from '../../../src/host/sets/evaluations.js';

const ABOUT: JobAbout = {
  ...{ subject: 'evaluation', title: 'Evaluation', detail: 'net.onnx, photos' },
  place: { kind: 'panel', panel: 'evaluation', model: 'file:///net.onnx' },
  again: { command: 'showEvaluation', argument: {} },
  ...{ turn: 'queued', canPause: true },
};

function evaluationOf(own: number): Evaluation {
  const answers = new Answers(Int32Array.of(1));
  answers.set(0, { classes: [1, 0], probabilities: [own, 1 - own], rank: 0, own });
  return {
    ...{ crops: 1, classes: 2, names: ['ant', 'bee'], colours: undefined },
    photos: [{ path: 'bee/1.jpg', label: 'bee', bytes: undefined, number: 0, classIndex: 1 }],
    rows: [{ name: 'net.onnx', answers, changed: [] }],
    ...{ problems: [], unmatched: [], unlabelled: 0 },
  };
}

/** Tells what is known so far, asks the engine, and is done. */
const asking = (key: string): Job<Evaluation, Evaluation> => ({
  key,
  run: async ({ engine, signal, report, partial }) => {
    partial(evaluationOf(0.5));
    report('photos', 0.5);
    await engine.run([], { signal });
    throwIfCancelled(signal);
    return evaluationOf(0.75);
  },
});

const folder = mkdtempSync(join(tmpdir(), 'unpool-evaluations-'));
let answer: () => void;
let memory: Memory;
let kept: Record<string, unknown>;
let jobs: Jobs;
let evaluations: Evaluations;
let ended: number;

/** As in a new VS Code window: of what was before only what is kept is there. */
function openWindow(): void {
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const engine: Engine = {
    run: async (_, options) => {
      await Promise.race([
        answered,
        new Promise((resolve) => options?.signal?.addEventListener('abort', resolve)),
      ]);
      return [];
    },
  };
  jobs = new Jobs(engine, NO_CHECKPOINTS, memory);
  evaluations = new Evaluations(folder, jobs, memory);
}

const start = (key: string): ReturnType<Evaluations['start']> =>
  evaluations.start(asking(key), ABOUT, () => {
    ended++;
  });
const ignore = (): void => undefined;

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  kept = {};
  ended = 0;
  memory = {
    get: <T>(name: string, otherwise: T): T => (kept[name] as T | undefined) ?? otherwise,
    update: async (name, value) => {
      kept[name] = value;
    },
  };
  openWindow();
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('an evaluation', () => {
  it('goes on when nobody follows it any more, and is kept once it is done', async () => {
    const run = start('a');
    const gone = new AbortController();
    const following = evaluations.follow(run, gone.signal, ignore);
    gone.abort();
    await expect(following).rejects.toBeInstanceOf(CancelledError);
    expect(evaluations.running('a')).toBe(run);
    const again = evaluations.follow(run, new AbortController().signal, ignore);
    answer();
    expect((await again).rows[0]?.answers.ownShare(0)).toBe(0.75);
    expect((await evaluations.done('a'))?.rows[0]?.answers.ownShare(0)).toBe(0.75);
    expect(evaluations.running('a')).toBeUndefined();
    expect(ended).toBe(1);
    openWindow();
    expect(await evaluations.done('a')).toMatchObject({ names: ['ant', 'bee'], classes: 2 });
    expect(await evaluations.done('b')).toBeUndefined();
    expect(evaluations.wasStopped('a')).toBe(false);
  });

  it('tells what is known so far', async () => {
    const run = start('a');
    const told = new Promise<number | undefined>((resolve) => {
      const look = (): void => {
        if (run.soFar !== undefined) {
          resolve(run.soFar.rows[0]?.answers.ownShare(0));
        }
      };
      void evaluations.follow(run, new AbortController().signal, look);
    });
    expect(await told).toBe(0.5);
    answer();
  });

  it('that ends with the VS Code window goes on in the next one, one that somebody has ended does not', async () => {
    const stopped = evaluations.follow(start('a'), new AbortController().signal, ignore);
    jobs.dispose();
    await expect(stopped).rejects.toBeInstanceOf(CancelledError);
    openWindow();
    expect(evaluations.wasStopped('a')).toBe(true);
    const run = start('a');
    expect(evaluations.wasStopped('a')).toBe(false);
    const cancelled = evaluations.follow(run, new AbortController().signal, ignore);
    jobs.cancel(run.entry);
    await expect(cancelled).rejects.toBeInstanceOf(CancelledError);
    await expect.poll(() => ended).toBe(2);
    openWindow();
    expect(evaluations.wasStopped('a')).toBe(false);
    expect(await evaluations.done('a')).toBeUndefined();
  });
});
