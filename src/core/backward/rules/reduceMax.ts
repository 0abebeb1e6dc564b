import { reducedExtremumRule } from '../extremum.js';

/** ReduceMax: the signal goes to the largest elements. */
export const rule = reducedExtremumRule('ReduceMax');
