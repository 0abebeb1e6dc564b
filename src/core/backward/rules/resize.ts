import { intsAttribute, stringAttribute } from '../../onnx/attributes.js';
import { knownInput, wrapAxis } from '../axes.js';
import { ASYMMETRIC, modeOf, resamplingOf, undoResize, unsupported } from '../interpolation.js';
import { toFirstInput } from '../signals.js';
import type { BackwardContext, OperatorRule } from '../rule.js';

/** Scales by axis, from input 2, undefined where the sizes (input 3) are given instead. */
function scalesOf(c: BackwardContext): readonly number[] | undefined {
  if (c.hasInput(3)) {
    const policy = stringAttribute(c.node, 'keep_aspect_ratio_policy') ?? 'stretch';
    if (policy !== 'stretch') {
      throw unsupported(c, `keep_aspect_ratio_policy '${policy}'`);
    }
    return undefined;
  }
  const scales = knownInput(c, 2);
  const shape = c.inputShape(0);
  const axes = (intsAttribute(c.node, 'axes') ?? [...shape.keys()]).map((axis) =>
    wrapAxis(axis, shape.length),
  );
  return shape.map((_, axis) => scales[axes.indexOf(axis)] ?? 1);
}

const resize = { kind: 'shared', opType: 'Resize', domain: '', saves: {} } as const;

/** Resize (nearest, linear): each output element's signal returns to the elements it was computed from. */
export const rules: readonly OperatorRule[] = [
  {
    ...resize,
    opsets: { min: 10, max: 10 },
    backward: (c) =>
      toFirstInput(c, (signal) =>
        undoResize(c, signal, knownInput(c, 1), { ...ASYMMETRIC, mode: modeOf(c) }),
      ),
  },
  {
    ...resize,
    opsets: { min: 11 },
    backward: (c) => toFirstInput(c, (signal) => undoResize(c, signal, scalesOf(c), resamplingOf(c))),
  },
];
