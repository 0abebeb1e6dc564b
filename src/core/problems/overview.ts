/** What there is to say of a network before its weights are read: its table, its costs, and what looks wrong. */

import { describing } from '../analysis/weights/architecture.js';
import type { Architecture } from '../analysis/weights/architecture.js';
import type { Network } from '../network/network.js';
import { atOnce } from '../steps.js';
import type { Steps } from '../steps.js';
import { findingProblems } from './problems.js';
import type { Problem } from './problems.js';

export interface Overview extends Architecture {
  readonly problems: readonly Problem[];
}

export function overview(network: Network): Overview {
  return atOnce(overviewing(network));
}

/** The same in steps. */
export function* overviewing(network: Network): Steps<Overview> {
  return { ...(yield* describing(network)), problems: yield* findingProblems(network) };
}
