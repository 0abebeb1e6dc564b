/** Finds what lies over each other in a drawing. */

import { ancestorsOf } from '../../../../src/protocol/groupPath.js';
import { FRAME_TITLE } from '../../../../src/protocol/graphView.js';
import type { GraphBox, GraphView } from '../../../../src/protocol/graphView.js';

interface Named extends GraphBox {
  readonly name: string;
}

/** What overlaps, in words; boxes in frames that they belong to do not count. */
export function overlaps(view: GraphView): string[] {
  const nodes = view.nodes.map((node) => ({ ...node, name: node.layer }));
  const frames = view.frames.map((frame) => ({ ...frame, name: `frame ${frame.group}` }));
  const titles = frames.map((frame): Named => ({
    ...frame,
    name: `title of ${frame.name}`,
    height: FRAME_TITLE,
  }));
  const lines = view.edges.flatMap((edge) => pieces(edge, nodes));
  const apart = (a: Named, b: Named): boolean => a === b || !meet(a, b);
  const isOf = (group: string, frame: (typeof frames)[number]): boolean =>
    ancestorsOf(group).includes(frame.group);
  /** In the frame of its group, of whose parts only one holds it, and beside all others. */
  const inPlace = (frame: (typeof frames)[number], inner: Named & { readonly group: string }): boolean =>
    isOf(inner.group, frame)
      ? holds(frame, inner) || (frame.part !== null && apart(frame, inner))
      : apart(frame, inner);
  const outside = [...nodes, ...frames, ...lines].filter((box) => !holds({ x: 0, y: 0, ...view }, box));
  return [
    ...unlike(nodes, nodes, apart),
    ...unlike(frames, frames, (a, b) => a === b || isOf(a.group, b) || inPlace(a, b)),
    ...unlike(frames, nodes, inPlace),
    ...unlike(titles, nodes, apart),
    // A title lies in its own frame and in those around it.
    ...unlike(titles, frames, (title, frame) => apart(title, frame) || holds(frame, title)),
    ...unlike(lines, nodes, apart),
    ...outside.map(({ name }) => `${name} leaves the drawing`),
  ];
}

/** Boxes around the pieces of a line. */
function pieces({ from, to, points }: GraphView['edges'][number], nodes: readonly Named[]): Named[] {
  const name = `line from ${nodes[from]?.name ?? ''} to ${nodes[to]?.name ?? ''}`;
  return Array.from({ length: points.length / 2 - 1 }, (_, place) => {
    const [x1 = NaN, y1 = NaN, x2 = NaN, y2 = NaN] = points.slice(2 * place, 2 * place + 4);
    const [x, y] = [Math.min(x1, x2), Math.min(y1, y2)];
    return { name, x, y, width: Math.abs(x2 - x1), height: Math.abs(y2 - y1) };
  });
}

/** Pairs that are not as they should be. */
function unlike<A extends Named, B extends Named>(
  first: readonly A[],
  second: readonly B[],
  isRight: (a: A, b: B) => boolean,
): string[] {
  return first.flatMap((a) => second.filter((b) => !isRight(a, b)).map((b) => `${a.name} over ${b.name}`));
}

/** More than their borders. */
function meet(a: GraphBox, b: GraphBox): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

function holds(outer: GraphBox, inner: GraphBox): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}
