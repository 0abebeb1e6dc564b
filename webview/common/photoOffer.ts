/** Where no photo is chosen: the photos at hand, each a click away. */

import '@vscode-elements/elements/dist/vscode-button/index.js';

import type { Client } from '../../src/protocol/channel.js';
import type { EveryPanelEvents, EveryPanelRequests } from '../../src/protocol/everyPanel.js';
import type { PhotoView } from '../../src/protocol/view.js';
import { element } from './dom.js';
import type { ErrorLine } from './errors.js';
import { l10n } from './host.js';
import { Thumbnails } from './thumbnails.js';

const SIDE = 96;

export class PhotoOffer {
  private readonly groups = element('div', { class: 'groups' });
  private readonly thumbnails: Thumbnails;
  readonly element: HTMLElement;

  constructor(
    private readonly client: Client<EveryPanelRequests, EveryPanelEvents>,
    private readonly errors: ErrorLine,
  ) {
    this.thumbnails = new Thumbnails(client);
    const browse = (): void => void client.request('addPhotos', null);
    this.element = element(
      'div',
      { class: 'photo-offer' },
      element('p', {}, l10n('Choose a photo to see what the network makes of it.')),
      this.groups,
      element(
        'p',
        { class: 'muted' },
        l10n('Photos can be dropped here too; from the explorer of VS Code, with Shift held down.'),
      ),
      element('vscode-button', { secondary: true, onclick: browse }, l10n('Browse…')),
    );
  }

  /** Asks which photos there are now. */
  async fill(): Promise<void> {
    try {
      const { workspace, workspaceHeading, recent, samples } = await this.client.request(
        'offeredPhotos',
        null,
      );
      const groups: readonly [string, readonly PhotoView[]][] = [
        [workspaceHeading, workspace],
        [l10n('Used last'), recent],
        [l10n('Samples that come with Unpool'), samples],
      ];
      const filled = groups.filter(([, photos]) => photos.length > 0);
      this.groups.replaceChildren(...filled.map(([heading, photos]) => this.group(heading, photos)));
      await this.drawPictures();
    } catch (error) {
      this.errors.show(error);
    }
  }

  private group(heading: string, photos: readonly PhotoView[]): HTMLElement {
    const rows = photos.map(({ id, name }) =>
      element(
        'li',
        {},
        element(
          'button',
          {
            type: 'button',
            title: name,
            'data-photo': id,
            onclick: () => void this.client.request('selectPhoto', { photo: id }),
          },
          element(
            'span',
            { class: 'thumbnail' },
            element('canvas', { 'aria-hidden': 'true', width: 1, height: 1 }),
          ),
          element('span', { class: 'name' }, name),
        ),
      ),
    );
    return element('section', {}, element('h2', {}, heading), element('ul', {}, ...rows));
  }

  /** One after another, and none once a photo is chosen: what the panel asks for then would wait behind them. */
  private async drawPictures(): Promise<void> {
    for (const button of this.groups.querySelectorAll('button')) {
      const canvas = button.querySelector('canvas');
      if (canvas?.checkVisibility() !== true) {
        return;
      }
      await this.thumbnails.draw(button.dataset['photo'] ?? '', canvas, SIDE);
    }
  }
}
