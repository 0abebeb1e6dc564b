/** The command that does what a panel shows, to be copied into a script or onto a cluster. */

import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';

import { commandText, pathOfUri } from '../../src/protocol/commandText.js';
import type { ModelView, PhotoView } from '../../src/protocol/view.js';
import { element } from './dom.js';
import { l10n } from './host.js';

/** The files of a model and of photos, as words of a command. */
export function fileWords({ uri }: ModelView, ...photos: readonly PhotoView[]): readonly string[] {
  return [uri, ...photos.map(({ id }) => id)].map(pathOfUri);
}

export class CommandLine {
  private readonly text = element('code', { tabindex: 0, role: 'group', 'aria-label': l10n('Command') });
  private readonly done = element('span', { class: 'done', role: 'status' });
  readonly element = element(
    'footer',
    { class: 'command', hidden: true, title: l10n('Does the same in a terminal.') },
    element('span', { class: 'prompt', 'aria-hidden': 'true' }, '$'),
    this.text,
    this.done,
    element('vscode-toolbar-button', {
      icon: 'copy',
      label: l10n('Copy command'),
      title: l10n('Copy command'),
      onclick: () => void this.copy(),
    }),
  );

  /** @param words of the command, without quotes; none where no command does it */
  show(words: readonly string[]): void {
    this.text.textContent = commandText(words);
    this.element.hidden = words.length === 0;
  }

  private async copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(this.text.textContent);
      this.done.textContent = l10n('Copied');
      setTimeout(() => {
        this.done.textContent = '';
      }, 3000);
    } catch {
      // Where the clipboard is closed to the page, the text is one key away from it.
      getSelection()?.selectAllChildren(this.text);
      this.done.textContent = l10n('Press Ctrl+C to copy');
    }
  }
}
