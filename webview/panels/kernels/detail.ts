/** One kernel: its picture, its slices, its numbers. */

import '@vscode-elements/elements/dist/vscode-button/index.js';

import type { KernelsView } from '../../../src/protocol/panels/kernels.js';
import { fitSize, paint } from '../../common/canvas.js';
import type { Range } from '../../common/colour.js';
import { element } from '../../common/dom.js';
import { factRow, factsTable } from '../../common/factsTable.js';
import { TileGrid } from '../../common/grid.js';
import { l10n } from '../../common/host.js';
import { short } from '../../common/numbers.js';
import { kernelPicture, sliceOf, slicePicture } from './kernelPicture.js';
import { weightsTable } from './weightsTable.js';

const PICTURE = 176;

/** A name and its value. */
export type Fact = readonly [string, string];

export interface DetailActions {
  /** Shows another kernel. */
  choose(kernel: number): void;
  showFeatureMap(kernel: number): void;
}

export class Detail {
  private readonly facts = element('div', { class: 'kernel-facts' });
  private readonly picture = element('canvas', { role: 'img' });
  private readonly slices: TileGrid;
  private readonly numbers = element('div');
  private readonly title = element('h2');
  readonly element: HTMLElement;
  private view: KernelsView | undefined;
  private kernel = 0;
  private channel = 0;
  private range: Range = { min: -1, max: 1 };

  constructor(
    private readonly actions: DetailActions,
    saving: HTMLElement,
  ) {
    this.slices = new TileGrid({
      label: l10n('Input channels of the kernel'),
      draw: (channel, canvas, side) => {
        if (this.view !== undefined) {
          const picture = slicePicture(this.view, this.kernel, channel, this.range);
          paint(canvas, picture, fitSize(picture.width, picture.height, side));
        }
      },
      caption: (channel) => this.channelName(channel),
      describe: (channel) => l10n('Input channel {0}', this.channelName(channel)),
      onSelect: (channel) => {
        this.channel = channel;
        this.showNumbers();
      },
    });
    this.element = element(
      'section',
      { class: 'detail', 'aria-label': l10n('Selected kernel') },
      element('div', { class: 'title' }, this.title, saving),
      element('div', { class: 'portrait' }, this.picture, this.facts),
      element('h3', {}, l10n('Input channels')),
      this.slices.element,
      this.numbers,
    );
  }

  /** The kernel's picture as it is shown, for saving. */
  get canvas(): HTMLCanvasElement {
    return this.picture;
  }

  show(view: KernelsView, kernel: number, range: Range, facts: readonly Fact[]): void {
    const [, inputs = 1, height = 1, width = 1] = view.shape;
    this.view = view;
    this.kernel = kernel;
    this.range = range;
    this.channel = Math.min(this.channel, inputs - 1);
    this.title.textContent = l10n('Kernel {0}', kernel);
    const picture = kernelPicture(view, kernel, range);
    paint(this.picture, picture, fitSize(picture.width, picture.height, PICTURE));
    this.picture.setAttribute(
      'aria-label',
      l10n('Kernel {0} of {1}, norm {2}', kernel, view.layer, short(view.norms[kernel] ?? NaN)),
    );
    this.showFacts(view, kernel, facts);
    this.slices.setItems(
      [{ items: Array.from({ length: inputs }, (_, channel) => channel) }],
      sliceSide(height, width),
    );
    this.slices.element.classList.toggle('many', inputs > 4);
    this.slices.select(this.channel);
    this.showNumbers();
  }

  private showFacts(view: KernelsView, kernel: number, facts: readonly Fact[]): void {
    const rows = facts.map(([name, value]) => factRow(name, value));
    const twins = view.nearDuplicates
      .filter(({ first, second }) => first === kernel || second === kernel)
      .map(({ first, second, cosine }) => ({ other: first === kernel ? second : first, cosine }));
    this.facts.replaceChildren(
      factsTable(...rows),
      ...twins.map(({ other, cosine }) =>
        element(
          'a',
          {
            href: '#',
            onclick: (event) => {
              event.preventDefault();
              this.actions.choose(other);
            },
          },
          l10n('Nearly the same as kernel {0} (cosine {1})', other, short(cosine)),
        ),
      ),
      element(
        'vscode-button',
        {
          secondary: true,
          onclick: () => {
            this.actions.showFeatureMap(kernel);
          },
        },
        l10n('Show Its Feature Map'),
      ),
    );
  }

  private showNumbers(): void {
    if (this.view === undefined) {
      return;
    }
    const [, , height = 1, width = 1] = this.view.shape;
    this.numbers.replaceChildren(
      element('h3', {}, l10n('Weights for input channel {0}', this.channelName(this.channel))),
      weightsTable(sliceOf(this.view, this.kernel, this.channel), height, width, this.range),
    );
  }

  /** The channel's number in the layer's whole input, or its colour. */
  private channelName(channel: number): string {
    if (this.view === undefined) {
      return String(channel);
    }
    const { shape, groups, colours } = this.view;
    const [outputs = 1, inputs = 1] = shape;
    const group = Math.floor(this.kernel / (outputs / groups));
    return colours?.[channel] ?? String(group * inputs + channel);
  }
}

function sliceSide(height: number, width: number): number {
  const largest = Math.max(height, width);
  return Math.max(largest, Math.floor(44 / largest) * largest);
}
