/** Saving maps as `unpool top` does: a picture, or numbers. */

import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';

import { element } from '../../common/dom.js';
import type { ErrorLine } from '../../common/errors.js';
import { l10n } from '../../common/host.js';

export function fileBar(
  errors: ErrorLine,
  what: string,
  save: (form: 'png' | 'json') => Promise<boolean>,
): HTMLElement {
  const done = element('span', { class: 'done', role: 'status' });
  const button = (icon: string, label: string, form: 'png' | 'json'): HTMLElement =>
    element('vscode-toolbar-button', {
      icon,
      label: `${label}: ${what}`,
      title: `${label}: ${what}`,
      onclick: () => {
        save(form).then(
          (isSaved) => {
            done.textContent = isSaved ? l10n('Saved') : '';
            setTimeout(() => {
              done.textContent = '';
            }, 3000);
          },
          (error: unknown) => {
            errors.show(error);
          },
        );
      },
    });
  return element(
    'div',
    { class: 'save-bar' },
    done,
    button('device-camera', l10n('Save picture as PNG'), 'png'),
    button('save-as', l10n('Save numbers as JSON'), 'json'),
  );
}
