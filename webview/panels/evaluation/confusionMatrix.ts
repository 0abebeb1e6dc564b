/**
 * A confusion matrix to look around in: a row for each class, a column for what its photos are taken for. Each cell is as
 * strong as its share of the row: the diagonal in one colour, what is wrong in another.
 */

import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';

import type { ConfusionView } from '../../../src/protocol/panels/evaluation.js';
import { element } from '../../common/dom.js';
import { inNextFrame } from '../../common/frame.js';
import { l10n } from '../../common/host.js';
import { currentTheme, onThemeChange } from '../../common/theme.js';
import { dragged, inside, moved, placeAt, showing, whole, zoomed } from './matrixGeometry.js';
import type { Part, Place } from './matrixGeometry.js';
import { paintMatrix, plotOf } from './paintMatrix.js';
import type { MatrixScene } from './paintMatrix.js';

/** Of one step of the wheel, of a button or a key. */
const ZOOM = 1.5;
/** A pointer that moves less is a click, in CSS pixels. */
const CLICK = 4;
const LARGEST = 620;

export interface MatrixActions {
  /** @param at where in the matrix; both are places in `classes` */
  choose(at: Place): void;
  /** What a cell says; empty for one without photos. */
  describe(at: Place): string;
}

export class ConfusionMatrix {
  private readonly canvas = element('canvas', { 'aria-hidden': 'true' });
  private readonly box: HTMLElement;
  private readonly said = element('div', { class: 'said muted', role: 'status' });
  readonly element: HTMLElement;
  private scene: MatrixScene = { classes: [], names: [], cells: [], part: whole(0), chosen: undefined };
  private places = new Map<number, number>();
  private grip: { readonly x: number; readonly y: number; readonly part: Part; isDrag: boolean } | undefined;
  private readonly redraw = inNextFrame(() => {
    this.paint();
  });

  constructor(private readonly actions: MatrixActions) {
    this.box = element(
      'div',
      {
        class: 'matrix',
        tabindex: 0,
        role: 'application',
        'aria-label': l10n('Confusion matrix'),
        onpointerdown: (event) => {
          this.onDown(event as PointerEvent);
        },
        onpointermove: (event) => {
          this.onMove(event as PointerEvent);
        },
        onpointerup: (event) => {
          this.onUp(event as PointerEvent);
        },
        onpointerleave: () => {
          this.tell(this.scene.chosen);
        },
        onkeydown: (event) => {
          this.onKey(event as KeyboardEvent);
        },
      },
      this.canvas,
    );
    // A listener that may keep the page from scrolling has to say so.
    this.box.addEventListener(
      'wheel',
      (event) => {
        this.onWheel(event);
      },
      { passive: false },
    );
    this.element = element('div', { class: 'matrix-box' }, this.tools(), this.box, this.said);
    new ResizeObserver(this.redraw).observe(this.box);
    onThemeChange(this.redraw);
  }

  /** @param classes those that occur, in order @param names of all classes */
  show(
    classes: readonly number[],
    cells: readonly ConfusionView[],
    names: (index: number) => string,
    chosen: Place | undefined,
  ): void {
    this.places = new Map(classes.map((index, place) => [index, place]));
    const part = classes.length === this.scene.classes.length ? this.scene.part : whole(classes.length);
    const photos = new Map<number, number>();
    cells.forEach((cell) => photos.set(cell.actual, (photos.get(cell.actual) ?? 0) + cell.photos));
    this.scene = {
      classes,
      names: classes.map(names),
      part,
      chosen,
      cells: cells.map((cell) => ({
        row: this.places.get(cell.actual) ?? -1,
        column: this.places.get(cell.predicted) ?? -1,
        photos: cell.photos,
        share: cell.photos / (photos.get(cell.actual) ?? 1),
      })),
    };
    this.tell(chosen);
    this.redraw();
  }

  private get count(): number {
    return this.scene.classes.length;
  }

  private tools(): HTMLElement {
    const tool = (icon: string, label: string, act: () => void): HTMLElement =>
      element('vscode-toolbar-button', { icon, label, title: label, onclick: act });
    return element(
      'div',
      { class: 'matrix-tools' },
      tool('zoom-in', l10n('Enlarge (+)'), () => {
        this.zoom(ZOOM, 0.5, 0.5);
      }),
      tool('zoom-out', l10n('Make smaller (-)'), () => {
        this.zoom(1 / ZOOM, 0.5, 0.5);
      }),
      tool('screen-full', l10n('Show the whole matrix (0)'), () => {
        this.look(whole(this.count));
      }),
    );
  }

