/** How fast a job is and how long it will take, told from what it reports. */

import type { Progress } from './job.js';

export interface Pace {
  /** Things of the stage a second; undefined before there are two reports of it. */
  readonly rate: number | undefined;
  /** Seconds until the whole job is done; undefined before it can be told. */
  readonly remaining: number | undefined;
}

/** What is older says little about how it goes now. */
const WINDOW_MS = 15_000;
/** Sooner nothing can be told: the first reports of a job come all at once. */
const FEWEST_MS = 500;

interface Sample extends Progress {
  readonly time: number;
}

/** Listens to one job. */
export class Pacer {
  private samples: Sample[] = [];

  /** @param time in milliseconds, of any clock that only goes forward */
  add(progress: Progress, time = performance.now()): void {
    this.samples = [
      ...this.samples.filter((sample) => time - sample.time <= WINDOW_MS),
      { ...progress, time },
    ];
  }

  /** Forgets what was reported: the job stood still. */
  restart(): void {
    this.samples = [];
  }

  get pace(): Pace {
    const last = this.samples.at(-1);
    const [first] = this.samples;
    if (last === undefined || first === undefined) {
      return { rate: undefined, remaining: undefined };
    }
    const gained = last.share - first.share;
    const took = last.time - first.time;
    const remaining =
      took >= FEWEST_MS && gained > 0 ? (((1 - last.share) / gained) * took) / 1000 : undefined;
    return { rate: this.rateOf(last), remaining };
  }

  private rateOf({ stage, count, time }: Sample): number | undefined {
    const begun = this.samples.find((sample) => sample.stage === stage && sample.count !== undefined);
    const took = time - (begun?.time ?? time);
    return count === undefined || begun?.count === undefined || took < FEWEST_MS
      ? undefined
      : ((count.done - begun.count.done) / took) * 1000;
  }
}
