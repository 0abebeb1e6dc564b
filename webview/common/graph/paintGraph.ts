/** Paints the drawing of the network on a canvas. */

import { FRAME_TITLE } from '../../../src/protocol/graphView.js';
import type { GraphBox } from '../../../src/protocol/graphView.js';
import type { GraphColours } from './graphColours.js';
import type { Scene, SceneEdge, SceneFrame, SceneNode } from './graphScene.js';
import { paintEdge } from './paintEdge.js';

/** A part of the drawing, in its own pixels. */
export interface Part {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface Emphasis {
  /** Index of the selected node; -1 for none. */
  readonly selected: number;
  readonly hovered: number;
  readonly matches: ReadonlySet<number>;
  /** Whether the selection has the keyboard's focus. */
  readonly hasFocus: boolean;
}

export const NO_EMPHASIS: Emphasis = { selected: -1, hovered: -1, matches: new Set(), hasFocus: false };

/** At smaller scales nodes are but spots in the colours of their kinds. */
const SMALLEST_WITH_BOXES = 0.2;
/** Letters would be smaller than 6 pixels. */
const SMALLEST_WITH_TEXT = 0.45;
const STRIPE = 4;
const RADIUS = 4;
const MARGIN = 10;

/**
 * Paints what lies in `part`; the context is already moved and scaled.
 * @param scale screen pixels for a pixel of the drawing: small drawings have no texts
 */
export function paintGraph(
  context: CanvasRenderingContext2D,
  scene: Scene,
  colours: GraphColours,
  scale: number,
  part: Part,
  emphasis: Emphasis,
): void {
  const hasText = scale >= SMALLEST_WITH_TEXT;
  for (const frame of scene.frames) {
    if (overlaps(frame, part)) {
      paintFrame(context, frame, colours);
    }
  }
  context.lineJoin = 'round';
  const isStrong = ({ from, to }: SceneEdge): boolean =>
    from === emphasis.selected || to === emphasis.selected;
  for (const strong of [false, true]) {
    context.strokeStyle = context.fillStyle = strong ? colours.strongEdge : colours.edge;
    context.lineWidth = (strong ? 1.75 : 1) / Math.min(1, Math.max(scale, 0.3));
    for (const edge of scene.edges) {
      if (isStrong(edge) === strong && edgeOverlaps(edge, part)) {
        paintEdge(context, edge);
      }
    }
  }
  for (const frame of hasText ? scene.frames : []) {
    if (overlaps(frame, part)) {
      paintTitle(context, frame, colours);
    }
  }
  for (const [place, node] of scene.nodes.entries()) {
    if (scale < SMALLEST_WITH_BOXES) {
      const isMarked = place === emphasis.selected || emphasis.matches.has(place);
      context.fillStyle = isMarked ? colours.focus : colours.family[node.family];
      const width = Math.max(node.width, 3 / scale);
      const left = node.x + (node.width - width) / 2;
      context.fillRect(left, node.y, width, Math.max(node.height, (isMarked ? 3 : 1) / scale));
    } else if (overlaps(node, part)) {
      paintNode(context, node, colours, hasText, {
        isSelected: place === emphasis.selected,
        isHovered: place === emphasis.hovered,
        isMatch: emphasis.matches.has(place),
        hasFocus: emphasis.hasFocus,
      });
    }
  }
}

interface NodeLook {
  readonly isSelected: boolean;
  readonly isHovered: boolean;
  readonly isMatch: boolean;
  readonly hasFocus: boolean;
}

function paintNode(
  context: CanvasRenderingContext2D,
  node: SceneNode,
  colours: GraphColours,
  hasText: boolean,
  { isSelected, isHovered, isMatch, hasFocus }: NodeLook,
): void {
  const { x, y, width, height } = node;
  const border = isSelected || isHovered ? colours.focus : isMatch ? colours.match : colours.border;
  context.lineWidth = isSelected ? 2 : isMatch ? 2.5 : 1;
  context.strokeStyle = border;
  context.fillStyle = isSelected && hasFocus ? colours.selected : colours.node;
  if (node.isGroup) {
    // A second sheet under the first says that there is more in it.
    box(context, x + 4, y + 4, width, height);
    context.fill();
    context.stroke();
  }
  box(context, x, y, width, height);
  context.fill();
  context.save();
  context.clip();
  context.fillStyle = colours.family[node.family];
  // Where there is no text, the colour tells more than a stripe could.
  context.globalAlpha = hasText ? 1 : 0.7;
  context.fillRect(x, y, hasText ? STRIPE : width, height);
  context.restore();
  box(context, x, y, width, height);
  context.stroke();
  if (!hasText) {
    return;
  }
  const isInverse = isSelected && hasFocus;
  const left = x + STRIPE + MARGIN - 2;
  const room = width - STRIPE - 2 * MARGIN + 4;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  context.fillStyle = isInverse ? colours.selectedText : colours.text;
  context.font = `600 13px ${colours.fontFamily}`;
  const badge = `${node.hasProblem ? '⚠' : ''}${node.isGroup ? '⊞' : ''}`;
  const badgeRoom = badge === '' ? 0 : context.measureText(badge).width + 6;
  context.fillText(fitting(context, node.title, room - badgeRoom, 'end'), left, y + 15);
  if (badge !== '') {
    context.textAlign = 'right';
    context.fillStyle = isInverse ? colours.selectedText : node.hasProblem ? colours.warning : colours.muted;
    context.fillText(badge, left + room, y + 15);
  }
  context.font = `11px ${colours.fontFamily}`;
  context.fillStyle = isInverse ? colours.selectedText : colours.muted;
  context.textAlign = 'right';
  const shape = node.right.replaceAll('x', '×');
  context.fillText(shape, left + room, y + 32);
  context.textAlign = 'left';
  const rest = room - (shape === '' ? 0 : context.measureText(shape).width + 8);
  context.fillText(fitting(context, node.left, rest, 'start'), left, y + 32);
}

function paintFrame(
  context: CanvasRenderingContext2D,
  { x, y, width, height }: SceneFrame,
  colours: GraphColours,
): void {
  context.save();
  box(context, x, y, width, height);
  context.globalAlpha = 0.08;
  context.fillStyle = colours.muted;
  context.fill();
  context.globalAlpha = 0.6;
  context.strokeStyle = colours.border;
  context.lineWidth = 1;
  context.setLineDash([4, 3]);
  context.stroke();
  context.restore();
}

/** Over the lines, which may pass behind it. */
function paintTitle(
  context: CanvasRenderingContext2D,
  { title, x, y, width }: SceneFrame,
  colours: GraphColours,
): void {
  context.font = `11px ${colours.fontFamily}`;
  context.textAlign = 'left';
  context.textBaseline = 'middle';
  const sign = '⊟ ';
  const text = sign + fitting(context, title, width - 16 - context.measureText(sign).width, 'end');
  context.fillStyle = colours.background;
  box(context, x + 4, y + 3, context.measureText(text).width + 8, FRAME_TITLE - 4);
  context.fill();
  context.fillStyle = colours.muted;
  context.fillText(text, x + 8, y + FRAME_TITLE / 2 + 1);
}

function box(context: CanvasRenderingContext2D, x: number, y: number, width: number, height: number): void {
  context.beginPath();
  context.roundRect(x, y, width, height, RADIUS);
}

function overlaps({ x, y, width, height }: GraphBox, { left, top, right, bottom }: Part): boolean {
  return x < right && x + width > left && y < bottom && y + height > top;
}

function edgeOverlaps({ points }: SceneEdge, { left, top, right, bottom }: Part): boolean {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let place = 0; place < points.length; place += 2) {
    const [x, y] = [points[place] ?? 0, points[place + 1] ?? 0];
    [minX, maxX] = [Math.min(minX, x), Math.max(maxX, x)];
    [minY, maxY] = [Math.min(minY, y), Math.max(maxY, y)];
  }
  return minX < right && maxX > left && minY < bottom && maxY > top;
}

/**
 * The text, or as much of it as there is room for.
 * @param kept which side of it: the end tells names apart
 */
function fitting(
  context: CanvasRenderingContext2D,
  text: string,
  room: number,
  kept: 'start' | 'end',
): string {
  const cut = (letters: number): string =>
    kept === 'start' ? `${text.slice(0, letters)}…` : `…${text.slice(text.length - letters)}`;
  if (context.measureText(text).width <= room) {
    return text;
  }
  let letters = text.length - 1;
  while (letters > 1 && context.measureText(cut(letters)).width > room) {
    letters--;
  }
  return cut(letters);
}
