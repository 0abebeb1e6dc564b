/** The figures of the Projection panel: the projection, the patch that the unit sees, the photo, the feature map. */

import type { Picture } from '../../../src/protocol/view.js';
import { cropPicture, mapPicture, outline, paintInto, pictureNumbers, pixelAt } from '../../common/canvas.js';
import { rangeOf, VIRIDIS } from '../../common/colour.js';
import { colourBar } from '../../common/colourBar.js';
import { element } from '../../common/dom.js';
import { Figure } from '../../common/figure.js';
import { l10n } from '../../common/host.js';
import { percent, short } from '../../common/numbers.js';
import { ProjectionScale } from '../../common/projectionScale.js';
import type { Saveable } from '../../common/save.js';
import type { ProjectionState } from './state.js';
import { fieldOf } from './unit.js';

export interface FigureActions {
  /** Buttons that copy and save. */
  saving(what: Saveable): HTMLElement;
  /** File name without ending. */
  fileName(): string;
  /** Name of the method, for file names. */
  method(): string;
  isCropped(): boolean;
  /** The user clicked a pixel of the photo. */
  pickPixel(at: { readonly x: number; readonly y: number }): void;
  /** The user clicked a unit of the shown map. */
  pickUnit(at: { readonly x: number; readonly y: number }): void;
  /** @returns whether the key moves the unit */
  press(key: string): boolean;
}

export class Figures {
  private readonly scale = new ProjectionScale();
  private readonly clipped = element('div', { class: 'muted' });
  private readonly mapBar = colourBar(VIRIDIS);
  private readonly mapReading = element('div', { class: 'muted' }, l10n('Click a unit to project it.'));
  private readonly projected: Figure;
  private readonly patch: Figure;
  private readonly whole: Figure;
  private readonly map: Figure;
  readonly element: HTMLElement;

  constructor(
    private readonly state: ProjectionState,
    private readonly actions: FigureActions,
  ) {
    this.projected = new Figure({
      title: l10n('Projection'),
      saving: actions.saving({
        label: l10n('projection'),
        name: () => `${actions.fileName()}-${actions.method()}`,
        picture: () => this.projected.canvas,
        numbers: () => state.view,
      }),
      draw: (canvas, side) => {
        paintInto(canvas, this.cropped(state.view.projection), side);
      },
      foot: [this.scale.element, this.clipped],
    });
    this.patch = new Figure({
      title: l10n('Patch of the photo'),
      saving: actions.saving({
        label: l10n('patch of the photo'),
        name: () => `${actions.fileName()}-patch`,
        picture: () => this.patch.canvas,
        numbers: () => pictureNumbers(this.cropped(state.view.photo)),
      }),
      draw: (canvas, side) => {
        paintInto(canvas, this.cropped(state.view.photo), side);
      },
    });
    this.whole = new Figure({
      title: l10n('Receptive field'),
      saving: actions.saving({
        label: l10n('photo with the receptive field'),
        name: () => `${actions.fileName()}-field`,
        picture: () => this.whole.canvas,
        numbers: () => pictureNumbers(state.view.photo),
      }),
      draw: (canvas, side) => {
        const context = paintInto(canvas, state.view.photo, side);
        if (context !== null) {
          outline(context, fieldOf(state.view));
        }
      },
      foot: [
        element('div', { class: 'muted' }, l10n('Click the photo to pick the unit that answers there most.')),
      ],
    });
    this.map = new Figure({
      title: l10n('Feature map'),
      saving: actions.saving({
        label: l10n('feature map'),
        name: () => `${actions.fileName()}-map`,
        picture: () => this.map.canvas,
        numbers: () => {
          const { height, width, values } = state.view.map;
          return { shape: [height, width], values };
        },
      }),
      draw: (canvas, side) => {
        const { map, unit } = state.view;
        const context = paintInto(canvas, mapPicture(map.values, map.height, map.width, VIRIDIS), side);
        if (context !== null) {
          outline(context, { left: unit.x, top: unit.y, width: 1, height: 1 });
        }
      },
      foot: [this.mapBar.element, this.mapReading],
    });
    this.listen();
    this.element = element(
      'div',
      { class: 'figures' },
      this.projected.element,
      this.patch.element,
      this.whole.element,
      this.map.element,
    );
  }

  draw(): void {
    const { unit, layer, contrast, map, projection, values } = this.state.view;
    const { limit, clipped } = contrast;
    this.scale.show(values.length / (projection.width * projection.height), limit);
    this.clipped.textContent = l10n('{0} of the values are beyond this range', percent(clipped));
    this.mapBar.show(rangeOf(map.values));
    this.projected.draw(l10n('Projection of unit {0} of {1}', unit.channel, layer));
    this.patch.title = this.actions.isCropped() ? l10n('Patch of the photo') : l10n('Photo');
    this.patch.draw(l10n('What the unit sees of the photo'));
    this.whole.draw(
      l10n(
        'The photo with the receptive field; arrow keys move to the neighbouring unit, a click picks a unit',
      ),
    );
    this.map.title = l10n('Feature map {0}', unit.channel);
    this.map.element.hidden = this.state.isSingleUnit;
    this.map.draw(
      l10n(
        'Feature map {0}, the unit at row {1}, column {2}; arrow keys move to the neighbouring unit',
        unit.channel,
        unit.y,
        unit.x,
      ),
    );
  }

  private cropped(picture: Picture): Picture {
    return this.actions.isCropped() ? cropPicture(picture, fieldOf(this.state.view)) : picture;
  }

  private listen(): void {
    const { state, actions } = this;
    this.pickable(this.whole.canvas, (event) => {
      actions.pickPixel(pixelAt(this.whole.canvas, state.view.photo, event));
    });
    this.pickable(this.map.canvas, (event) => {
      actions.pickUnit(pixelAt(this.map.canvas, state.view.map, event));
    });
    this.map.canvas.addEventListener('pointermove', (event) => {
      const { map } = state.view;
      const { x, y } = pixelAt(this.map.canvas, map, event);
      const value = map.values[y * map.width + x] ?? NaN;
      this.mapReading.textContent = l10n('row {0}, column {1}: {2}', y, x, short(value));
    });
    this.map.canvas.addEventListener('pointerleave', () => {
      this.mapReading.textContent = l10n('Click a unit to project it.');
    });
  }

  /** Lets the pointer pick on a canvas, and the arrow keys move the unit. */
  private pickable(canvas: HTMLCanvasElement, pick: (event: MouseEvent) => void): void {
    canvas.classList.add('pick');
    canvas.tabIndex = 0;
    canvas.addEventListener('click', pick);
    canvas.addEventListener('keydown', (event) => {
      if (this.actions.press(event.key)) {
        event.preventDefault();
      }
    });
  }
}
