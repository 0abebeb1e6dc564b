import { extremumRule } from '../extremum.js';

/** Min: the signal goes to the smallest input. */
export const rule = extremumRule('Min');
