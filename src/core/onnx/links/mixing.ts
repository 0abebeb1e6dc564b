/** Links of operators that keep positions apart, and of those that mix them: normalisations, reductions, products. */

import { intAttribute } from '../attributes.js';
import { ELEMENTWISE, FUSED_ELEMENTWISE } from '../shapes/elementwise.js';
import { REDUCTIONS } from '../shapes/reduction.js';
import { integers, shifted, spread, unknown, wrapped } from './link.js';
import type { Linking, LinkingTable } from './link.js';

/** Broadcast from the right; an input of size 1 is read for every output element. */
const elementwise: Linking = ({ from, to }) =>
  from.map((size, axis) => {
    const target = axis + to.length - from.length;
    return size === 1 && to[target] !== 1 ? 'all' : shifted(target);
  });

/** Every position for itself, all maps together. */
const perPosition: Linking = ({ input, from }) =>
  from.map((_, axis) => (input > 0 || axis === 1 ? 'all' : shifted(axis)));

/** Every position sees every other. */
const acrossSpace: Linking = ({ input, from }) => from.map((_, axis) => (input === 0 ? spread(axis) : 'all'));

/** The positions are gone. */
const pooledSpace: Linking = ({ from }) => from.map((_, axis) => (axis < 2 ? shifted(axis) : 'all'));

/** The default axis differs between opsets; none is given where there is but one axis beside the batch. */
const overAxis: Linking = ({ node, from }) => {
  const axis = intAttribute(node, 'axis');
  return from.map((_, position) =>
    position === 0 || (axis !== undefined && position !== wrapped(axis, from))
      ? shifted(position)
      : spread(position),
  );
};

const layerNormalization: Linking = ({ node, input, from }) => {
  const axis = wrapped(intAttribute(node, 'axis') ?? -1, from);
  return from.map((_, position) =>
    input > 0 ? 'all' : position < axis ? shifted(position) : spread(position),
  );
};

const reduction: Linking = (place) => {
  const { node, from, to } = place;
  const given = integers(place, 'axes', 1, []);
  if (given === undefined) {
    return unknown(place);
  }
  const isAll = given.length === 0 && intAttribute(node, 'noop_with_empty_axes') !== 1;
  const reduced = new Set(isAll ? from.keys() : given.map((axis) => wrapped(axis, from)));
  let next = 0;
  return from.map((_, axis) => {
    const target = reduced.has(axis) && to.length < from.length ? next : next++;
    return reduced.has(axis) ? 'all' : shifted(target);
  });
};

/** [.., rows, inner] x [.., inner, columns]; a product with a vector is left unknown. */
const matMul: Linking = (place) => {
  const { input, from, to } = place;
  if (from.length < 2 || to.length < from.length) {
    return unknown(place);
  }
  return from.map((size, axis) => {
    const fromEnd = from.length - axis;
    const isContracted = fromEnd === (input === 0 ? 1 : 2);
    const target = to.length - fromEnd;
    return isContracted || (size === 1 && to[target] !== 1) ? 'all' : shifted(target);
  });
};

const gemm: Linking = ({ node, input, from }) => {
  const isTransposed = intAttribute(node, input === 0 ? 'transA' : 'transB') === 1;
  // Rows of the first matrix and columns of the second are kept.
  const kept = (input === 0) === isTransposed ? 1 : 0;
  return from.map((_, axis) => (input < 2 && axis === kept ? shifted(input) : 'all'));
};

/** The same linking for several operators. */
function forAll(opTypes: readonly string[], linking: Linking): LinkingTable {
  return Object.fromEntries(opTypes.map((opType) => [opType, linking]));
}

export const MIXING: LinkingTable = {
  ...forAll(Object.keys({ ...ELEMENTWISE, ...FUSED_ELEMENTWISE }), elementwise),
  ...forAll(['QuantizeLinear', 'DequantizeLinear', 'DynamicQuantizeLinear', 'Expand'], elementwise),
  ...forAll(['BatchNormalization', 'LRN'], perPosition),
  ...forAll(['GlobalAveragePool', 'GlobalMaxPool', 'GlobalLpPool'], pooledSpace),
  ...forAll(['Softmax', 'LogSoftmax', 'Hardmax'], overAxis),
  ...forAll(['LayerNormalization', 'RMSNormalization'], layerNormalization),
  ...forAll(
    ['InstanceNormalization', 'GroupNormalization', 'MeanVarianceNormalization', 'LpNormalization'],
    acrossSpace,
  ),
  ...forAll(
    Object.keys(REDUCTIONS).filter((opType) => opType.startsWith('Reduce')),
    reduction,
  ),
  MatMul: matMul,
  Gemm: gemm,
  FusedGemm: gemm,
};
