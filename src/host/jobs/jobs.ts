/** The jobs of this VS Code window: which runs when, what can be done with each, and what a reload leaves of them. */

import { CancelledError } from '../../core/errors.js';
import { inLane } from '../../core/engine.js';
import type { Engine } from '../../core/engine.js';
import type { CheckpointStore } from '../../core/jobs/checkpoints.js';
import type { Job, Progress } from '../../core/jobs/job.js';
import { Pacer } from '../../core/jobs/pace.js';
import type { Pace } from '../../core/jobs/pace.js';
import { canPause, isEnded } from './about.js';
import type { JobAbout, JobState } from './about.js';
import { Gate } from './gate.js';

/** A job as the list shows it. */
export interface JobEntry {
  readonly id: number;
  readonly about: JobAbout;
  readonly state: JobState;
  readonly progress: Progress | undefined;
  readonly pace: Pace;
  /** When it ended, in milliseconds since 1970. */
  readonly ended: number | undefined;
  /** Why it failed. */
  readonly error: string | undefined;
}

export interface StartedJob<Result> {
  readonly entry: JobEntry;
  /** Rejects with what the job throws, a CancelledError where somebody has ended it. */
  readonly result: Promise<Result>;
}

/** Where the list is kept over a reload: `vscode.Memento`. */
export interface Memory {
  get<T>(key: string, otherwise: T): T;
  update(key: string, value: unknown): PromiseLike<void>;
}

interface StoredJob extends Pick<JobEntry, 'about' | 'state' | 'ended' | 'error'> {
  readonly progress: Progress | undefined;
}

const KEY = 'jobs';
/** What is done sooner is not listed: it would only flicker. */
const LISTED_AFTER_MS = 1000;
/** More that have ended are not kept. */
const MOST_ENDED = 50;

/** Waits for its turn, works, is held, ends. */
class Entry implements JobEntry {
  state: JobState = 'waiting';
  progress: Progress | undefined;
  ended: number | undefined;
  error: string | undefined;
  isListed = false;
  readonly controller = new AbortController();
  readonly gate = new Gate(this.controller.signal);
  readonly pacer = new Pacer();

  constructor(
    readonly id: number,
    readonly about: JobAbout,
  ) {}

  get pace(): Pace {
    return this.pacer.pace;
  }

  get isEnded(): boolean {
    return isEnded(this);
  }
}

export class Jobs {
  private entries: Entry[];
  private lastId = 0;
  private isDisposed = false;
  private readonly listeners = new Set<(entry: JobEntry | undefined) => void>();

  constructor(
    private readonly engine: Engine,
    private readonly checkpoints: CheckpointStore,
    private readonly memory: Memory,
  ) {
    this.entries = memory.get<readonly StoredJob[]>(KEY, []).map((stored) => {
      const entry = new Entry(++this.lastId, stored.about);
      const state = isEnded(stored) ? stored.state : 'stopped';
      return Object.assign(entry, stored, { state, isListed: true });
    });
  }

  /** The newest first. */
  get all(): readonly JobEntry[] {
    return this.entries.filter(({ isListed }) => isListed).reverse();
  }

  /** Calls `listener` when a job changes, and without one when the list does. */
  onDidChange(listener: (entry: JobEntry | undefined) => void): { dispose(): void } {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  }

  /** Runs a job when its turn has come. */
  start<Part, Result>(
    job: Job<Part, Result>,
    about: JobAbout,
    { signal, partial }: { readonly signal?: AbortSignal; readonly partial?: (value: Part) => void } = {},
  ): StartedJob<Result> {
    this.entries = this.entries.filter((each) => !each.isEnded || each.about.subject !== about.subject);
    const entry = new Entry(++this.lastId, about);
    this.entries.push(entry);
    const cancel = (): void => {
      this.cancel(entry);
    };
    if (signal?.aborted) {
      cancel();
    }
    signal?.addEventListener('abort', cancel, { once: true });
    this.takeTurns();
    if (entry.state === 'waiting') {
      this.list(entry);
    } else {
      setTimeout(() => {
        if (!entry.isEnded) {
          this.list(entry);
        }
      }, LISTED_AFTER_MS).unref();
    }
    const result = this.work(job, entry, partial).finally(() => signal?.removeEventListener('abort', cancel));
    return { entry, result };
  }

