/** Jobs on an engine that answers when it is told to. */

import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { Engine, TensorMap } from '../../../src/core/engine.js';
import { CancelledError } from '../../../src/core/errors.js';
import { NO_CHECKPOINTS } from '../../../src/core/jobs/checkpoints.js';
import type { Job } from '../../../src/core/jobs/job.js';
import type { JobAbout } from '../../../src/host/jobs/about.js';
import { Jobs } from '../../../src/host/jobs/jobs.js';
import type { JobEntry, Memory } from '../../../src/host/jobs/jobs.js';

const SECOND = 1000;

/** Holds every request until it is told to answer. */
class ToldEngine implements Engine {
  private readonly waiting: ((answer: readonly TensorMap[]) => void)[] = [];
  failure: Error | undefined;

  get asked(): number {
    return this.waiting.length;
  }

  run(): Promise<readonly TensorMap[]> {
    return this.failure === undefined
      ? new Promise((answer) => this.waiting.push(answer))
      : Promise.reject(this.failure);
  }

  async answer(): Promise<void> {
    this.waiting.shift()?.([]);
    await settle();
  }
}

/** Lets everything happen that waits for nobody. */
async function settle(): Promise<void> {
  for (let round = 0; round < 5; round++) {
    await turn();
  }
}

/** Asks the engine some times, one after another. */
const asking = (times: number): Job<number, string> => ({
  key: `asking ${times}`,
  run: async ({ engine, signal, report, partial }) => {
    for (let time = 0; time < times; time++) {
      report('photos', time / times, { done: time, of: times, unit: 'photos' });
      partial(time);
      await engine.run([], { signal });
      if (signal.aborted) {
        throw new CancelledError();
      }
    }
    return 'answered';
  },
});

const about = (subject: string, more: Partial<JobAbout> = {}): JobAbout => ({
  subject,
  title: subject,
  detail: '',
  place: { kind: 'log' },
  again: { command: 'showLog', argument: {} },
  turn: 'queued',
  canPause: true,
  ...more,
});

/** As VS Code keeps it: as JSON. */
class Kept implements Memory {
  json = '{}';
  get<T>(key: string, otherwise: T): T {
    return ((JSON.parse(this.json) as Record<string, T>)[key] ?? otherwise) as T;
  }
  async update(key: string, value: unknown): Promise<void> {
    this.json = JSON.stringify({ ...(JSON.parse(this.json) as object), [key]: value });
  }
}

let engine: ToldEngine;
let memory: Kept;
let jobs: Jobs;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
  engine = new ToldEngine();
  memory = new Kept();
  jobs = new Jobs(engine, NO_CHECKPOINTS, memory);
});
afterEach(() => {
  vi.useRealTimers();
});

/** Starts a job whose end may be waited for later, or not at all. */
function begin(
  ...[job, what, listening]: Parameters<typeof jobs.start<number, string>>
): ReturnType<typeof jobs.start<number, string>> {
  const started = jobs.start(job, what, listening);
  started.result.catch(() => undefined);
  return started;
}

/** Subjects and states, the newest first. */
const states = (): string[] => jobs.all.map(({ about: { subject }, state }) => `${subject} ${state}`);

describe('the list of jobs', () => {
  it('shows a job that takes longer than a second, and how far it is, until it is cleared', async () => {
    const parts: number[] = [];
    const { entry, result } = begin(asking(2), about('a'), { partial: (part) => parts.push(part) });
    await settle();
    expect(states()).toEqual([]);
    vi.advanceTimersByTime(SECOND);
    expect(states()).toEqual(['a running']);
    await engine.answer();
    expect(entry.progress).toEqual({
      stage: 'photos',
      share: 0.5,
      count: { done: 1, of: 2, unit: 'photos' },
    });
    expect(entry.pace).toEqual({ rate: 1, remaining: 1 });
    await engine.answer();
    expect(await result).toBe('answered');
    expect(parts).toEqual([0, 1]);
    expect(states()).toEqual(['a done']);
    jobs.clear();
    expect(states()).toEqual([]);
  });

  it('does not show what is done sooner', async () => {
    const { result } = begin(asking(1), about('a'));
    await settle();
    await engine.answer();
    await result;
    vi.advanceTimersByTime(SECOND);
    expect(states()).toEqual([]);
  });

  it('shows why a job failed, however soon', async () => {
    engine.failure = new Error('the engine process was stopped');
    const { result } = begin(asking(1), about('a'));
    await expect(result).rejects.toThrow('the engine process was stopped');
    expect(jobs.all).toMatchObject([{ state: 'failed', error: 'the engine process was stopped' }]);
  });

  it('has one row for jobs about the same, the last one', async () => {
    engine.failure = new Error('no');
    begin(asking(1), about('a'));
    begin(asking(1), about('b', { turn: 'now' }));
    await settle();
    engine.failure = undefined;
    begin(asking(1), about('a'));
    expect(states()).toEqual(['b failed']);
    vi.advanceTimersByTime(SECOND);
    expect(states()).toEqual(['a running', 'b failed']);
  });

  it('tells of every change', async () => {
    const heard: (string | undefined)[] = [];
    const listening = jobs.onDidChange((entry: JobEntry | undefined) => heard.push(entry?.state));
    const { result } = begin(asking(1), about('a'));
    await settle();
    vi.advanceTimersByTime(SECOND);
    await engine.answer();
    await result;
    // It runs, reports, is listed (which is no change of one job), and is done.
    expect(heard).toEqual(['running', 'running', undefined, 'done', undefined]);
    listening.dispose();
    jobs.clear();
    expect(heard).toHaveLength(5);
  });
});

