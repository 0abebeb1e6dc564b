/** Answers a panel's page. */

import type * as vscode from 'vscode';

import { Server } from '../../protocol/channel.js';
import type { Handlers, RequestMap, Wire } from '../../protocol/channel.js';

/** Tells the page something. */
export type Tell<E> = <Name extends keyof E & string>(name: Name, data: E[Name]) => void;

export interface WebviewServer<E> {
  tell<Name extends keyof E & string>(name: Name, data: E[Name]): void;
  /** Cancels what runs for the page. */
  dispose(): void;
}

/** Starts answering; `handlers` may tell the page of what goes on. */
export function serveWebview<R extends RequestMap<R>, E>(
  webview: vscode.Webview,
  handlers: (tell: Tell<E>) => Handlers<R>,
): WebviewServer<E> {
  const wire: Wire = {
    post: (message) => {
      // False when the page is gone or hidden: it asks again when it comes back.
      void webview.postMessage(message);
    },
    listen: (receive) => {
      const listening = webview.onDidReceiveMessage(receive);
      return () => {
        listening.dispose();
      };
    },
  };
  const tell: Tell<E> = (name, data) => {
    server.tell(name, data);
  };
  const server = new Server<R, E>(wire, handlers(tell));
  return {
    tell,
    dispose: () => {
      server.dispose();
    },
  };
}
