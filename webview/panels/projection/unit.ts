/** Which unit is projected. */

import type { ProjectionView, UnitChoice } from '../../../src/protocol/panels/projection.js';
import type { Rectangle } from '../../common/rectangle.js';

export type Unit = ProjectionView['unit'];

/** A choice, and what it was made for. */
export interface Chosen {
  readonly layer: string;
  readonly photo: string;
  readonly unit: UnitChoice;
}

/**
 * The unit to project: the chosen one while layer and photo stay; the strongest of its map on another photo; the
 * strongest of all in another layer.
 */
export function choiceFor(chosen: Chosen | undefined, layer: string, photo: string): UnitChoice {
  if (chosen?.layer !== layer || chosen.unit.kind === 'strongest') {
    return { kind: 'strongest' };
  }
  return chosen.photo === photo ? chosen.unit : { kind: 'strongestOfMap', channel: chosen.unit.channel };
}

/** The neighbour that an arrow key leads to; undefined for other keys and beyond the map's border. */
export function neighbour(
  { channel, y, x }: Unit,
  key: string,
  { height, width }: { readonly height: number; readonly width: number },
): Unit | undefined {
  const [down, right] = ARROWS.get(key) ?? [0, 0];
  const next = { channel, y: y + down, x: x + right };
  const isMove = down !== 0 || right !== 0;
  const isInside = next.y >= 0 && next.y < height && next.x >= 0 && next.x < width;
  return isMove && isInside ? next : undefined;
}

const ARROWS: ReadonlyMap<string, readonly [down: number, right: number]> = new Map([
  ['ArrowUp', [-1, 0]],
  ['ArrowDown', [1, 0]],
  ['ArrowLeft', [0, -1]],
  ['ArrowRight', [0, 1]],
]);

/** The input pixels that the unit sees. */
export function fieldOf({ window }: ProjectionView): Rectangle {
  const { top, left, bottom, right } = window;
  return { left, top, width: right - left, height: bottom - top };
}

/** Whether the photo's border cuts off a part of the unit's receptive field. */
export function isClipped({
  window: { top, left, bottom, right },
  receptiveField,
  shape,
}: Pick<ProjectionView, 'window' | 'receptiveField' | 'shape'>): boolean {
  const [, , height = 0, width = 0] = shape;
  const [fieldHeight = 0, fieldWidth = 0] = receptiveField ?? [];
  const isCut = (first: number, end: number, size: number, field: number): boolean =>
    end - first < field && (first === 0 || end === size);
  return isCut(top, bottom, height, fieldHeight) || isCut(left, right, width, fieldWidth);
}