  private zoom(factor: number, x: number, y: number): void {
    this.look(zoomed(this.scene.part, factor, x, y, this.count));
  }

  private look(part: Part): void {
    this.scene = { ...this.scene, part: inside(part, this.count) };
    this.redraw();
  }

  private choose(at: Place): void {
    this.scene = { ...this.scene, chosen: at, part: showing(this.scene.part, at, this.count) };
    this.tell(at);
    this.redraw();
  }

  private tell(at: Place | undefined): void {
    this.said.textContent =
      at === undefined
        ? l10n('Choose a cell to see its photos. Ctrl and the wheel enlarge, dragging moves.')
        : this.actions.describe(at);
  }

  /** The pointer as shares of the plot, where it is over it. */
  private pointer({ clientX, clientY }: MouseEvent): { x: number; y: number } {
    const box = this.canvas.getBoundingClientRect();
    const plot = plotOf(this.scene, box.width);
    return {
      x: (clientX - box.left - plot.left) / plot.side,
      y: (clientY - box.top - plot.top) / plot.side,
    };
  }

  private cellAt(event: MouseEvent): Place | undefined {
    const { x, y } = this.pointer(event);
    const at = placeAt(this.scene.part, x, y, this.count);
    const { side } = plotOf(this.scene, this.canvas.clientWidth);
    return at && nearestCell(this.scene, at, (6 / side) * this.scene.part.span);
  }

  private onDown(event: PointerEvent): void {
    if (event.button === 0) {
      this.box.setPointerCapture(event.pointerId);
      const { x, y } = this.pointer(event);
      this.grip = { x, y, part: this.scene.part, isDrag: false };
    }
  }

  private onMove(event: PointerEvent): void {
    if (this.grip === undefined) {
      this.tell(this.cellAt(event) ?? this.scene.chosen);
      return;
    }
    const { x, y } = this.pointer(event);
    const [right, down] = [x - this.grip.x, y - this.grip.y];
    const { side } = plotOf(this.scene, this.canvas.clientWidth);
    this.grip.isDrag ||= Math.hypot(right, down) * side > CLICK;
    if (this.grip.isDrag) {
      this.look(dragged(this.grip.part, right, down, this.count));
    }
  }

  private onUp(event: PointerEvent): void {
    const isClick = this.grip?.isDrag === false;
    this.grip = undefined;
    const at = isClick ? this.cellAt(event) : undefined;
    if (at !== undefined) {
      this.choose(at);
      this.actions.choose(at);
    }
  }

  private onWheel(event: WheelEvent): void {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      const { x, y } = this.pointer(event);
      this.zoom(event.deltaY < 0 ? ZOOM : 1 / ZOOM, x, y);
    }
  }

  private onKey(event: KeyboardEvent): void {
    const chosen = this.scene.chosen ?? { column: 0, row: 0 };
    const next = this.scene.chosen === undefined ? chosen : moved(chosen, event.key, this.count);
    const isMove = moved(chosen, event.key, this.count) !== undefined;
    if (event.altKey || event.ctrlKey || event.metaKey || this.count === 0) {
      return;
    }
    if (isMove && next !== undefined) {
      this.choose(next);
    } else if (event.key === 'Enter' || event.key === ' ') {
      this.actions.choose(chosen);
    } else if (event.key === '+' || event.key === '=' || event.key === '-') {
      this.zoom(event.key === '-' ? 1 / ZOOM : ZOOM, 0.5, 0.5);
    } else if (event.key === '0') {
      this.look(whole(this.count));
    } else {
      return;
    }
    event.preventDefault();
  }

  private paint(): void {
    const side = Math.min(LARGEST, this.box.clientWidth);
    if (side > 0) {
      paintMatrix(this.canvas, this.scene, side, currentTheme());
    }
  }
}

/** The cell itself where it has photos or cells are large; else the nearest one that has, within `reach` cells. */
function nearestCell({ cells }: MatrixScene, at: Place, reach: number): Place {
  if (reach < 1) {
    return at;
  }
  let best: Place = at;
  let least = Infinity;
  for (const { row, column } of cells) {
    const distance = Math.hypot(row - at.row, column - at.column);
    if (distance <= reach && distance < least) {
      [best, least] = [{ row, column }, distance];
    }
  }
  return best;
}
