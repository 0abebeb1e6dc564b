/** The panel's end of the wire to the extension host, its saved state, and its texts. */

import { Client } from '../../src/protocol/channel.js';
import type { RequestMap, Wire } from '../../src/protocol/channel.js';
import type { EveryPanelEvents, EveryPanelRequests } from '../../src/protocol/everyPanel.js';

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** What a panel keeps over a reload of the window. */
export interface SavedState<S> {
  get(): Partial<S>;
  /** Changes what is given and keeps the rest. */
  update(changes: Partial<S>): void;
}

export interface Host<R extends RequestMap<R>, S = object> {
  readonly client: Client<R, EveryPanelEvents>;
  /** The same client, for the parts that every panel has. */
  readonly common: Client<EveryPanelRequests, EveryPanelEvents>;
  readonly state: SavedState<S>;
  readonly l10n: typeof l10n;
}

/** Connects the panel; once a page. */
export function connect<R extends RequestMap<R> & EveryPanelRequests, S = object>(): Host<R, S> {
  const api = acquireVsCodeApi();
  const wire: Wire = {
    post: (message) => {
      api.postMessage(message);
    },
    listen: (receive) => {
      const listener = ({ data }: MessageEvent): void => {
        receive(data);
      };
      window.addEventListener('message', listener);
      return () => {
        window.removeEventListener('message', listener);
      };
    },
  };
  const client = new Client<R, EveryPanelEvents>(wire);
  const state: SavedState<S> = {
    get: () => (api.getState() ?? {}) as Partial<S>,
    update: (changes) => {
      api.setState({ ...state.get(), ...changes });
    },
  };
  // The host brings a panel back by the model in its state.
  api.setState({ ...state.get(), model: document.body.dataset['model'] });
  // The common requests are among the panel's own.
  const common = client as unknown as Client<EveryPanelRequests, EveryPanelEvents>;
  return { client, common, state, l10n };
}

let texts: Readonly<Record<string, string>> | undefined;

/** The translation of an English text; `{0}`, `{1}`, ... stand for the arguments. */
export function l10n(text: string, ...values: readonly (string | number)[]): string {
  texts ??= JSON.parse(document.body.dataset['l10n'] ?? '{}') as Record<string, string>;
  const translated = texts[text] ?? text;
  return translated.replace(/\{(\d+)\}/g, (whole, place: string) => String(values[Number(place)] ?? whole));
}
