/** Copying and saving what a panel shows. */

import '@vscode-elements/elements/dist/vscode-context-menu/index.js';
import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';

import type { Client } from '../../src/protocol/channel.js';
import type {
  EveryPanelEvents,
  EveryPanelRequests,
  Numbers,
  NumbersForm,
} from '../../src/protocol/everyPanel.js';
import { element } from './dom.js';
import type { ErrorLine } from './errors.js';
import { l10n } from './host.js';
import { currentTheme } from './theme.js';

/** Ways to write a table. */
export type TableForm = 'csv' | 'json';

export interface Saveable {
  /** What it is, for the buttons' labels. */
  readonly label: string;
  /** File name without ending. */
  name(): string;
  picture(): HTMLCanvasElement;
  numbers?(): Numbers;
  /** Asks where to and writes what is shown with its names; false when the user cancelled. */
  table?(form: TableForm): Promise<boolean>;
}

interface FormChoice<Form extends NumbersForm> {
  readonly value: Form;
  readonly label: string;
}

const TABLE_FORMS: readonly FormChoice<TableForm>[] = [
  { value: 'csv', label: 'CSV' },
  { value: 'json', label: 'JSON' },
];
const FORMS: readonly FormChoice<NumbersForm>[] = [{ value: 'npy', label: 'NumPy (.npy)' }, ...TABLE_FORMS];

/** Buttons that copy the picture, save it, and save its numbers. */
export function saveBar(
  client: Client<EveryPanelRequests, EveryPanelEvents>,
  errors: ErrorLine,
  what: Saveable,
): HTMLElement {
  const done = element('span', { class: 'done', role: 'status' });
  const tell = (text: string): void => {
    done.textContent = text;
    setTimeout(() => {
      done.textContent = '';
    }, 3000);
  };
  const button = (iconName: string, label: string, act: () => Promise<void>): HTMLElement =>
    element('vscode-toolbar-button', {
      icon: iconName,
      label: `${label}: ${what.label}`,
      title: `${label}: ${what.label}`,
      onclick: () => {
        act().catch((error: unknown) => {
          errors.show(error);
        });
      },
    });
  const copy = async (): Promise<void> => {
    await copyPicture(what.picture());
    tell(l10n('Copied'));
  };
  const save = async (): Promise<void> => {
    const png = await (await pngOf(what.picture())).arrayBuffer();
    if (await client.request('savePicture', { name: what.name(), png })) {
      tell(l10n('Saved'));
    }
  };
  const saveNumbers = async (numbers: Numbers, form: NumbersForm): Promise<void> => {
    // A copy: the array may be a part of a larger buffer, all of which would travel.
    const { shape, values } = numbers;
    const params = { name: what.name(), numbers: { shape, values: values.slice() }, form };
    if (await client.request('saveNumbers', params)) {
      tell(l10n('Saved'));
    }
  };
  const bar = element(
    'div',
    { class: 'save-bar' },
    done,
    button('copy', l10n('Copy picture'), copy),
    button('device-camera', l10n('Save picture as PNG'), save),
  );
  const menu = <Form extends NumbersForm>(
    text: string,
    forms: readonly FormChoice<Form>[],
    write: (form: Form) => Promise<void>,
  ): void => {
    bar.append(
      formMenu(`${text}: ${what.label}`, forms, (form) => {
        write(form).catch((error: unknown) => {
          errors.show(error);
        });
      }),
    );
  };
  if (what.numbers) {
    const numbers = what.numbers.bind(what);
    menu(l10n('Save numbers'), FORMS, (form) => saveNumbers(numbers(), form));
  }
  if (what.table) {
    const table = what.table.bind(what);
    menu(l10n('Save as a table'), TABLE_FORMS, async (form) => {
      if (await table(form)) {
        tell(l10n('Saved'));
      }
    });
  }
  return bar;
}

function formMenu<Form extends NumbersForm>(
  label: string,
  forms: readonly FormChoice<Form>[],
  choose: (form: Form) => void,
): HTMLElement {
  const menu = element('vscode-context-menu');
  menu.data = [...forms];
  const opener = element('vscode-toolbar-button', {
    icon: 'save-as',
    label,
    title: label,
    onclick: () => {
      menu.show = !menu.show;
    },
  });
  menu.addEventListener('vsc-context-menu-select', ({ detail }) => {
    choose(detail.value as Form);
  });
  return element('div', { class: 'menu' }, opener, menu);
}

async function copyPicture(canvas: HTMLCanvasElement): Promise<void> {
  try {
    // The picture is handed over as a promise, for the click still counts then.
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': pngOf(canvas) })]);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(l10n('The picture could not be copied; save it instead. ({0})', reason), {
      cause: error,
    });
  }
}

/** The canvas on the theme's background, which charts leave out. */
function pngOf(canvas: HTMLCanvasElement): Promise<Blob> {
  const opaque = document.createElement('canvas');
  opaque.width = canvas.width;
  opaque.height = canvas.height;
  const context = opaque.getContext('2d');
  if (context !== null) {
    context.fillStyle = currentTheme().background;
    context.fillRect(0, 0, opaque.width, opaque.height);
    context.drawImage(canvas, 0, 0);
  }
  return new Promise((resolve, reject) => {
    opaque.toBlob((blob) => {
      if (blob === null) {
        reject(new Error(l10n('The picture is too large to be saved.')));
      } else {
        resolve(blob);
      }
    }, 'image/png');
  });
}
