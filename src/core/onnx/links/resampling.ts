/** Links of resampling: Resize and Upsample. */

import { floatsAttribute, intAttribute, stringAttribute } from '../attributes.js';
import type { Node } from '../model.js';
import { shifted, unknown } from './link.js';
import type { AxisLink, Linking, LinkingTable } from './link.js';

/** Keeps a position that lies exactly on an element from reading the next one, whose weight is zero. */
const NUDGE = 1e-6;

const resize: Linking = (place) => {
  const { node, input, from, to, shapes } = place;
  if (input !== 0) {
    return unknown(place);
  }
  // Until opset 10 the scales were the second input, and positions were rounded down.
  const isOld = node.inputs.length < 3;
  const scales = floatsAttribute(node, 'scales') ?? shapes.valuesOf(node.inputs[isOld ? 1 : 2] ?? '');
  const coordinates = isOld
    ? 'asymmetric'
    : (stringAttribute(node, 'coordinate_transformation_mode') ?? 'half_pixel');
  return from.map((size, axis) => {
    const length = to[axis] ?? size;
    if (length === size) {
      return shifted(axis);
    }
    const scale = scales?.length === from.length ? (scales[axis] ?? 1) : length / size;
    return resampled(node, axis, scale, coordinates, size, length);
  });
};

function resampled(
  node: Node,
  axis: number,
  scale: number,
  coordinates: string,
  size: number,
  length: number,
): AxisLink {
  // The position that output i samples is (i + shift) / divisor.
  let [shift, divisor] = [0, scale];
  switch (coordinates) {
    case 'asymmetric':
      break;
    case 'align_corners':
      divisor = length > 1 ? (length - 1) / (size - 1) : Infinity;
      break;
    case 'half_pixel':
    case 'half_pixel_symmetric':
    case 'pytorch_half_pixel':
      shift = 0.5 - 0.5 * scale;
      break;
    default:
      return 'unknown';
  }
  if (!(divisor > 0) || !Number.isFinite(divisor)) {
    return 'unknown';
  }
  const [before, after] = neighbours(node, scale);
  return { axis, step: 1, first: shift + before * divisor, last: shift + after * divisor, divisor };
}

/** Offsets from the sampled position to the first and the last element that is read, rounded down after. */
function neighbours(node: Node, scale: number): readonly [number, number] {
  const wider = intAttribute(node, 'antialias') === 1 && scale < 1 ? 1 / scale : 1;
  switch (stringAttribute(node, 'mode') ?? 'nearest') {
    case 'nearest':
      switch (node.inputs.length < 3 ? 'floor' : stringAttribute(node, 'nearest_mode')) {
        case 'floor':
          return [NUDGE, NUDGE];
        case 'ceil':
          return [1 - NUDGE, 1 - NUDGE];
        case 'round_prefer_ceil':
          return [0.5 + NUDGE, 0.5 + NUDGE];
        default:
          return [0.5 - NUDGE, 0.5 - NUDGE];
      }
    case 'cubic':
      return [1 - 2 * wider + NUDGE, 2 * wider - NUDGE];
    default:
      return [1 - wider + NUDGE, wider - NUDGE];
  }
}

export const RESAMPLING: LinkingTable = { Resize: resize, Upsample: resize };
