/** What there is to say of a network before its weights are read: its table, its costs, and what looks wrong. */

import { architectureSteps } from '../analysis/weights/architecture.js';
import type { Architecture } from '../analysis/weights/architecture.js';
import type { Network } from '../network/network.js';
import { atOnce } from '../steps.js';
import type { Steps } from '../steps.js';
import { problemsSteps } from './problems.js';
import type { Problem } from './problems.js';

export interface Overview extends Architecture {
  readonly problems: readonly Problem[];
}

export function overview(network: Network): Overview {
  return atOnce(overviewSteps(network));
}

/** The same in steps. */
export function* overviewSteps(network: Network): Steps<Overview> {
  return { ...(yield* architectureSteps(network)), problems: yield* problemsSteps(network) };
}
