/** The photo with the occluder, which the user drags, and what the network says to it. */

import type { OccludedView } from '../../../src/protocol/panels/occlusion.js';
import type { Picture } from '../../../src/protocol/view.js';
import { outline, paintInto } from '../../common/canvas.js';
import { element } from '../../common/dom.js';
import { Figure } from '../../common/figure.js';
import { l10n } from '../../common/host.js';
import { answerChart } from './answerChart.js';
import { moveOf } from './geometry.js';
import type { Place } from './geometry.js';

export interface OccluderOptions {
  readonly saving: HTMLElement;
  nameOf(classIndex: number): string;
  /** The user moved the occluder's top-left corner there, perhaps beyond the photo. */
  move(place: Place): void;
}

export interface OccluderState {
  readonly photo: Picture;
  readonly size: number;
  readonly stride: number;
  /** Undefined where there is no occluder yet. */
  readonly place: Place | undefined;
  readonly classIndex: number;
}

const GREY = 'rgb(128 128 128 / 70%)';
const NOTHING: OccluderState = {
  photo: { width: 1, height: 1, rgba: new ArrayBuffer(4) },
  size: 1,
  stride: 1,
  place: undefined,
  classIndex: 0,
};

export class OccluderFigure {
  private readonly figure: Figure;
  private readonly sentence = element('p', { role: 'status' });
  private readonly chart;
  readonly element: HTMLElement;
  private state = NOTHING;
  private answer: { readonly place: Place; readonly view: OccludedView } | undefined;
  /** From the pointer to the occluder's corner while it is dragged. */
  private grip: Place | undefined;

  constructor(private readonly options: OccluderOptions) {
    this.chart = answerChart(
      () => ({ top: this.answer?.view.top ?? [], classIndex: this.state.classIndex }),
      (classIndex) => options.nameOf(classIndex),
    );
    this.figure = new Figure({
      title: l10n('Covered photo'),
      saving: options.saving,
      draw: (canvas, side) => {
        this.paint(canvas, side);
      },
      foot: [
        element('div', { class: 'muted' }, l10n('Drag the square, or point at a cell of a heatmap.')),
        element('div', { class: 'answer' }, this.sentence, this.chart.element),
      ],
    });
    this.element = this.figure.element;
    this.listen(this.figure.canvas);
  }

  get canvas(): HTMLCanvasElement {
    return this.figure.canvas;
  }

  /** The photo as the network last saw it. */
  get picture(): Picture {
    const { photo, size } = this.state;
    return this.answer !== undefined && this.isAnswered
      ? covered(photo, this.answer.place, size, this.answer.view.fill)
      : photo;
  }

  show(state: OccluderState): void {
    this.state = state;
    this.draw();
  }

  /** @param sentence the answer in words */
  tell(view: OccludedView, place: Place, sentence: string): void {
    this.answer = { place, view };
    this.sentence.textContent = sentence;
    this.draw();
    this.chart.draw(
      [
        l10n('The most probable classes of the covered photo'),
        ...view.top.map(({ index }) => this.options.nameOf(index)),
      ].join(', '),
    );
  }

  /** The photo or what covers it changed: there is no answer to it yet. */
  forget(): void {
    this.answer = undefined;
    this.sentence.textContent = '';
    this.chart.draw(l10n('No answer yet'));
  }

  private get isAnswered(): boolean {
    const { place } = this.state;
    return (
      place !== undefined && place.top === this.answer?.place.top && place.left === this.answer.place.left
    );
  }

  private draw(): void {
    const { place } = this.state;
    const where = place === undefined ? '' : l10n('the square at column {0}, row {1}', place.left, place.top);
    this.figure.draw([l10n('The photo with a square to move by the arrow keys'), where].join(', '));
  }

  private paint(canvas: HTMLCanvasElement, side: number): void {
    const { photo, place, size } = this.state;
    const context = paintInto(canvas, photo, side);
    if (context === null || place === undefined) {
      return;
    }
    const square = { ...place, width: size, height: size };
    const [red = 0, green = 0, blue = 0] = this.answer?.view.fill ?? [];
    context.fillStyle = this.isAnswered ? `rgb(${red} ${green} ${blue})` : GREY;
    context.fillRect(square.left, square.top, size, size);
    outline(context, square);
  }

  private listen(canvas: HTMLCanvasElement): void {
    canvas.classList.add('drag');
    canvas.tabIndex = 0;
    canvas.setAttribute('role', 'application');
    const pointed = ({ clientX, clientY }: PointerEvent): Place => {
      const box = canvas.getBoundingClientRect();
      const { width, height } = this.state.photo;
      return {
        left: ((clientX - box.left) / box.width) * width,
        top: ((clientY - box.top) / box.height) * height,
      };
    };
    canvas.addEventListener('pointerdown', (event) => {
      canvas.setPointerCapture(event.pointerId);
      const { place, size } = this.state;
      const at = pointed(event);
      const isOnSquare =
        place !== undefined &&
        at.left >= place.left &&
        at.left < place.left + size &&
        at.top >= place.top &&
        at.top < place.top + size;
      // A press beside the square brings its middle there.
      this.grip = isOnSquare
        ? { left: place.left - at.left, top: place.top - at.top }
        : { left: -size / 2, top: -size / 2 };
      this.drag(at);
    });
    canvas.addEventListener('pointermove', (event) => {
      if (this.grip !== undefined) {
        this.drag(pointed(event));
      }
    });
    for (const end of ['pointerup', 'pointercancel'] as const) {
      canvas.addEventListener(end, () => {
        this.grip = undefined;
      });
    }
    canvas.addEventListener('keydown', (event) => {
      const { place, stride } = this.state;
      const move = moveOf(event.key);
      if (move !== undefined && place !== undefined) {
        event.preventDefault();
        const step = event.shiftKey ? 1 : stride;
        this.options.move({ top: place.top + move.down * step, left: place.left + move.right * step });
      }
    });
  }

  private drag({ left, top }: Place): void {
    if (this.grip !== undefined) {
      this.options.move({ left: left + this.grip.left, top: top + this.grip.top });
    }
  }
}

/** The photo with a square of one colour. */
function covered(
  { width, height, rgba }: Picture,
  { top, left }: Place,
  size: number,
  fill: readonly number[],
): Picture {
  const pixels = new Uint8Array(rgba.slice(0));
  for (let y = Math.max(0, top); y < Math.min(height, top + size); y++) {
    for (let x = Math.max(0, left); x < Math.min(width, left + size); x++) {
      pixels.set(fill, (y * width + x) * 4);
    }
  }
  return { width, height, rgba: pixels.buffer };
}
