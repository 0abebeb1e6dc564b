/** Answers a panel's page. */

import type * as vscode from 'vscode';

import { Server } from '../../protocol/channel.js';
import type { Handlers, Wire } from '../../protocol/channel.js';

/** Starts answering. */
export function serveWebview<R, E>(webview: vscode.Webview, handlers: Handlers<R>): Server<R, E> {
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
  return new Server<R, E>(wire, handlers);
}
