/** Control flow. Loops are left unknown: their bodies may change shapes with every turn. */

import { graphAttribute } from '../attributes.js';
import { numbersOf } from './inference.js';
import type { Fact, Inference, InferenceTable } from './inference.js';

/** What holds whichever of two facts is true. */
function common(a: Fact, b: Fact): Fact {
  const dtype = a.dtype === b.dtype ? a.dtype : undefined;
  const shape =
    a.shape !== undefined && a.shape.length === b.shape?.length
      ? a.shape.map((size, axis) => (size === b.shape?.[axis] ? size : undefined))
      : undefined;
  return { dtype, shape };
}

const conditional: Inference = (c) => {
  const branches = ['then_branch', 'else_branch'].map((name) => graphAttribute(c.node, name));
  const [condition] = numbersOf(c.input(0)) ?? [];
  const taken = condition === undefined ? branches : [branches[condition === 0 ? 1 : 0]];
  const facts = taken.map((branch) => branch && c.subgraph(branch));
  const [first, second] = facts;
  if (first === undefined || facts.includes(undefined)) {
    return [];
  }
  return second === undefined ? first : first.map((fact, index) => common(fact, second[index] ?? {}));
};

export const CONTROL_FLOW: InferenceTable = { If: conditional };
