/** The pictures of maps as they arrive, those of the maps looked at last. */

import type { TopPatchView } from '../../../src/protocol/panels/topPhotos.js';
import { pictureCanvas } from '../../common/canvas.js';
import { currentTheme } from '../../common/theme.js';
import { cellOf, placeIn, sheetSize } from './layout.js';
import type { Cell, Half } from './layout.js';

/** What there is of a map. */
interface Sheet {
  readonly canvas: HTMLCanvasElement;
  /** Side of its cells in the screen's pixels. */
  readonly side: number;
  isWhole: boolean;
}

/** Maps: a sheet takes some 300 kB on a plain screen. */
const KEPT = 240;
/** What lies beyond the photo beside what a unit sees, and a projection without a signal. */
const BEYOND = 'rgb(128, 128, 128)';
const HALVES: readonly Half[] = ['projection', 'patch'];

export interface Look {
  /** Pictures of a half. */
  readonly count: number;
  /** Side of the largest window, in the input's pixels. */
  readonly field: number;
  /** Side of a picture in the screen's pixels. */
  readonly side: number;
}

export class Pictures {
  /** In order of use, the last one last. */
  private readonly sheets = new Map<number, Sheet>();
  private look: Look = { count: 9, field: 1, side: 1 };

  /** Side of a picture in the screen's pixels. */
  get side(): number {
    return this.look.side;
  }

  /** Forgets all, as those of another layer. */
  clear(look: Look): void {
    this.sheets.clear();
    this.look = look;
  }

  /** Takes pictures of another size from now on; those there are stay until such come. */
  resize(side: number): void {
    this.look = { ...this.look, side };
  }

  isWhole(map: number): boolean {
    const sheet = this.sheets.get(map);
    return sheet !== undefined && sheet.isWhole && sheet.side === this.look.side;
  }

  /** All pictures of these maps are there. */
  setWhole(maps: readonly number[]): void {
    for (const map of maps) {
      this.sheetOf(map).isWhole = true;
    }
  }

  /** Adds what has come. @returns the maps that look different now */
  add(views: readonly TopPatchView[]): ReadonlySet<number> {
    for (const view of views) {
      const sheet = this.sheetOf(view.map);
      const context = sheet.canvas.getContext('2d');
      if (context !== null) {
        for (const half of HALVES) {
          drawPatch(
            context,
            cellOf(half, view.rank, sheet.side, this.look.count),
            view,
            half,
            this.look.field,
          );
        }
      }
    }
    return new Set(views.map(({ map }) => map));
  }

  /** Draws a map into a tile; places whose pictures are to come are faint. @param height of the tile in CSS pixels */
  draw(map: number, canvas: HTMLCanvasElement, height: number): void {
    const { count, side } = this.look;
    const density = window.devicePixelRatio;
    const size = sheetSize(side, count);
    canvas.width = size.width;
    canvas.height = size.height;
    const scale = Math.min(1 / density, height / size.height);
    canvas.style.width = `${size.width * scale}px`;
    canvas.style.height = `${size.height * scale}px`;
    const context = canvas.getContext('2d');
    const sheet = this.sheets.get(map);
    if (context === null) {
      return;
    }
    if (sheet?.isWhole !== true) {
      context.fillStyle = currentTheme().grid;
      for (const half of HALVES) {
        for (let rank = 1; rank <= count; rank++) {
          const { left, top } = cellOf(half, rank, side, count);
          context.fillRect(left, top, side, side);
        }
      }
    }
    if (sheet !== undefined) {
      // The sheet of a map that is looked at again is the one used last.
      this.sheets.delete(map);
      this.sheets.set(map, sheet);
      context.drawImage(sheet.canvas, 0, 0, size.width, size.height);
    }
  }

  private sheetOf(map: number): Sheet {
    const { side, count } = this.look;
    const known = this.sheets.get(map);
    if (known?.side === side) {
      return known;
    }
    const canvas = document.createElement('canvas');
    Object.assign(canvas, sheetSize(side, count));
    const made: Sheet = { canvas, side, isWhole: false };
    this.sheets.delete(map);
    this.sheets.set(map, made);
    for (const oldest of this.sheets.keys()) {
      if (this.sheets.size <= KEPT) {
        break;
      }
      this.sheets.delete(oldest);
    }
    return made;
  }
}

/** Draws what a unit sees, or its projection, into a cell; nothing where that is still to come. */
export function drawPatch(
  context: CanvasRenderingContext2D,
  cell: Cell,
  view: TopPatchView,
  half: Half,
  field: number,
): void {
  const { left, top, side } = cell;
  if (view.problem !== null) {
    drawCross(context, cell);
    return;
  }
  const picture = view[half];
  if (picture === null) {
    return;
  }
  const place = placeIn(cell, view, field);
  context.fillStyle = BEYOND;
  context.fillRect(left, top, side, side);
  context.imageSmoothingEnabled = place.isSmooth;
  context.imageSmoothingQuality = 'high';
  context.drawImage(pictureCanvas(picture), place.left, place.top, place.width, place.height);
}

/** What stands for a photo that has changed or is gone. */
function drawCross(context: CanvasRenderingContext2D, { left, top, side }: Cell): void {
  const { warning } = currentTheme();
  context.clearRect(left, top, side, side);
  context.strokeStyle = warning;
  context.lineWidth = Math.max(1, side / 48);
  context.beginPath();
  context.moveTo(left, top);
  context.lineTo(left + side, top + side);
  context.moveTo(left + side, top);
  context.lineTo(left, top + side);
  context.stroke();
}
