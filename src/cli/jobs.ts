/** Running jobs with one line that tells how far they are. */

import type { Count, Job, Progress } from '../core/jobs/job.js';
import { checkpointFolder } from '../core/jobs/checkpoints.js';
import { Pacer } from '../core/jobs/pace.js';
import type { Pace } from '../core/jobs/pace.js';
import { cacheFolder } from './cache.js';
import type { Opened } from './opened.js';

/**
 * Runs a job; where stderr is a terminal, a line there tells how far it is until it ends.
 * @param partial is given the partial results
 */
export async function runJob<Part, Result>(
  job: Job<Part, Result>,
  { engine, signal }: Pick<Opened, 'engine' | 'signal'>,
  partial: (part: Part) => void = () => undefined,
): Promise<Result> {
  const line = new ProgressLine(process.stderr);
  try {
    return await job.run({
      engine,
      signal,
      report: (stage, share, count) => {
        line.show({ stage, share, count });
      },
      partial,
      checkpoints: checkpointFolder(cacheFolder('jobs')),
    });
  } finally {
    line.clear();
  }
}

/** A terminal, or a file. */
export type Output = Pick<NodeJS.WriteStream, 'write' | 'isTTY' | 'columns'>;

/** More often nobody reads it. */
const REDRAW_MS = 100;
const WIDTH = 80;

/** One line that is written over and over; nothing where the output is no terminal. */
export class ProgressLine {
  private readonly pacer = new Pacer();
  private drawn = -Infinity;

  constructor(private readonly output: Output) {}

  /** @param time in milliseconds, of any clock that only goes forward */
  show(progress: Progress, time = performance.now()): void {
    this.pacer.add(progress, time);
    if (this.output.isTTY && time - this.drawn >= REDRAW_MS) {
      this.drawn = time;
      const width = (this.output.columns || WIDTH) - 1;
      this.output.write(`\r\u001b[K${progressText(progress, this.pacer.pace).slice(0, width)}`);
    }
  }

  /** Leaves an empty line for what is written next. */
  clear(): void {
    if (this.drawn > -Infinity) {
      this.output.write('\r\u001b[K');
      this.drawn = -Infinity;
    }
  }
}

/** `occlusion 43 %, 270 of 625 positions, 51 positions/s, 7 s left`. */
export function progressText({ stage, share, count }: Progress, { rate, remaining }: Pace): string {
  return [
    `${stage} ${Math.floor(share * 100)} %`,
    ...(count === undefined ? [] : [countText(count)]),
    ...(count === undefined || rate === undefined ? [] : [rateText(rate, count)]),
    ...(remaining === undefined ? [] : [`${timeText(remaining)} left`]),
  ].join(', ');
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0);

function countText({ done, of, unit }: Count): string {
  return unit === 'bytes' ? `${megabytes(done)} of ${megabytes(of)} MB` : `${done} of ${of} ${unit}`;
}

function rateText(rate: number, { unit }: Count): string {
  return unit === 'bytes'
    ? `${megabytes(rate)} MB/s`
    : `${rate < 10 ? rate.toFixed(1) : rate.toFixed(0)} ${unit}/s`;
}

function timeText(seconds: number): string {
  const whole = Math.ceil(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0
    ? `${hours} h ${minutes} min`
    : minutes > 0
      ? `${minutes} min ${whole % 60} s`
      : `${whole} s`;
}
