/** A drawing taken apart into levels: what lies directly in one frame, and the lines between. */

import type { DrawnFrame, GraphDrawing } from './graphDrawing.js';

/** Boxes of a level: nodes by their indices, frames behind all nodes, and the ports of the frame around them. */
export type Box = number;
/** Where lines from outside begin. */
export const IN: Box = -1;
/** Where lines to the outside end. */
export const OUT: Box = -2;
export type Port = typeof IN | typeof OUT;

/** Stands for the frame around the whole drawing. */
export const NO_FRAME = -1;

export interface Line {
  readonly from: Box;
  readonly to: Box;
}

/** A line in the level of a frame. */
export interface Piece extends Line {
  readonly frame: number;
}

export interface Level {
  readonly boxes: Box[];
  /** Each once, by `lineKey`. */
  readonly lines: Map<string, Line>;
}

export function lineKey({ from, to }: Line): string {
  return `${from} ${to}`;
}

/** The pieces of an edge: out of the frames around its start, and into those around its end. */
export function routeOf([from, to]: readonly [number, number], { nodes, frames }: GraphDrawing): Piece[] {
  const [outwards, inwards] = [framesAround(nodes[from], frames), framesAround(nodes[to], frames)];
  const shared = outwards.find((frame) => inwards.includes(frame)) ?? NO_FRAME;
  const out: Piece[] = [];
  let start: Box = from;
  for (const frame of outwards.slice(0, outwards.indexOf(shared))) {
    out.push({ frame, from: start, to: OUT });
    start = nodes.length + frame;
  }
  const into: Piece[] = [];
  let end: Box = to;
  for (const frame of inwards.slice(0, inwards.indexOf(shared))) {
    into.unshift({ frame, from: IN, to: end });
    end = nodes.length + frame;
  }
  return [...out, { frame: shared, from: start, to: end }, ...into];
}

/** The innermost first; at the end that of the whole drawing. */
function framesAround(
  inner: { readonly frame: number } | undefined,
  frames: readonly DrawnFrame[],
): readonly number[] {
  const around: number[] = [];
  let frame = inner?.frame ?? NO_FRAME;
  while (frame !== NO_FRAME) {
    around.push(frame);
    frame = frames[frame]?.frame ?? NO_FRAME;
  }
  return [...around, NO_FRAME];
}

/** The level of each frame; that of the whole drawing under `NO_FRAME`. */
export function levelsOf(
  { nodes, frames }: GraphDrawing,
  routes: readonly (readonly Piece[])[],
): ReadonlyMap<number, Level> {
  const levels = new Map<number, Level>();
  const levelOf = (frame: number): Level => {
    const level = levels.get(frame) ?? { boxes: [], lines: new Map<string, Line>() };
    levels.set(frame, level);
    return level;
  };
  nodes.forEach(({ frame }, place) => levelOf(frame).boxes.push(place));
  frames.forEach(({ frame }, place) => levelOf(frame).boxes.push(nodes.length + place));
  for (const { frame, from, to } of routes.flat()) {
    const { boxes, lines } = levelOf(frame);
    const line = { from, to };
    const isNew = (port: Box): boolean => (from === port || to === port) && !boxes.includes(port);
    boxes.push(...[IN, OUT].filter(isNew));
    lines.set(lineKey(line), line);
  }
  return levels;
}
