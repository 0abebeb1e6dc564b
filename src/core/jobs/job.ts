/** What every long analysis is: one form of progress, partial result and cancel for command line, editor and tests. */

import type { Engine } from '../engine.js';
import { NO_CHECKPOINTS } from './checkpoints.js';
import type { CheckpointStore } from './checkpoints.js';

/** Things that a stage goes through one by one, in plain English. */
export type Unit = 'bytes' | 'layers' | 'maps' | 'photos' | 'positions' | 'weights';

export interface Count {
  readonly done: number;
  readonly of: number;
  readonly unit: Unit;
}

/** The parts of jobs, as people are told of them. */
export type Stage =
  | 'downloading'
  | 'unpacking'
  | 'opening'
  | 'graph'
  | 'weights'
  | 'filters'
  | 'photos'
  | 'colours'
  | 'predictions'
  | 'kernels'
  | 'feature maps'
  | 'projections'
  | 'occlusion'
  | 'ablations'
  | 'components'
  | 'neighbours'
  | 'map';

export interface Progress {
  readonly stage: Stage;
  /** How far the whole job is, 0 to 1. */
  readonly share: number;
  /** How far the stage is, where it can be counted. */
  readonly count?: Count | undefined;
}

/** What a job is given by whoever runs it. */
export interface JobContext<Part> {
  readonly engine: Engine;
  /** Ends the job, which then throws CancelledError. */
  readonly signal: AbortSignal;
  /** Tells what the job does now, and how far all of it is, 0 to 1. */
  report(stage: Stage, share: number, count?: Count): void;
  /** Gives a part of the result, or the result so far, as the job says. */
  partial(value: Part): void;
  /** Keeps what is done, so that a job that was killed goes on where it was. */
  readonly checkpoints: CheckpointStore;
}

/** An analysis that takes longer than a second. */
export interface Job<Part, Result> {
  /** Names what is computed and from what: jobs with equal keys have equal results. */
  readonly key: string;
  /** @throws UserError where the input is at fault, CancelledError after an abort */
  run(context: JobContext<Part>): Promise<Result>;
}

/** A context that listens to nothing and keeps nothing but what `listening` says. */
export function contextOf<Part>(
  engine: Engine,
  listening: Partial<Omit<JobContext<Part>, 'engine'>> = {},
): JobContext<Part> {
  return {
    engine,
    signal: new AbortController().signal,
    report: () => undefined,
    partial: () => undefined,
    checkpoints: NO_CHECKPOINTS,
    ...listening,
  };
}

/** The context of a part of a job that takes it from one share of the whole to another. */
export function partOf<Part = never>(
  { engine, signal, report, checkpoints }: JobContext<never>,
  from: number,
  to: number,
  partial: (value: Part) => void = () => undefined,
): JobContext<Part> {
  return {
    engine,
    signal,
    report: (stage, share, count) => {
      report(stage, from + (to - from) * share, count);
    },
    partial,
    checkpoints,
  };
}
