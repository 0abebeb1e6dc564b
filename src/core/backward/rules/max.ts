import { extremumRule } from '../extremum.js';

/** Max: the signal goes to the largest input. */
export const rule = extremumRule('Max');
