/** Work that takes a while: a progress bar, a way to cancel, and only the latest work counts. */

import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js';

import { element } from './dom.js';
import type { ErrorLine } from './errors.js';
import { l10n } from './host.js';

/** Tells how far the work is, 0 to 1, and what it is at. */
export type Report = (share: number, text?: string) => void;

/** Work that is done sooner shows no bar, which would only flicker. */
const PATIENCE_MS = 200;

export class Busy {
  private readonly bar = element('vscode-progress-bar', { indeterminate: true });
  private readonly text = element('span', { class: 'text' });
  readonly element = element(
    'div',
    { class: 'busy', role: 'status', hidden: true },
    this.text,
    this.bar,
    element(
      'vscode-button',
      {
        secondary: true,
        onclick: () => {
          this.cancel();
        },
      },
      l10n('Cancel'),
    ),
  );
  private running: AbortController | undefined;

  constructor(private readonly errors: ErrorLine) {}

  /**
   * Runs `work` in place of what is running; its error, if any, is shown. The page is `ready` when the latest
   * work has ended.
   * @returns undefined where the work failed or was cancelled
   */
  async run<T>(
    text: string,
    work: (signal: AbortSignal, report: Report) => Promise<T>,
  ): Promise<T | undefined> {
    this.cancel();
    const controller = new AbortController();
    this.running = controller;
    document.body.dataset['ready'] = 'false';
    this.errors.clear();
    this.text.textContent = text;
    this.bar.indeterminate = true;
    const timer = setTimeout(() => {
      this.element.hidden = false;
    }, PATIENCE_MS);
    const report: Report = (share, now) => {
      if (this.running === controller) {
        this.bar.indeterminate = false;
        this.bar.value = share * 100;
        this.text.textContent = now ?? text;
      }
    };
    try {
      return await work(controller.signal, report);
    } catch (error) {
      if (!controller.signal.aborted) {
        this.errors.show(error);
      }
      return undefined;
    } finally {
      clearTimeout(timer);
      if (this.running === controller) {
        this.running = undefined;
        this.element.hidden = true;
        document.body.dataset['ready'] = 'true';
      }
    }
  }

  /** Ends what is running, if anything is. */
  cancel(): void {
    this.running?.abort();
  }
}
