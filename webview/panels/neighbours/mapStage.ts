/** The map of a set on a canvas: moved, scaled, pointed at, lassoed, and gone through by the keyboard. */

import { select } from 'd3-selection';
import type { Selection } from 'd3-selection';
import { zoom, zoomIdentity } from 'd3-zoom';
import type { D3ZoomEvent, ZoomBehavior, ZoomTransform } from 'd3-zoom';

import { element } from '../../common/dom.js';
import { inNextFrame } from '../../common/frame.js';
import { onThemeChange } from '../../common/theme.js';
import { within } from './lasso.js';
import type { Point } from './lasso.js';
import { MapPainter } from './mapPainter.js';
import type { Scene } from './mapPainter.js';
import { fitted, nearestTo, pointTowards } from './plane.js';
import type { Viewport } from './plane.js';

const LARGEST_SCALE = 200;
const STEP = 1.4;
const MARGIN = 16;
/** CSS pixels from a dot at which it is still pointed at. */
const REACH = 10;

export interface StageActions {
  /** A photo was clicked, or Enter pressed on it. */
  onPick(place: number, at: Point): void;
  /** Photos were lassoed; none where the line held nothing. */
  onLasso(places: readonly number[]): void;
  /** A photo joins the chosen ones, or leaves them. */
  onToggle(place: number): void;
  /** A photo is pointed at, by the pointer or by keys; undefined when it no longer is. @param at where it is in the stage */
  onPoint(place: number | undefined, at: Point): void;
}

export interface Marks {
  readonly selected: readonly number[];
  readonly queries: readonly number[];
  readonly answers: readonly number[];
}

const NOTHING: Scene = {
  positions: new Float32Array(),
  order: new Int32Array(),
  colourOf: new Uint8Array(),
  palette: 'groups',
  crosses: undefined,
  isShown: () => false,
};

export class MapStage {
  private readonly painter = new MapPainter();
  readonly element: HTMLElement;
  private readonly selection: Selection<HTMLElement, unknown, null, undefined>;
  private readonly behaviour: ZoomBehavior<HTMLElement, unknown>;
  private transform: ZoomTransform = zoomIdentity;
  private scene = NOTHING;
  private marks: Marks = { selected: [], queries: [], answers: [] };
  private line: Point[] | undefined;
  private current: number | undefined;
  /** Whether dragging draws a lasso even without Shift. */
  isLassoing = false;
  private readonly repaint = inNextFrame(() => {
    this.paint();
  });
  private readonly repaintMarks = inNextFrame(() => {
    this.paintMarks();
  });

  /** @param describedBy the id of what says how it is used */
  constructor(
    private readonly actions: StageActions,
    label: string,
    describedBy: string,
  ) {
    this.element = element(
      'div',
      {
        class: 'stage',
        tabindex: 0,
        role: 'application',
        'aria-label': label,
        'aria-describedby': describedBy,
      },
      ...this.painter.canvases,
    );
    this.behaviour = zoom<HTMLElement, unknown>()
      .filter((event: MouseEvent) => event.type === 'wheel' || (event.button === 0 && !this.draws(event)))
      .scaleExtent([0.5, LARGEST_SCALE])
      .clickDistance(4)
      .extent(() => [
        [0, 0],
        [this.element.clientWidth, this.element.clientHeight],
      ])
      .on('zoom', ({ transform }: D3ZoomEvent<HTMLElement, unknown>) => {
        this.transform = transform;
        this.repaint();
      });
    this.selection = select(this.element);
    this.selection.call(this.behaviour).on('dblclick.zoom', null);
    this.listen();
    onThemeChange(() => {
      this.painter.readColours();
      this.repaint();
    });
    new ResizeObserver(() => {
      this.paint();
    }).observe(this.element);
  }

  show(scene: Scene): void {
    this.scene = scene;
    this.repaint();
  }

  mark(marks: Partial<Marks>): void {
    this.marks = { ...this.marks, ...marks };
    if (marks.selected === undefined) {
      this.repaintMarks();
    } else {
      this.repaint();
    }
  }

  fit(): void {
    this.behaviour.transform(this.selection, zoomIdentity);
  }

  scaleBy(direction: 1 | -1): void {
    this.behaviour.scaleBy(this.selection, STEP ** direction);
  }

  /** The map as it is seen. */
  picture(): HTMLCanvasElement {
    return this.painter.picture();
  }

  private draws({ shiftKey }: MouseEvent): boolean {
    return this.isLassoing || shiftKey;
  }

  private get viewport(): Viewport {
    const { clientWidth, clientHeight } = this.element;
    const { k, x, y } = fitted(clientWidth, clientHeight, MARGIN);
    const by = this.transform;
    return { k: k * by.k, x: x * by.k + by.x, y: y * by.k + by.y };
  }

  private seenAt(place: number): Point {
    const { k, x, y } = this.viewport;
    const { positions } = this.scene;
    return { x: (positions[2 * place] ?? NaN) * k + x, y: (positions[2 * place + 1] ?? NaN) * k + y };
  }

