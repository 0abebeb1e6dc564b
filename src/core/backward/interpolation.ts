/** The adjoint of resizing along one axis. */

import { UserError } from '../errors.js';
import { int, intAttribute, stringAttribute } from '../onnx/attributes.js';
import { indexAdd } from './indexAdd.js';
import type { Shaped } from './indexAdd.js';
import type { BackwardContext, ValueName } from './rule.js';

/** How an axis is resized: ONNX Resize's attributes. */
export interface Resampling {
  readonly mode: 'nearest' | 'linear';
  /** Source coordinate of output position `p`. */
  coordinate(p: number, axis: ResizedAxis): number;
  /** For `nearest`: the source position of a coordinate. */
  round(coordinate: number, scale: number): number;
}

/** Sizes before and after, and the scale that the model names (not always their quotient). */
interface ResizedAxis {
  readonly from: number;
  readonly to: number;
  readonly scale: number;
}

const single = Math.fround;

/** ONNX Resize's coordinate_transformation_mode, in single precision as onnxruntime computes it. */
const COORDINATES: Readonly<Record<string, Resampling['coordinate']>> = {
  asymmetric: (p, { scale }) => single(p / scale),
  half_pixel: halfPixel,
  pytorch_half_pixel: (p, axis) => (axis.to > 1 ? halfPixel(p, axis) : 0),
  half_pixel_symmetric: (p, axis) => {
    const adjustment = single(axis.to / single(axis.scale * axis.from));
    return single((axis.from / 2) * (1 - adjustment) + halfPixel(p, axis));
  },
  align_corners: (p, { from, to }) => (to === 1 ? 0 : single((p * (from - 1)) / (to - 1))),
  tf_half_pixel_for_nn: (p, { scale }) => single((p + 0.5) / scale),
};

function halfPixel(p: number, { scale }: ResizedAxis): number {
  return single(single((p + 0.5) / scale) - 0.5);
}

/** ONNX Resize's nearest_mode. */
const ROUNDINGS: Readonly<Record<string, Resampling['round']>> = {
  round_prefer_floor: (x) => Math.ceil(x - 0.5),
  round_prefer_ceil: (x) => Math.floor(x + 0.5),
  floor: (x) => Math.floor(x),
  ceil: (x) => Math.ceil(x),
};

/**
 * Upsample and Resize of opset 10, which have no attribute for it: asymmetric coordinates, rounded down when
 * enlarging and up when reducing, as onnxruntime does.
 */
export const ASYMMETRIC: Omit<Resampling, 'mode'> = {
  coordinate: (p, { scale }) => single(p / scale),
  round: (x, scale) => (scale < 1 ? Math.ceil(x) : Math.floor(x)),
};

/** @throws UserError for modes without a rule: cubic, cropping, antialiasing */
export function modeOf(c: BackwardContext): Resampling['mode'] {
  const mode = stringAttribute(c.node, 'mode') ?? 'nearest';
  if (mode !== 'nearest' && mode !== 'linear' && mode !== 'bilinear') {
    throw unsupported(c, `mode '${mode}'`);
  }
  if (intAttribute(c.node, 'antialias') === 1) {
    throw unsupported(c, 'antialiasing');
  }
  return mode === 'nearest' ? mode : 'linear';
}

/** The resampling that a Resize node of opset 11 or later asks for. */
export function resamplingOf(c: BackwardContext): Resampling {
  const transformation = stringAttribute(c.node, 'coordinate_transformation_mode') ?? 'half_pixel';
  const coordinate = COORDINATES[transformation];
  if (coordinate === undefined) {
    throw unsupported(c, `coordinate_transformation_mode '${transformation}'`);
  }
  const rounding = stringAttribute(c.node, 'nearest_mode') ?? 'round_prefer_floor';
  const round = ROUNDINGS[rounding];
  if (round === undefined) {
    throw unsupported(c, `nearest_mode '${rounding}'`);
  }
  return { mode: modeOf(c), coordinate, round };
}

export function unsupported(c: BackwardContext, what: string): UserError {
  return new UserError(
    `node '${c.node.name}' (${c.node.opType}): ${what} cannot be projected; choose a layer before this node`,
  );
}

/** Returns the signal along one axis to the positions that each output element was computed from. */
function undoResampling(
  c: BackwardContext,
  signal: Shaped,
  axis: number,
  resized: ResizedAxis,
  { mode, coordinate, round }: Resampling,
): Shaped {
  const last = resized.from - 1;
  const clamp = (position: number): number => Math.min(Math.max(position, 0), last);
  const coordinates = Array.from({ length: resized.to }, (_, p) => coordinate(p, resized));
  if (mode === 'nearest') {
    const positions = coordinates.map((x) => clamp(round(x, resized.scale)));
    return indexAdd(c, signal, axis, positions, resized.from);
  }
  const clamped = coordinates.map(clamp);
  const left = clamped.map(Math.floor);
  const right = left.map((position) => clamp(position + 1));
  const fractions = clamped.map((x) => x - Math.floor(x));

  const line = signal.shape.map((_, i) => (i === axis ? resized.to : 1));
  const toRight = c.emit('Mul', [signal.value, c.float(fractions, line)]);
  const toLeft = c.emit('Sub', [signal.value, toRight]);
  const both = c.emit('Concat', [toLeft, toRight], { axis: int(axis) });
  const shape = signal.shape.with(axis, 2 * resized.to);
  return indexAdd(c, { value: both, shape }, axis, [...left, ...right], resized.from);
}

/** Undoes a resize of all axes; `scales` is undefined where the sizes decide. */
export function undoResize(
  c: BackwardContext,
  signal: ValueName,
  scales: readonly number[] | undefined,
  resampling: Resampling,
): ValueName {
  let shaped: Shaped = { value: signal, shape: c.outputShape() };
  for (const [axis, from] of c.inputShape(0).entries()) {
    const to = c.outputShape()[axis] ?? 1;
    const scale = single(scales?.[axis] ?? to / from);
    if (scale !== 1) {
      shaped = undoResampling(c, shaped, axis, { from, to, scale }, resampling);
    }
  }
  return shaped.value;
}
