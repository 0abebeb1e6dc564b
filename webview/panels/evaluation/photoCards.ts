/** Photos that were asked about, each with what it was taken for and ways to look into it. */

import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';

import type { AnsweredPhotoView } from '../../../src/protocol/panels/evaluation.js';
import type { PanelName } from '../../../src/protocol/panels/registry.js';
import { element, icon } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import { className, shareText } from './texts.js';

/** Of a thumbnail, in CSS pixels. */
const SIDE = 112;

export interface CardActions {
  /** A PNG whose longer side has at most `side` pixels. */
  thumbnail(path: string, side: number): Promise<ArrayBuffer>;
  open(path: string, panel: PanelName): void;
  more(): void;
}

export class PhotoCards {
  private readonly list = element('ul', { class: 'answered' });
  private readonly more: HTMLElement;
  readonly element: HTMLElement;
  private names: readonly string[] = [];
  private readonly pictures = new Map<string, Promise<ImageBitmap>>();
  /** Draws a thumbnail once it is in sight. */
  private readonly inSight = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const canvas = target.querySelector('canvas');
      const path = target instanceof HTMLElement ? target.dataset['path'] : undefined;
      if (isIntersecting && canvas !== null && path !== undefined) {
        this.inSight.unobserve(target);
        void this.draw(path, canvas);
      }
    }
  });

  constructor(private readonly actions: CardActions) {
    this.more = element(
      'vscode-button',
      {
        secondary: true,
        hidden: true,
        onclick: () => {
          actions.more();
        },
      },
      l10n('Show More'),
    );
    this.element = element('div', { class: 'photo-cards' }, this.list, this.more);
  }

  /** Forgets the thumbnails: those of another set follow. */
  forget(): void {
    this.pictures.clear();
  }

  show(photos: readonly AnsweredPhotoView[], total: number, names: readonly string[]): void {
    const isLonger = this.names === names && this.list.childElementCount < photos.length;
    const first = isLonger && this.begins(photos) ? this.list.childElementCount : 0;
    this.names = names;
    if (first === 0) {
      this.inSight.disconnect();
      this.list.replaceChildren();
    }
    this.list.append(...photos.slice(first).map((photo) => this.card(photo)));
    this.more.hidden = photos.length >= total;
  }

  /** Whether the cards that are there are the first of these. */
  private begins(photos: readonly AnsweredPhotoView[]): boolean {
    return [...this.list.children].every(
      (card, place) => card instanceof HTMLElement && card.dataset['path'] === photos[place]?.path,
    );
  }

  private card(photo: AnsweredPhotoView): HTMLElement {
    const { path, actual, own, predicted, probability } = photo;
    const isRight = actual === predicted;
    const line = (index: number, share: number, kind: 'right' | 'own' | 'wrong'): HTMLElement => {
      const name = className(this.names, index);
      return element(
        'div',
        { class: `answer ${kind}` },
        kind === 'wrong' && icon('arrow-right'),
        kind === 'wrong' && element('span', { class: 'spoken' }, l10n('taken for')),
        element('span', { class: 'name', title: name }, name),
        element('span', { class: 'share' }, shareText(share)),
      );
    };
    const card = element(
      'li',
      { 'data-path': path },
      element(
        'div',
        { class: 'thumbnail' },
        element('canvas', { role: 'img', 'aria-label': path, width: 1, height: 1 }),
      ),
      element('div', { class: 'file muted', title: path }, path.slice(path.lastIndexOf('/') + 1)),
      line(actual, own, isRight ? 'right' : 'own'),
      isRight ? null : line(predicted, probability, 'wrong'),
      element(
        'div',
        { class: 'looks' },
        this.look(photo, 'predictions', 'graph', l10n('Predictions')),
        this.look(photo, 'featureMaps', 'layers', l10n('Feature Maps')),
        this.look(photo, 'projection', 'target', l10n('Projection')),
        this.look(photo, 'occlusion', 'inspect', l10n('Occlusion')),
      ),
    );
    this.inSight.observe(card);
    return card;
  }

  private look({ path }: AnsweredPhotoView, panel: PanelName, icon: string, title: string): HTMLElement {
    return element('vscode-toolbar-button', {
      icon,
      label: `${title}: ${path}`,
      title,
      onclick: () => {
        this.actions.open(path, panel);
      },
    });
  }

  private async draw(path: string, canvas: HTMLCanvasElement): Promise<void> {
    const picture = this.pictures.get(path) ?? this.fetch(path);
    this.pictures.set(path, picture);
    try {
      const image = await picture;
      const factor = Math.min(1, (SIDE * window.devicePixelRatio) / Math.max(image.width, image.height));
      canvas.width = Math.max(1, Math.round(image.width * factor));
      canvas.height = Math.max(1, Math.round(image.height * factor));
      const scale = SIDE / Math.max(canvas.width, canvas.height);
      canvas.style.width = `${canvas.width * scale}px`;
      canvas.style.height = `${canvas.height * scale}px`;
      canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    } catch {
      // A photo that is gone since is only not shown; what was said of it stays.
      this.pictures.delete(path);
    }
  }

  private async fetch(path: string): Promise<ImageBitmap> {
    const png = await this.actions.thumbnail(path, SIDE * 2);
    return createImageBitmap(new Blob([png], { type: 'image/png' }));
  }
}
