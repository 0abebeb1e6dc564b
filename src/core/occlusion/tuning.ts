/** What is measured once for a network and kept: whether windows pay, where whole tensors begin, how positions are batched. */

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import type { GroupingRates } from './groups.js';

export interface Tuning {
  /** The whole network at every position was faster. */
  readonly isSlower: boolean;
  /** Candidates of the source that run on windows. */
  readonly count: number;
  readonly rates: GroupingRates;
  /** Most positions whose windows are computed at once. */
  readonly windows: number;
}

export interface TuningStore {
  get(key: string): Tuning | undefined;
  set(key: string, tuning: Tuning): void;
}

/**
 * Names what a tuning holds for.
 * @param graph the encoded graph that is run, without its weights
 * @param setting everything else that times depend on, but for this machine's processor
 */
export function tuningKey(graph: Uint8Array, setting: readonly (string | number)[]): string {
  const machine = cpus().map(({ model }) => model);
  return createHash('sha256')
    .update(graph)
    .update(JSON.stringify([setting, machine]))
    .digest('hex');
}

/** Keeps tunings as small files in `folder`, which is made when it is first written to. */
export function tuningFolder(folder: string): TuningStore {
  const fileOf = (key: string): string => join(folder, `${key}.json`);
  return {
    get(key) {
      try {
        const found: unknown = JSON.parse(readFileSync(fileOf(key), 'utf8'));
        return isTuning(found) ? found : undefined;
      } catch {
        // Not there yet, or damaged: it is measured again.
        return undefined;
      }
    },
    set(key, tuning) {
      try {
        mkdirSync(folder, { recursive: true });
        const part = `${fileOf(key)}.${process.pid}`;
        writeFileSync(part, JSON.stringify(tuning));
        renameSync(part, fileOf(key));
      } catch {
        // A folder that cannot be written to costs another measurement, no more.
      }
    },
  };
}

function isTuning(value: unknown): value is Tuning {
  const { isSlower, count, windows, rates } = (value ?? {}) as Partial<Tuning>;
  const isNatural = (each: unknown): boolean => Number.isInteger(each) && Number(each) >= 0;
  return (
    typeof isSlower === 'boolean' &&
    isNatural(count) &&
    isNatural(windows) &&
    Number(windows) > 0 &&
    [rates?.perElement, rates?.perGroup].every((each) => typeof each === 'number' && each >= 0)
  );
}
