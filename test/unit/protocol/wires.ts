/** Two ends of one wire, joined in this process. */

import type { Wire } from '../../../src/protocol/channel.js';

type Receive = (message: unknown) => void;

export interface Wires {
  readonly host: Wire;
  readonly page: Wire;
  /** What the host, the page posted, in order. */
  readonly fromHost: unknown[];
  readonly fromPage: unknown[];
  /** The page goes away without a word, as a hidden webview does. */
  dropPage(): void;
}

export function wires(): Wires {
  const pages = new Set<Receive>();
  const hosts = new Set<Receive>();
  const end = (sent: unknown[], to: Set<Receive>, own: Set<Receive>): Wire => ({
    post: (message) => {
      sent.push(message);
      to.forEach((receive) => {
        receive(message);
      });
    },
    listen: (receive) => {
      own.add(receive);
      return () => own.delete(receive);
    },
  });
  const [fromHost, fromPage]: [unknown[], unknown[]] = [[], []];
  return {
    host: end(fromHost, pages, hosts),
    page: end(fromPage, hosts, pages),
    fromHost,
    fromPage,
    dropPage: () => {
      pages.clear();
    },
  };
}
