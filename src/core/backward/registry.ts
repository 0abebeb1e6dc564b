/** Every backward rule, found by domain, operator and opset. One import for each file in rules/. */

import type { Node } from '../onnx/model.js';
import type { OperatorRule } from './rule.js';
import { rule as abs } from './rules/abs.js';
import { rule as add } from './rules/add.js';
import { rule as averagePool } from './rules/averagePool.js';
import { rule as batchNormalization } from './rules/batchNormalization.js';
import { rule as cast } from './rules/cast.js';
import { rule as celu } from './rules/celu.js';
import { rule as clip } from './rules/clip.js';
import { rule as concat } from './rules/concat.js';
import { rule as conv } from './rules/conv.js';
import { rule as convTranspose } from './rules/convTranspose.js';
import { rule as depthToSpace } from './rules/depthToSpace.js';
import { rule as div } from './rules/div.js';
import { rule as dropout } from './rules/dropout.js';
import { rule as elu } from './rules/elu.js';
import { rule as erf } from './rules/erf.js';
import { rule as exp } from './rules/exp.js';
import { rule as expand } from './rules/expand.js';
import { rule as flatten } from './rules/flatten.js';
import { rule as gather } from './rules/gather.js';
import { rules as geluRules } from './rules/gelu.js';
import { rule as gemm } from './rules/gemm.js';
import { rule as globalAveragePool } from './rules/globalAveragePool.js';
import { rule as globalMaxPool } from './rules/globalMaxPool.js';
import { rule as groupNormalization } from './rules/groupNormalization.js';
import { rule as hardSigmoid } from './rules/hardSigmoid.js';
import { rule as hardSwish } from './rules/hardSwish.js';
import { rule as identity } from './rules/identity.js';
import { rule as instanceNormalization } from './rules/instanceNormalization.js';
import { rule as layerNormalization } from './rules/layerNormalization.js';
import { rule as leakyRelu } from './rules/leakyRelu.js';
import { rule as log } from './rules/log.js';
import { rule as logSoftmax } from './rules/logSoftmax.js';
import { rule as lrn } from './rules/lrn.js';
import { rule as matMul } from './rules/matMul.js';
import { rule as max } from './rules/max.js';
import { rule as maxPool } from './rules/maxPool.js';
import { rule as min } from './rules/min.js';
import { rule as mish } from './rules/mish.js';
import { rule as mul } from './rules/mul.js';
import { rule as neg } from './rules/neg.js';
import { rule as pad } from './rules/pad.js';
import { rule as pow } from './rules/pow.js';
import { rule as pRelu } from './rules/pRelu.js';
import { rule as quickGelu } from './rules/quickGelu.js';
import { rule as reciprocal } from './rules/reciprocal.js';
import { rule as reduceL2 } from './rules/reduceL2.js';
import { rule as reduceMax } from './rules/reduceMax.js';
import { rule as reduceMean } from './rules/reduceMean.js';
import { rule as reduceMin } from './rules/reduceMin.js';
import { rule as reduceSum } from './rules/reduceSum.js';
import { rule as reduceSumSquare } from './rules/reduceSumSquare.js';
import { rule as relu } from './rules/relu.js';
import { rule as reshape } from './rules/reshape.js';
import { rules as resizeRules } from './rules/resize.js';
import { rule as selu } from './rules/selu.js';
import { rule as sigmoid } from './rules/sigmoid.js';
import { rule as slice } from './rules/slice.js';
import { rule as softmax } from './rules/softmax.js';
import { rule as softplus } from './rules/softplus.js';
import { rule as softsign } from './rules/softsign.js';
import { rule as spaceToDepth } from './rules/spaceToDepth.js';
import { rule as split } from './rules/split.js';
import { rule as sqrt } from './rules/sqrt.js';
import { rule as squeeze } from './rules/squeeze.js';
import { rule as sub } from './rules/sub.js';
import { rule as sum } from './rules/sum.js';
import { rule as swish } from './rules/swish.js';
import { rule as tanh } from './rules/tanh.js';
import { rule as thresholdedRelu } from './rules/thresholdedRelu.js';
import { rule as transpose } from './rules/transpose.js';
import { rule as unsqueeze } from './rules/unsqueeze.js';
import { rule as upsample } from './rules/upsample.js';
import { rule as where } from './rules/where.js';

/** All rules, in alphabetical order of their files. */
export const RULES: readonly OperatorRule[] = [
  abs,
  add,
  averagePool,
  batchNormalization,
  cast,
  celu,
  clip,
  concat,
  conv,
  convTranspose,
  depthToSpace,
  div,
  dropout,
  elu,
  erf,
  exp,
  expand,
  flatten,
  gather,
  ...geluRules,
  gemm,
  globalAveragePool,
  globalMaxPool,
  groupNormalization,
  hardSigmoid,
  hardSwish,
  identity,
  instanceNormalization,
  layerNormalization,
  leakyRelu,
  log,
  logSoftmax,
  lrn,
  matMul,
  max,
  maxPool,
  min,
  mish,
  mul,
  neg,
  pad,
  pow,
  pRelu,
  quickGelu,
  reciprocal,
  reduceL2,
  reduceMax,
  reduceMean,
  reduceMin,
  reduceSum,
  reduceSumSquare,
  relu,
  reshape,
  ...resizeRules,
  selu,
  sigmoid,
  slice,
  softmax,
  softplus,
  softsign,
  spaceToDepth,
  split,
  sqrt,
  squeeze,
  sub,
  sum,
  swish,
  tanh,
  thresholdedRelu,
  transpose,
  unsqueeze,
  upsample,
  where,
];

const byOperator = new Map<string, OperatorRule[]>();
for (const rule of RULES) {
  const key = keyOf(rule.domain, rule.opType);
  const same = byOperator.get(key) ?? [];
  const clash = same.find((other) => overlap(other, rule));
  if (clash !== undefined) {
    throw new Error(`two backward rules for ${key} hold for the same opset`);
  }
  byOperator.set(key, [...same, rule]);
}

/**
 * The rule of a node, undefined where there is none. A composite (primitive nodes recognised as one operator)
 * is described as the newest version of its operator, whatever the model's opset.
 */
export function ruleFor(node: Node, opset: number): OperatorRule | undefined {
  const rules = byOperator.get(keyOf(node.domain, node.opType)) ?? [];
  return node.body === undefined
    ? rules.find(({ opsets }) => opset >= opsets.min && opset <= (opsets.max ?? Infinity))
    : rules.find(({ opsets }) => opsets.max === undefined);
}

/** Opset that a model imports for a node's domain; 1 where it names none. */
export function opsetOf(node: Node, opsets: ReadonlyMap<string, number>): number {
  return opsets.get(node.domain) ?? 1;
}

function keyOf(domain: string, opType: string): string {
  return domain === '' ? opType : `${domain}.${opType}`;
}

function overlap(a: OperatorRule, b: OperatorRule): boolean {
  return a.opsets.min <= (b.opsets.max ?? Infinity) && b.opsets.min <= (a.opsets.max ?? Infinity);
}
