/** The evaluations of the workspace: those that are on their way, whoever looks at them, and those that are done, on disk. */

import { createHash } from 'node:crypto';
import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

import type { Evaluation } from '../../core/analysis/photoSet/evaluation.js';
import { readEvaluation, writeEvaluation } from '../../core/analysis/photoSet/evaluationFiles.js';
import { CancelledError } from '../../core/errors.js';
import type { Job } from '../../core/jobs/job.js';
import { isEnded } from '../jobs/about.js';
import type { JobAbout } from '../jobs/about.js';
import type { Jobs, Memory, StartedJob } from '../jobs/jobs.js';

/** Those that nobody has looked at for longest make room. */
const KEPT = 30;
const UNFINISHED = 'unfinishedEvaluations';
/** Time between two looks at what is known so far: each counts all answers. */
const LOOK_MS = 250;

/** An evaluation that is on its way. */
export interface RunningEvaluation {
  readonly entry: StartedJob<Evaluation>['entry'];
  /** What is known so far; undefined at first. */
  readonly soFar: Evaluation | undefined;
}

interface Run extends RunningEvaluation {
  soFar: Evaluation | undefined;
  readonly result: Promise<Evaluation>;
}

export class Evaluations {
  private readonly runs = new Map<string, Run>();

  /** @param folder where those that are done are kept */
  constructor(
    private readonly folder: string,
    private readonly jobs: Jobs,
    private readonly memory: Memory,
  ) {}

  /** The one that is done; undefined where there is none. @param key of its job */
  async done(key: string): Promise<Evaluation | undefined> {
    const folder = this.folderOf(key);
    const evaluation = await readEvaluation(folder);
    if (evaluation !== undefined) {
      const now = new Date();
      // A folder that cannot be touched is only forgotten sooner.
      await utimes(folder, now, now).catch(() => undefined);
    }
    return evaluation;
  }

  running(key: string): RunningEvaluation | undefined {
    return this.runs.get(key);
  }

  /** Whether it was on its way when the VS Code window was closed. */
  wasStopped(key: string): boolean {
    return this.unfinished.includes(key) && !this.runs.has(key);
  }

  /** Starts a job, which goes on where it was. @param ended is called when it is over, however it is */
  start(job: Job<Evaluation, Evaluation>, about: JobAbout, ended: () => void): RunningEvaluation {
    const { key } = job;
    const writing: Job<Evaluation, Evaluation> = {
      key,
      run: async (context) => {
        const evaluation = await job.run(context);
        await writeEvaluation(evaluation, this.folderOf(key), 'folder');
        return evaluation;
      },
    };
    const started = this.jobs.start(writing, about, {
      partial: (soFar) => {
        run.soFar = soFar;
      },
    });
    const run: Run = { ...started, soFar: undefined };
    this.runs.set(key, run);
    void this.remember([...this.unfinished, key]);
    run.result
      .then(
        () => this.prune(),
        () => undefined,
      )
      .finally(() => {
        this.runs.delete(key);
        ended();
        // What ends with the VS Code window goes on in the next one.
        if (isEnded(run.entry)) {
          void this.remember(this.unfinished.filter((each) => each !== key));
        }
      });
    return run;
  }

  /**
   * Waits for one that is on its way.
   * @param look is called when more is known, or its state has changed, until the signal ends the waiting
   * @throws CancelledError where the waiting or the job has been ended, and what the job throws
   */
  async follow(running: RunningEvaluation, signal: AbortSignal, look: () => void): Promise<Evaluation> {
    const run = [...this.runs.values()].find(({ entry }) => entry === running.entry);
    if (run === undefined) {
      throw new CancelledError();
    }
    let timer: NodeJS.Timeout | undefined;
    let state = run.entry.state;
    const listening = this.jobs.onDidChange((entry) => {
      if (entry !== run.entry) {
        return;
      }
      if (run.entry.state !== state) {
        state = run.entry.state;
        look();
      }
      timer ??= setTimeout(() => {
        timer = undefined;
        look();
      }, LOOK_MS);
    });
    look();
    try {
      return await Promise.race([run.result, aborted(signal)]);
    } finally {
      clearTimeout(timer);
      listening.dispose();
    }
  }

  private folderOf(key: string): string {
    return join(this.folder, createHash('sha256').update(key).digest('hex').slice(0, 16));
  }

  private get unfinished(): readonly string[] {
    return this.memory.get<readonly string[]>(UNFINISHED, []);
  }

  private remember(keys: readonly string[]): PromiseLike<void> {
    return this.memory.update(UNFINISHED, [...new Set(keys)]);
  }

  private async prune(): Promise<void> {
    const names = await readdir(this.folder).catch(() => []);
    const folders = await Promise.all(
      names.map(async (name) => {
        const folder = join(this.folder, name);
        return {
          folder,
          used: await stat(folder).then(
            ({ mtimeMs }) => mtimeMs,
            () => 0,
          ),
        };
      }),
    );
    for (const { folder } of folders.sort((a, b) => b.used - a.used).slice(KEPT)) {
      await rm(folder, { recursive: true, force: true }).catch(() => undefined);
    }
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const abort = (): void => {
      reject(new CancelledError());
    };
    signal.addEventListener('abort', abort, { once: true });
    if (signal.aborted) {
      abort();
    }
  });
}