describe('turns', () => {
  it('are taken one after another in a queue, and at once by what somebody looks at', async () => {
    const first = begin(asking(1), about('first'));
    const second = begin(asking(1), about('second'));
    const looked = begin(asking(1), about('looked at', { turn: 'now' }));
    vi.advanceTimersByTime(SECOND);
    await settle();
    expect(states()).toEqual(['looked at running', 'second waiting', 'first running']);
    expect(engine.asked).toBe(2);
    await engine.answer();
    await first.result;
    await settle();
    expect(states()).toEqual(['looked at running', 'second running', 'first done']);
    await engine.answer();
    await engine.answer();
    await Promise.all([second.result, looked.result]);
    expect(states()).toEqual(['looked at done', 'second done', 'first done']);
  });

  it('pass on when a job fails', async () => {
    const first = begin(asking(2), about('first'));
    begin(asking(1), about('second'));
    await settle();
    engine.failure = new Error('no');
    await engine.answer();
    await expect(first.result).rejects.toThrow('no');
    expect(states()).toContain('first failed');
    expect(states()).not.toContain('second waiting');
  });
});

describe('cancelling', () => {
  it('ends one job and no other, before the engine has answered', async () => {
    const first = begin(asking(1), about('first', { turn: 'now' }));
    const second = begin(asking(1), about('second', { turn: 'now' }));
    vi.advanceTimersByTime(SECOND);
    await settle();
    jobs.cancel(first.entry);
    expect(states()).toEqual(['second running', 'first cancelled']);
    await engine.answer();
    await engine.answer();
    await expect(first.result).rejects.toBeInstanceOf(CancelledError);
    expect(await second.result).toBe('answered');
    expect(states()).toEqual(['second done', 'first cancelled']);
  });

  it('ends a job that waits, which then asks for nothing, and gives its place to the next', async () => {
    begin(asking(1), about('first'));
    const second = begin(asking(1), about('second'));
    jobs.cancel(second.entry);
    await expect(second.result).rejects.toBeInstanceOf(CancelledError);
    await settle();
    expect(engine.asked).toBe(1);
  });

  it('comes from whoever waits for the result, too', async () => {
    const panel = new AbortController();
    const { result } = begin(asking(1), about('a'), { signal: panel.signal });
    vi.advanceTimersByTime(SECOND);
    await settle();
    panel.abort();
    expect(states()).toEqual(['a cancelled']);
    await engine.answer();
    await expect(result).rejects.toBeInstanceOf(CancelledError);
    const late = begin(asking(1), about('b'), { signal: panel.signal });
    await expect(late.result).rejects.toBeInstanceOf(CancelledError);
  });

  it('does nothing to a job that has ended', async () => {
    const { entry, result } = begin(asking(1), about('a'));
    vi.advanceTimersByTime(SECOND);
    await settle();
    await engine.answer();
    await result;
    jobs.cancel(entry);
    jobs.pause(entry);
    jobs.resume(entry);
    expect(states()).toEqual(['a done']);
  });
});

describe('pausing', () => {
  it('holds a job behind what the engine works on, and lets it go on', async () => {
    const { entry, result } = begin(asking(2), about('a'));
    vi.advanceTimersByTime(SECOND);
    await settle();
    jobs.pause(entry);
    expect(states()).toEqual(['a paused']);
    await engine.answer();
    expect(engine.asked).toBe(0);
    jobs.resume(entry);
    await settle();
    expect(states()).toEqual(['a running']);
    expect(engine.asked).toBe(1);
    await engine.answer();
    expect(await result).toBe('answered');
  });

  it('lets the next job take its turn, and waits for its own again', async () => {
    const first = begin(asking(1), about('first'));
    const second = begin(asking(1), about('second'));
    vi.advanceTimersByTime(SECOND);
    jobs.pause(first.entry);
    await settle();
    expect(states()).toEqual(['second running', 'first paused']);
    jobs.resume(first.entry);
    expect(states()).toEqual(['second running', 'first waiting']);
    await engine.answer();
    await engine.answer();
    await second.result;
    expect(await first.result).toBe('answered');
  });

  it('does not keep a job from being cancelled', async () => {
    const { entry, result } = begin(asking(2), about('a'));
    jobs.pause(entry);
    jobs.cancel(entry);
    await expect(result).rejects.toBeInstanceOf(CancelledError);
  });

  it('is not for jobs that cannot be held', async () => {
    const { entry } = begin(asking(1), about('a', { canPause: false }));
    jobs.pause(entry);
    expect(entry.state).toBe('running');
  });
});

describe('a window that is closed', () => {
  it('is followed by one that says what was stopped, with what starts it again', async () => {
    const done = begin(asking(1), about('done', { turn: 'now' }));
    begin(asking(2), about('running'));
    begin(asking(2), about('waiting'));
    vi.advanceTimersByTime(SECOND);
    await settle();
    await engine.answer();
    await done.result;
    jobs.dispose();
    await settle();
    jobs = new Jobs(engine, NO_CHECKPOINTS, memory);
    expect(states()).toEqual(['waiting stopped', 'running stopped', 'done done']);
    expect(jobs.all[0]?.about.again).toEqual({ command: 'showLog', argument: {} });

    begin(asking(1), about('running'));
    vi.advanceTimersByTime(SECOND);
    expect(states()).toEqual(['running running', 'waiting stopped', 'done done']);
  });

  it('ends its jobs, so that they keep what they have done', async () => {
    const { result } = begin(asking(2), about('a'));
    await settle();
    jobs.dispose();
    await engine.answer();
    await expect(result).rejects.toBeInstanceOf(CancelledError);
  });
});
