/** One feature map: large, on the photo, and in numbers. */

import '@vscode-elements/elements/dist/vscode-button/index.js';

import type { FeatureMapsView } from '../../../src/protocol/panels/featureMaps.js';
import { fitSize, mapPicture, paint, pixelAt } from '../../common/canvas.js';
import { VIRIDIS } from '../../common/colour.js';
import type { Range } from '../../common/colour.js';
import { slider } from '../../common/controls.js';
import { element } from '../../common/dom.js';
import { factsTable, headRow, statisticsRows } from '../../common/factsTable.js';
import { l10n } from '../../common/host.js';
import { short } from '../../common/numbers.js';
import { mapOf } from './maps.js';

const SIDE = 320;

export interface DetailOptions {
  readonly opacity: number;
  onOpacity(opacity: number): void;
  /** Shows what in the photo causes the map. */
  project(channel: number): void;
}

export class Detail {
  private readonly title = element('h2');
  private readonly picture = element('canvas', { role: 'img' });
  private readonly reading = element('div', { class: 'reading muted', 'aria-live': 'off' });
  private readonly statistics = element('div');
  private readonly opacity;
  readonly element: HTMLElement;
  private view: FeatureMapsView | undefined;
  private channel = 0;
  private range: Range = { min: 0, max: 1 };

  constructor(options: DetailOptions, saving: HTMLElement) {
    this.opacity = slider(
      l10n('Map over photo'),
      { min: 0, max: 100, step: 5 },
      options.opacity,
      (value) => `${value} %`,
      (value) => {
        options.onOpacity(value);
        this.draw();
      },
    );
    this.picture.addEventListener('pointermove', (event) => {
      this.read(event);
    });
    this.picture.addEventListener('pointerleave', () => {
      this.reading.textContent = l10n('Point at the map to read its activations.');
    });
    const project = (): void => {
      options.project(this.channel);
    };
    this.element = element(
      'section',
      { class: 'detail', 'aria-label': l10n('Selected feature map') },
      element('div', { class: 'title' }, this.title, saving),
      this.picture,
      this.reading,
      this.opacity.element,
      element(
        'div',
        {},
        element('vscode-button', { icon: 'target', onclick: project }, l10n('Project This Map')),
      ),
      this.statistics,
    );
  }

  /** The map and the photo as they are shown, for saving. */
  get canvas(): HTMLCanvasElement {
    return this.picture;
  }

  show(view: FeatureMapsView, channel: number, range: Range): void {
    this.view = view;
    this.channel = channel;
    this.range = range;
    const statistics = view.perMap[channel];
    this.title.textContent = l10n('Map {0} of {1}', channel, view.layer);
    this.picture.setAttribute(
      'aria-label',
      l10n(
        'Feature map {0} of {1} over the photo, strongest activation {2}',
        channel,
        view.layer,
        short(statistics?.max ?? NaN),
      ),
    );
    this.reading.textContent = l10n('Point at the map to read its activations.');
    this.statistics.replaceChildren(
      factsTable(
        headRow('', l10n('this map'), l10n('whole layer')),
        ...statisticsRows(statistics, view.whole),
      ),
    );
    this.draw();
  }

  private draw(): void {
    if (this.view === undefined) {
      return;
    }
    const { picture: photo, shape } = this.view;
    const [, , height = 1, width = 1] = shape;
    const map = mapPicture(mapOf(this.view, this.channel), height, width, VIRIDIS, this.range);
    const size = fitSize(photo.width, photo.height, SIDE);
    paint(this.picture, photo, size, { picture: map, opacity: this.opacity.value / 100 });
  }

  private read(event: PointerEvent): void {
    if (this.view === undefined) {
      return;
    }
    const [, , height = 1, width = 1] = this.view.shape;
    const { x, y } = pixelAt(this.picture, { width, height }, event);
    const value = mapOf(this.view, this.channel)[y * width + x] ?? NaN;
    this.reading.textContent = l10n('row {0}, column {1}: {2}', y, x, short(value));
  }
}
