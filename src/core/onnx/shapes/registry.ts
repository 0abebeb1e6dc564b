/** Which function infers which operator. A new operator goes into the table of its family. */

import { CONTROL_FLOW } from './control.js';
import { CONVOLUTIONS, FUSED_CONVOLUTIONS } from './convolution.js';
import { ELEMENTWISE, FUSED_ELEMENTWISE } from './elementwise.js';
import { GENERATORS } from './generation.js';
import { INDEXINGS, QUANTISED_INDEXING } from './indexing.js';
import type { Inference, InferenceTable } from './inference.js';
import { FUSED_MATRIX_PRODUCTS, MATRIX_PRODUCTS } from './matrix.js';
import { FUSED_NORMALIZATIONS, NORMALIZATIONS } from './normalization.js';
import { POOLS, QUANTISED_POOLS } from './pooling.js';
import { MICROSOFT_QUANTIZATIONS, QUANTIZATIONS } from './quantization.js';
import { RECURRENCES } from './recurrence.js';
import { REDUCTIONS } from './reduction.js';
import { RESAMPLINGS } from './resize.js';
import { RESHAPINGS } from './reshaping.js';

/** The families of each domain; no operator is in two of a domain. */
export const FAMILIES: ReadonlyMap<string, readonly InferenceTable[]> = new Map([
  [
    '',
    [
      CONTROL_FLOW,
      CONVOLUTIONS,
      ELEMENTWISE,
      GENERATORS,
      INDEXINGS,
      MATRIX_PRODUCTS,
      NORMALIZATIONS,
      POOLS,
      QUANTIZATIONS,
      RECURRENCES,
      REDUCTIONS,
      RESAMPLINGS,
      RESHAPINGS,
    ],
  ],
  [
    'com.microsoft',
    [
      FUSED_CONVOLUTIONS,
      FUSED_ELEMENTWISE,
      FUSED_MATRIX_PRODUCTS,
      FUSED_NORMALIZATIONS,
      MICROSOFT_QUANTIZATIONS,
      QUANTISED_INDEXING,
      QUANTISED_POOLS,
    ],
  ],
]);

const BY_DOMAIN: ReadonlyMap<string, ReadonlyMap<string, Inference>> = new Map(
  [...FAMILIES].map(([domain, tables]) => [domain, new Map(tables.flatMap(Object.entries))]),
);

/** The inference of an operator, undefined for one that is not known. */
export function inferenceFor(domain: string, opType: string): Inference | undefined {
  return BY_DOMAIN.get(domain)?.get(opType);
}
