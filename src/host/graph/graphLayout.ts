/**
 * Places for what is drawn. Each open group is laid out on its own, the innermost first, and is then a box of its size
 * in the group around it: so nothing lies over what it does not belong to. Lines enter a frame at one port and leave it
 * at another.
 */

import type { GraphView } from '../../protocol/graphView.js';
import type { GraphDrawing } from './graphDrawing.js';
import { IN, levelsOf, lineKey, NO_FRAME, OUT, routeOf } from './levels.js';
import type { Box, Piece, Port } from './levels.js';
import { placeLevel } from './placedLevel.js';
import type { PlacedLevel, Point } from './placedLevel.js';
import type { Size } from './rankLayout.js';
import type { KnownStretches } from './series.js';

const ORIGIN: Point = { x: 0, y: 0 };

/** Takes seconds for a thousand nodes: run it away from the host's event loop. */
export function layoutGraph(drawing: GraphDrawing): GraphView {
  const { nodes, frames, edges, nodeOf, depth, deepest } = drawing;
  const routes = edges.map((edge) => routeOf(edge, drawing));
  const places = new Places(drawing, routes);
  return {
    ...places.frameSize(NO_FRAME),
    nodes: nodes.map(({ layer, group, part, width, height }, place) => ({
      ...{ layer, group, part, width, height },
      ...places.cornerOf(place),
    })),
    frames: frames.map(({ group, part }, frame) => ({
      ...{ group, part },
      ...places.frameCorner(frame),
      ...places.frameSize(frame),
    })),
    edges: edges.map(([from, to], place) => ({ from, to, points: places.points(routes[place] ?? []) })),
    nodeOf,
    depth,
    deepest,
  };
}

/** Where everything is in the whole drawing. */
class Places {
  private readonly levels = new Map<number, PlacedLevel>();
  private readonly corners = new Map<Box, Point>();

  constructor(
    private readonly drawing: GraphDrawing,
    routes: readonly (readonly Piece[])[],
  ) {
    const { frames } = drawing;
    const levels = levelsOf(drawing, routes);
    const known: KnownStretches = new Map();
    // A frame comes after the one around it.
    const inwards = [NO_FRAME, ...frames.keys()];
    for (const frame of inwards.toReversed()) {
      const level = levels.get(frame) ?? { boxes: [], lines: new Map() };
      this.levels.set(
        frame,
        placeLevel(level, (box) => this.sizeOf(box), frames[frame], known),
      );
    }
    for (const frame of inwards) {
      const corner = this.frameCorner(frame);
      this.levels.get(frame)?.corners.forEach(({ x, y }, box) => {
        if (box !== IN && box !== OUT) {
          this.corners.set(box, { x: corner.x + x, y: corner.y + y });
        }
      });
    }
  }

  cornerOf(box: Box): Point {
    return this.corners.get(box) ?? ORIGIN;
  }

  frameCorner(frame: number): Point {
    return frame === NO_FRAME ? ORIGIN : this.cornerOf(this.boxOf(frame));
  }

  frameSize(frame: number): Size {
    const { width = 0, height = 0 } = this.levels.get(frame) ?? {};
    return { width, height };
  }

  /** x and y of each point of an edge in turn: upright through ranks, and on to the next point between them. */
  points(route: readonly Piece[]): number[] {
    const points: Point[] = [];
    const add = (x: number, y: number): void => {
      const [before, last] = points.slice(-2);
      if (last?.x === x && before?.x === x) {
        points.pop();
      }
      if (points.at(-1)?.x !== x || points.at(-1)?.y !== y) {
        points.push({ x, y });
      }
    };
    for (const piece of route) {
      const { from, to, frame } = piece;
      const level = this.levels.get(frame);
      const { x: left, y: top } = this.frameCorner(frame);
      const start = this.portOf(from, OUT, frame);
      const end = this.portOf(to, IN, frame);
      add(start.x, start.y);
      add(start.x, top + (level?.ranks.get(from)?.bottom ?? 0));
      level?.crossings.get(lineKey(piece))?.forEach((crossing) => {
        add(left + crossing.x, top + crossing.top);
        add(left + crossing.x, top + crossing.bottom);
      });
      add(end.x, top + (level?.ranks.get(to)?.top ?? 0));
      add(end.x, end.y);
    }
    return points.flatMap(({ x, y }) => [x, y]);
  }

  /**
   * Where a line leaves a box or comes to it: a frame at its port, a node in the middle.
   * @param frame around the box
   */
  private portOf(box: Box, side: Port, frame: number): Point {
    if (box === IN || box === OUT) {
      return this.framePort(frame, box);
    }
    const framed = box - this.drawing.nodes.length;
    if (framed >= 0) {
      return this.framePort(framed, side);
    }
    const { x, y } = this.cornerOf(box);
    const { width, height } = this.sizeOf(box);
    return { x: x + width / 2, y: side === IN ? y : y + height };
  }

  private framePort(frame: number, side: Port): Point {
    const { x, y } = this.frameCorner(frame);
    const port = this.levels.get(frame)?.corners.get(side)?.x ?? 0;
    return { x: x + port, y: side === IN ? y : y + this.frameSize(frame).height };
  }

  private sizeOf(box: Box): Size {
    return this.drawing.nodes[box] ?? this.frameSize(box - this.drawing.nodes.length);
  }

  private boxOf(frame: number): Box {
    return this.drawing.nodes.length + frame;
  }
}
