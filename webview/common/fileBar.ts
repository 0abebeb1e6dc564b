/** Saving what a panel shows as the command line does. */

import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';

import { element } from './dom.js';
import type { ErrorLine } from './errors.js';
import { l10n } from './host.js';

/** What a file holds: a picture, or numbers. */
export type FileForm = 'png' | 'json' | 'csv';

/** Buttons for some forms. @param save false where the user cancelled */
export function fileBar<Form extends FileForm>(
  errors: ErrorLine,
  what: string,
  forms: readonly Form[],
  save: (form: Form) => Promise<boolean>,
): HTMLElement {
  const texts: Readonly<Record<FileForm, string>> = {
    png: l10n('Save picture as PNG'),
    json: l10n('Save numbers as JSON'),
    csv: l10n('Save numbers as CSV'),
  };
  const done = element('span', { class: 'done', role: 'status' });
  const button = (form: Form): HTMLElement =>
    element('vscode-toolbar-button', {
      icon: form === 'png' ? 'device-camera' : 'save-as',
      label: `${texts[form]}: ${what}`,
      title: `${texts[form]}: ${what}`,
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
  return element('div', { class: 'save-bar' }, done, ...forms.map(button));
}
