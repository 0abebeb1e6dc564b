/** Writing an evaluation to files. */

import '@vscode-elements/elements/dist/vscode-button/index.js';

import { element } from '../../common/dom.js';
import { l10n } from '../../common/host.js';

type Form = 'csv' | 'json' | 'parquet';

/** Buttons for each form. @param write false where the user cancelled */
export function exportBar(write: (form: Form) => Promise<boolean>): HTMLElement {
  const done = element('span', { class: 'done muted', role: 'status' });
  const save = async (form: Form): Promise<void> => {
    if (await write(form)) {
      done.textContent = l10n('Saved');
      setTimeout(() => {
        done.textContent = '';
      }, 3000);
    }
  };
  const button = (form: Form, text: string, title: string): HTMLElement =>
    element('vscode-button', { secondary: true, title, onclick: () => void save(form) }, text);
  return element(
    'div',
    { class: 'exports' },
    element('span', { class: 'muted' }, l10n('Export')),
    button('csv', 'CSV', l10n('All answers and measures as CSV files beside each other')),
    button('json', 'JSON', l10n('All measures as one JSON file')),
    button('parquet', 'Parquet', l10n('All answers and measures as a folder of Parquet tables')),
    done,
  );
}
