/** Links of operators that move elements without computing: reshaping, slicing, padding, joining. */

import { intAttribute, intsAttribute, stringAttribute } from '../attributes.js';
import { integers, shifted, unknown, wrapped } from './link.js';
import type { AxisLink, Linking, LinkingTable, Reach } from './link.js';

const transpose: Linking = ({ node, from }) => {
  const order = intsAttribute(node, 'perm') ?? [...from.keys()].reverse();
  return from.map((_, axis) => shifted(order.indexOf(axis)));
};

const concat: Linking = ({ node, input, from, shapes }) => {
  const axis = wrapped(intAttribute(node, 'axis') ?? 1, from);
  const before = node.inputs.slice(0, input).map((name) => shapes.staticShapeOf(name)?.[axis] ?? 0);
  const offset = before.reduce((sum, size) => sum + size, 0);
  return from.map((_, position) => shifted(position, position === axis ? offset : 0));
};

const split: Linking = ({ node, output, from, shapes }) => {
  const axis = wrapped(intAttribute(node, 'axis') ?? 0, from);
  const before = node.outputs.slice(0, output).map((name) => shapes.staticShapeOf(name)?.[axis] ?? 0);
  const offset = before.reduce((sum, size) => sum + size, 0);
  return from.map((_, position) => shifted(position, position === axis ? -offset : 0));
};

const slice: Linking = (place) => {
  const { from } = place;
  const starts = integers(place, 'starts', 1);
  const axes = integers(place, 'axes', 3, starts && [...starts.keys()]);
  const steps = integers(place, 'steps', 4, []);
  if (starts === undefined || axes === undefined || steps === undefined) {
    return unknown(place);
  }
  const sliced = axes.map((axis) => wrapped(axis, from));
  return from.map((size, axis): Reach => {
    const entry = sliced.indexOf(axis);
    const [start, step] = entry < 0 ? [0, 1] : [starts[entry] ?? 0, steps[entry] ?? 1];
    const first = Math.min(Math.max(start < 0 ? start + size : start, 0), step < 0 ? size - 1 : size);
    return { axis, step, first, last: first, divisor: 1 };
  });
};

const pad: Linking = (place) => {
  const { node, from } = place;
  const pads = intsAttribute(node, 'paddings') ?? integers(place, 'pads', 1);
  const axes = integers(place, 'axes', 3, [...from.keys()]);
  const mode = stringAttribute(node, 'mode') ?? 'constant';
  if (pads === undefined || axes === undefined || !isBorder(mode)) {
    return unknown(place);
  }
  const padded = axes.map((axis) => wrapped(axis, from));
  return from.map((_, axis): Reach => {
    const offset = pads[padded.indexOf(axis)] ?? 0;
    return mode === 'constant' ? shifted(axis, offset) : { ...shifted(axis, offset), border: mode };
  });
};

function isBorder(mode: string): mode is 'constant' | 'edge' | 'reflect' {
  return mode === 'constant' || mode === 'edge' || mode === 'reflect';
}

/** Elements may be taken in any order, so all of the axis is assumed to be read. */
const gather: Linking = ({ node, input, from, to }) => {
  const axis = wrapped(intAttribute(node, 'axis') ?? 0, from);
  const added = to.length - from.length;
  return from.map((_, position) =>
    input > 0 || position === axis ? 'unknown' : shifted(position < axis ? position : position + added),
  );
};

/** Axes from `start` on, up to but without `end`. */
interface Block {
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

/**
 * Reshaping cuts both shapes into blocks of axes with the same number of elements: an axis that stays as it is,
 * one that is split ([h] into [h / r, r]), or several that are merged.
 */
const reshape: Linking = ({ from, to }) => {
  const links = from.map((): AxisLink => 'all');
  let [a, b] = [0, 0];
  while (a < from.length && b < to.length) {
    const [fromStart, toStart] = [a, b];
    let [left, right] = [from[a++] ?? 1, to[b++] ?? 1];
    while (left !== right && (left < right ? a < from.length : b < to.length)) {
      if (left < right) {
        left *= from[a++] ?? 1;
      } else {
        right *= to[b++] ?? 1;
      }
    }
    linkBlock(links, { shape: from, start: fromStart, end: a }, { shape: to, start: toStart, end: b });
  }
  return links;
};

/** Both blocks are read in row-major order, by their outermost axes that are larger than 1. */
function linkBlock(links: AxisLink[], from: Block, to: Block): void {
  const axis = outermost(to);
  const source = outermost(from);
  const step = elementsInside(to, axis);
  links[source] = { axis, step, first: 0, last: step - 1, divisor: elementsInside(from, source) };
  for (let inner = source + 1; inner < from.end; inner++) {
    const size = from.shape[inner] ?? 1;
    if (size > 1) {
      // The inner axes of a merged block come round again and again.
      links[inner] = { axis, step: 0, first: 0, last: size - 1, divisor: 1, isBound: true };
    }
  }
}

function outermost({ shape, start, end }: Block): number {
  const found = shape.findIndex((size, axis) => axis >= start && axis < end && size > 1);
  return found < 0 ? start : found;
}

function elementsInside({ shape, end }: Block, axis: number): number {
  return shape.slice(axis + 1, end).reduce((product, size) => product * size, 1);
}

export const REARRANGING: LinkingTable = {
  Transpose: transpose,
  Concat: concat,
  Split: split,
  Slice: slice,
  Pad: pad,
  Gather: gather,
  Reshape: reshape,
  Flatten: reshape,
  Squeeze: reshape,
  Unsqueeze: reshape,
};
