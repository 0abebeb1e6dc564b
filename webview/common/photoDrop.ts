/** Photos dropped on the page: files that VS Code names, and files from elsewhere, of which there are only the bytes. */

import type { Client } from '../../src/protocol/channel.js';
import type { EveryPanelEvents, EveryPanelRequests } from '../../src/protocol/everyPanel.js';
import { element, icon } from './dom.js';
import type { ErrorLine } from './errors.js';
import { l10n } from './host.js';
import { urisIn } from './uriList.js';

/** Lists of URIs, one a line: VS Code's own names all files, the common one the first alone. */
const LISTS = ['application/vnd.code.uri-list', 'text/uri-list'];

/** Takes what is dropped anywhere on the page. */
export function acceptPhotos(client: Client<EveryPanelRequests, EveryPanelEvents>, errors: ErrorLine): void {
  const hint = element(
    'div',
    { class: 'drop-hint', 'aria-hidden': 'true', hidden: true },
    icon('file-media'),
    l10n('Drop photos here'),
  );
  document.body.append(hint);
  const over = (event: DragEvent): void => {
    if (event.dataTransfer !== null && isWelcome(event.dataTransfer, event.shiftKey)) {
      // Without this VS Code would take the drop and open the file.
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
      hint.hidden = false;
    }
  };
  document.addEventListener('dragenter', over);
  document.addEventListener('dragover', over);
  document.addEventListener('dragleave', ({ relatedTarget }) => {
    hint.hidden ||= relatedTarget === null;
  });
  document.addEventListener('drop', (event) => {
    hint.hidden = true;
    if (event.dataTransfer !== null && isWelcome(event.dataTransfer, event.shiftKey)) {
      event.preventDefault();
      add(client, event.dataTransfer).catch((error: unknown) => {
        errors.show(error);
      });
    }
  });
}

/** Pictures are; other files are VS Code's to open, unless Shift says that they are meant for the page. */
function isWelcome({ items, types }: DataTransfer, hasShift: boolean): boolean {
  const files = [...items].filter(({ kind }) => kind === 'file');
  return files.length > 0
    ? hasShift || files.every(({ type }) => type.startsWith('image/'))
    : LISTS.some((list) => types.includes(list));
}

async function add(
  client: Client<EveryPanelRequests, EveryPanelEvents>,
  transfer: DataTransfer,
): Promise<void> {
  // A drop can only be read before the first wait.
  const uris = urisIn(LISTS.map((list) => transfer.getData(list)).find((text) => text !== '') ?? '');
  const files = uris.length > 0 ? [] : [...transfer.files];
  for (const file of files.filter(({ type }) => type.startsWith('image/'))) {
    uris.push(await client.request('storeDropped', { name: file.name, bytes: await file.arrayBuffer() }));
  }
  await client.request('addDropped', { uris });
}