  private at({ clientX, clientY }: MouseEvent): Point {
    const { left, top } = this.element.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  }

  private nearest(at: Point): number | undefined {
    const { positions, isShown } = this.scene;
    return nearestTo(positions, this.viewport, at, REACH, isShown);
  }

  private point(place: number | undefined): void {
    if (place !== this.current) {
      this.current = place;
      this.repaintMarks();
      this.actions.onPoint(place, place === undefined ? { x: 0, y: 0 } : this.seenAt(place));
    }
  }

  private listen(): void {
    const stage = this.element;
    stage.addEventListener('pointerdown', (event) => {
      if (event.button === 0 && this.draws(event)) {
        this.line = [this.at(event)];
        stage.setPointerCapture(event.pointerId);
      }
    });
    stage.addEventListener('pointermove', (event) => {
      if (this.line !== undefined) {
        this.line.push(this.at(event));
        this.repaintMarks();
      } else if (event.buttons === 0) {
        const place = this.nearest(this.at(event));
        stage.classList.toggle('pointing', place !== undefined);
        this.point(place);
      }
    });
    stage.addEventListener('pointerup', () => {
      this.endLasso();
    });
    stage.addEventListener('pointercancel', () => {
      this.line = undefined;
      this.repaintMarks();
    });
    stage.addEventListener('pointerleave', () => {
      this.point(undefined);
    });
    stage.addEventListener('click', (event) => {
      const place = this.draws(event) ? undefined : this.nearest(this.at(event));
      if (place !== undefined) {
        this.actions.onPick(place, { x: event.clientX, y: event.clientY });
      }
    });
    // Whoever comes back by the keyboard goes on where he was.
    stage.addEventListener('blur', () => {
      this.actions.onPoint(undefined, { x: 0, y: 0 });
    });
    stage.addEventListener('keydown', (event) => {
      if (this.onKey(event.key)) {
        event.preventDefault();
      }
    });
  }

  private endLasso(): void {
    const { line } = this;
    if (line === undefined) {
      return;
    }
    this.line = undefined;
    const { k, x, y } = this.viewport;
    const inSquare = line.map((point) => ({ x: (point.x - x) / k, y: (point.y - y) / k }));
    this.actions.onLasso(within(inSquare, this.scene.positions).filter(this.scene.isShown));
    this.repaintMarks();
  }

  /** @returns false for a key that means nothing here */
  private onKey(key: string): boolean {
    const { current } = this;
    switch (key) {
      case '+':
      case '=':
        this.scaleBy(1);
        return true;
      case '-':
        this.scaleBy(-1);
        return true;
      case '0':
        this.fit();
        return true;
      case 'Escape':
        this.line = undefined;
        this.actions.onLasso([]);
        return true;
      case 'Enter':
        if (current !== undefined) {
          const { left, top } = this.element.getBoundingClientRect();
          const { x, y } = this.seenAt(current);
          this.actions.onPick(current, { x: left + x, y: top + y });
        }
        return true;
      case ' ':
        if (current !== undefined) {
          this.actions.onToggle(current);
        }
        return true;
      default:
        return key.startsWith('Arrow') && this.move(key);
    }
  }

  private move(key: string): boolean {
    const { positions, isShown } = this.scene;
    const { clientWidth, clientHeight } = this.element;
    const middle = { x: clientWidth / 2, y: clientHeight / 2 };
    const next =
      this.current === undefined
        ? nearestTo(positions, this.viewport, middle, Infinity, isShown)
        : pointTowards(positions, this.current, key, isShown);
    if (next !== undefined) {
      const { x, y } = this.seenAt(next);
      if (x < 0 || y < 0 || x > clientWidth || y > clientHeight) {
        this.behaviour.translateBy(
          this.selection,
          (middle.x - x) / this.transform.k,
          (middle.y - y) / this.transform.k,
        );
      }
      this.point(next);
    }
    return true;
  }

  private paint(): void {
    const { clientWidth, clientHeight } = this.element;
    this.painter.resize(clientWidth, clientHeight);
    this.painter.paintDots(this.scene, this.viewport, this.radius, this.marks.selected);
    this.paintMarks();
  }

  /** Of a dot, in CSS pixels: smaller where there are many, larger where the map is enlarged. */
  private get radius(): number {
    const plain = Math.max(1.3, Math.min(4, 190 / Math.sqrt(Math.max(1, this.scene.order.length))));
    return plain * Math.max(1, Math.min(2.5, Math.sqrt(this.transform.k)));
  }

  private paintMarks(): void {
    const at = (place: number): Point => this.seenAt(place);
    const { queries, answers } = this.marks;
    this.painter.paintMarks(this.radius, {
      queries: queries.map(at),
      answers: answers.map(at),
      current: this.current === undefined ? [] : [at(this.current)],
      line: this.line ?? [],
    });
  }
}
