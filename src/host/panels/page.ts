/** Fills a webview with a panel's page, answers it and tells it of changes, until it goes away. */

import type * as vscode from 'vscode';

import type { Server } from '../../protocol/channel.js';
import type { EveryPanelEvents } from '../../protocol/everyPanel.js';
import type { PanelContracts } from '../../protocol/panels/contracts.js';
import type { PanelName } from '../../protocol/panels/registry.js';
import type { ModelLease } from '../modelFiles.js';
import type { Services } from '../services.js';
import type { PanelContext, ShowRequest } from './context.js';
import { HOST_SIDES, titleOf } from './hostSides.js';
import { panelPage, webviewFolder } from './html.js';
import { serveWebview } from './webviewServer.js';

export interface Page {
  /** Asks the page to show a layer and a map of it. */
  show(request: ShowRequest): void;
  dispose(): void;
}

/** @param lease the page's own hold of its model, released with the page */
export function openPage(
  webview: vscode.Webview,
  name: PanelName,
  lease: ModelLease,
  services: Services,
  open: PanelContext['open'],
): Page {
  const { file } = lease;
  const context: PanelContext = { ...services, file, open };
  const server = serve(name, webview, context);
  webview.options = { enableScripts: true, localResourceRoots: [webviewFolder(services.extensionUri)] };
  webview.html = panelPage(webview, services.extensionUri, name, file.uri, titleOf(name, file.uri));
  const tellIndexes = (): void => {
    // As above: a page asks by itself at first.
    if (file.current !== undefined) {
      void services.indexes.view(file).then(
        (view) => {
          server.tell('indexesChanged', view);
        },
        (error: unknown) => {
          services.log.error(error instanceof Error ? error : String(error));
        },
      );
    }
  };
  const listening = [
    services.indexes.onDidChange(tellIndexes),
    services.selection.onDidChangeSelection(() => {
      // A page whose model is not open yet asks by itself.
      if (file.current !== undefined) {
        server.tell('selectionChanged', services.selection.selectionOf(file.current));
      }
    }),
    file.onDidChange((model) => {
      server.tell('modelChanged', model.posted);
      server.tell('selectionChanged', services.selection.selectionOf(model));
      tellIndexes();
    }),
  ];
  return {
    show: ({ layer, channel }) => {
      server.tell('show', {
        ...(layer !== undefined && { layer }),
        ...(channel !== undefined && { channel }),
      });
    },
    dispose: () => {
      server.dispose();
      listening.forEach((each) => {
        each.dispose();
      });
      lease.dispose();
    },
  };
}

/** The panel's page asks what its contract says, and every page what all of them may. */
function serve<Name extends PanelName>(
  name: Name,
  webview: vscode.Webview,
  context: PanelContext,
): Server<PanelContracts[Name], EveryPanelEvents> {
  return serveWebview(webview, HOST_SIDES[name].handlers(context));
}
