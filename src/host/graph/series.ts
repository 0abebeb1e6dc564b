/** A level laid out stretch by stretch, and stretches that are alike once: networks repeat their blocks. */

import { RANK_GAP, rankLayout } from './rankLayout.js';
import type { Crossing, Rank, RankLayout, Size } from './rankLayout.js';
import type { Line } from './trunks.js';
import { stretchesOf } from './waists.js';

interface Placed {
  readonly boxes: readonly number[];
  readonly lines: readonly number[];
  readonly layout: RankLayout;
  /** Where it is in the level. */
  readonly left: number;
  readonly top: number;
}

/** Layouts by what is laid out. */
export type KnownStretches = Map<string, RankLayout>;

/**
 * The same as `rankLayout`, each stretch between boxes that everything passes on its own; those boxes are in both
 * stretches that they join.
 * @param lines indices of boxes; they lead in no circle
 * @param known is looked into, and added to
 */
export function seriesLayout(
  boxes: readonly Size[],
  lines: readonly Line[],
  known: KnownStretches,
): RankLayout {
  const placed: Placed[] = [];
  let joint = { centre: 0, top: 0 };
  for (const stretch of stretchesOf(boxes.length, lines)) {
    const layout = stretchLayout(stretch, boxes, lines, known);
    const at = (place: number): { centre: number; top: number } => {
      const { x, y } = layout.corners[place] ?? { x: 0, y: 0 };
      return { centre: x + (boxes[stretch.boxes[place] ?? 0]?.width ?? 0) / 2, top: y };
    };
    const [first, last] = [at(0), at(stretch.boxes.length - 1)];
    // The first stretch begins at the top, whichever of its boxes is the first.
    const top = placed.length === 0 ? 0 : joint.top - first.top;
    const left = joint.centre - first.centre;
    placed.push({ ...stretch, layout, left, top });
    joint = { centre: left + last.centre, top: top + last.top };
  }
  return joined(placed, boxes.length, lines.length);
}

function stretchLayout(
  { boxes: inside, lines: between }: Pick<Placed, 'boxes' | 'lines'>,
  boxes: readonly Size[],
  lines: readonly Line[],
  known: KnownStretches,
): RankLayout {
  const sizes = inside.map((box) => boxes[box] ?? { width: 0, height: 0 });
  if (sizes.length <= 2 && between.length === sizes.length - 1) {
    return column(sizes);
  }
  const places = new Map(inside.map((box, place) => [box, place]));
  const own = between.map((line): Line => {
    const [from, to] = lines[line] ?? [0, 0];
    return [places.get(from) ?? 0, places.get(to) ?? 0];
  });
  const key = JSON.stringify([sizes.map(({ width, height }) => [width, height]), own]);
  const layout = known.get(key) ?? rankLayout(sizes, own);
  known.set(key, layout);
  return layout;
}

/** Boxes below each other, with a line from each to the next. */
function column(sizes: readonly Size[]): RankLayout {
  const width = Math.max(...sizes.map((size) => size.width));
  let bottom = -RANK_GAP;
  const ranks = sizes.map(({ height }): Rank => {
    const top = bottom + RANK_GAP;
    bottom = top + height;
    return { top, bottom };
  });
  return {
    width,
    height: bottom,
    corners: sizes.map((size, place) => ({ x: (width - size.width) / 2, y: ranks[place]?.top ?? 0 })),
    ranks,
    crossings: sizes.slice(1).map(() => []),
  };
}

function joined(placed: readonly Placed[], boxes: number, lines: number): RankLayout {
  const left = Math.min(...placed.map((each) => each.left));
  const corners = Array.from({ length: boxes }, () => ({ x: 0, y: 0 }));
  const ranks = Array.from({ length: boxes }, (): Rank => ({ top: 0, bottom: 0 }));
  const crossings = Array.from({ length: lines }, (): readonly Crossing[] => []);
  for (const { boxes: inside, lines: between, layout, ...at } of placed) {
    const shifted = <R extends Rank>(rank: R): R => ({
      ...rank,
      top: rank.top + at.top,
      bottom: rank.bottom + at.top,
    });
    inside.forEach((box, place) => {
      const { x, y } = layout.corners[place] ?? { x: 0, y: 0 };
      corners[box] = { x: x + at.left - left, y: y + at.top };
      ranks[box] = shifted(layout.ranks[place] ?? { top: 0, bottom: 0 });
    });
    between.forEach((line, place) => {
      crossings[line] = (layout.crossings[place] ?? []).map((each) => ({
        ...shifted(each),
        x: each.x + at.left - left,
      }));
    });
  }
  return {
    width: Math.max(...placed.map((each) => each.left + each.layout.width)) - left,
    height: Math.max(...placed.map((each) => each.top + each.layout.height)),
    corners,
    ranks,
    crossings,
  };
}
