/** What people are told of a job, as plain data: it outlives the VS Code window. */

import type { PanelName } from '../../protocol/panels/registry.js';
import type { CommandName } from '../commandNames.js';

/** Where a job's result is shown. */
export type Place =
  | { readonly kind: 'panel'; readonly panel: PanelName; readonly model: string; readonly layer?: string }
  | { readonly kind: 'file'; readonly uri: string }
  | { readonly kind: 'problems' }
  | { readonly kind: 'photos' }
  | { readonly kind: 'log' };

export interface JobAbout {
  /** A job takes the place of those that have ended and have an equal subject. */
  readonly subject: string;
  /** What it does. */
  readonly title: string;
  /** With what. */
  readonly detail: string;
  /** Where it belongs, and where its result is once it is done, if that is another place. */
  readonly place: Place;
  readonly result?: Place;
  /** The command that starts it again. */
  readonly again: { readonly command: CommandName; readonly argument: Readonly<Record<string, unknown>> };
  /** `now` where somebody looks at it while it runs; others run one after another. */
  readonly turn: 'now' | 'queued';
  /** Jobs that do not work in the engine cannot be held. */
  readonly canPause: boolean;
}

/** `stopped` is what ended with the VS Code window, `cancelled` what somebody has. */
export type JobState = 'waiting' | 'running' | 'paused' | 'done' | 'failed' | 'cancelled' | 'stopped';

const ENDED: readonly JobState[] = ['done', 'failed', 'cancelled', 'stopped'];
const WITHOUT_RESULT: readonly JobState[] = ['failed', 'cancelled', 'stopped'];

/** What decides what can be done with a job. */
export interface JobStatus {
  readonly about: JobAbout;
  readonly state: JobState;
}

export const isEnded = ({ state }: JobStatus): boolean => ENDED.includes(state);

export const isPaused = ({ state }: JobStatus): boolean => state === 'paused';

export const canPause = ({ state, about }: JobStatus): boolean =>
  about.canPause && (state === 'running' || state === 'waiting');

export const canStartAgain = ({ state }: JobStatus): boolean => WITHOUT_RESULT.includes(state);
