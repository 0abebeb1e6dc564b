import { reducedExtremumRule } from '../extremum.js';

/** ReduceMin: the signal goes to the smallest elements. */
export const rule = reducedExtremumRule('ReduceMin');