  /** Ends a job, and no other. */
  cancel(job: JobEntry): void {
    const entry = this.find(job);
    if (entry !== undefined && !entry.isEnded) {
      this.end(entry, 'cancelled');
      entry.controller.abort();
    }
  }

  /** Lets a job finish what the engine works on, and holds it then; the next one in the queue takes its turn. */
  pause(job: JobEntry): void {
    const entry = this.find(job);
    if (entry !== undefined && canPause(entry)) {
      entry.gate.close();
      entry.pacer.restart();
      this.change(entry, 'paused');
      this.takeTurns();
    }
  }

  resume(job: JobEntry): void {
    const entry = this.find(job);
    if (entry?.state === 'paused') {
      this.change(entry, 'waiting');
      this.takeTurns();
    }
  }

  /** Takes what has ended off the list: one of them, or all. */
  clear(job?: JobEntry): void {
    this.entries = this.entries.filter((each) => !each.isEnded || (job !== undefined && each.id !== job.id));
    this.listChanged();
  }

  /** Ends what runs; the list stays as it is, so that the next VS Code window says what was stopped. */
  dispose(): void {
    this.isDisposed = true;
    this.entries.forEach(({ controller }) => {
      controller.abort();
    });
  }

  private find({ id }: JobEntry): Entry | undefined {
    return this.entries.find((each) => each.id === id);
  }

  private async work<Part, Result>(
    job: Job<Part, Result>,
    entry: Entry,
    partial: (value: Part) => void = () => undefined,
  ): Promise<Result> {
    const { gate, controller } = entry;
    const engine = inLane(this.engine, 'batch');
    try {
      await gate.passed();
      const result = await job.run({
        engine: {
          get provider() {
            return engine.provider;
          },
          get setting() {
            return engine.setting;
          },
          run: async (steps, options) => {
            await gate.passed();
            return engine.run(steps, options);
          },
        },
        signal: controller.signal,
        report: (stage, share, count) => {
          entry.progress = { stage, share, count };
          entry.pacer.add(entry.progress);
          this.tell(entry);
        },
        partial,
        checkpoints: this.checkpoints,
      });
      this.end(entry, 'done');
      return result;
    } catch (error) {
      if (error instanceof CancelledError) {
        this.end(entry, 'cancelled');
      } else {
        entry.error = error instanceof Error ? error.message : String(error);
        this.list(entry);
        this.end(entry, 'failed');
      }
      throw error;
    }
  }

  /** Lets those work whose turn it is. */
  private takeTurns(): void {
    for (const entry of this.entries.filter(({ state }) => state === 'waiting')) {
      const isFree = !this.entries.some(({ about, state }) => about.turn === 'queued' && state === 'running');
      if (entry.about.turn === 'now' || isFree) {
        this.change(entry, 'running');
        entry.gate.open();
      }
    }
  }

  private end(entry: Entry, state: JobState): void {
    if (entry.isEnded || this.isDisposed) {
      return;
    }
    entry.ended = Date.now();
    this.change(entry, state);
    if (!entry.isListed) {
      this.entries = this.entries.filter((each) => each !== entry);
    }
    this.takeTurns();
  }

  private change(entry: Entry, state: JobState): void {
    entry.state = state;
    this.tell(entry);
    if (entry.isListed) {
      this.listChanged();
    }
  }

  private list(entry: Entry): void {
    if (!entry.isListed && !this.isDisposed) {
      entry.isListed = true;
      this.listChanged();
    }
  }

  private listChanged(): void {
    const ended = this.entries.filter(({ isEnded }) => isEnded);
    const dropped = new Set(ended.slice(0, Math.max(0, ended.length - MOST_ENDED)));
    this.entries = this.entries.filter((each) => !dropped.has(each));
    const stored = this.entries
      .filter(({ isListed }) => isListed)
      .map(({ about, state, progress, ended: at, error }): StoredJob => ({
        about,
        state,
        progress,
        ended: at,
        error,
      }));
    void this.memory.update(KEY, stored);
    this.tell(undefined);
  }

  private tell(entry: JobEntry | undefined): void {
    this.listeners.forEach((listener) => {
      listener(entry);
    });
  }
}
