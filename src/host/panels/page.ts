/** Fills a webview with a panel's page, answers it and tells it of changes, until it goes away. */

import type * as vscode from 'vscode';

import type { Handlers, RequestMap } from '../../protocol/channel.js';
import type { CommonEvents, CommonRequests, OcclusionEvents, PanelName } from '../../protocol/panels.js';
import type { ModelLease } from '../modelFiles.js';
import type { Services } from '../services.js';
import { activationsHandlers } from './activations.js';
import { architectureHandlers } from './architecture.js';
import type { PanelContext, ShowRequest } from './context.js';
import { featureMapsHandlers } from './featureMaps.js';
import { panelPage, webviewFolder } from './html.js';
import { kernelsHandlers } from './kernels.js';
import { occlusionHandlers } from './occlusion.js';
import { predictionsHandlers } from './predictions.js';
import { projectionHandlers } from './projection.js';
import { serveWebview } from './webviewServer.js';
import type { Tell, WebviewServer } from './webviewServer.js';

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
  webview.html = panelPage(webview, services.extensionUri, name, file.uri);
  const listening = [
    services.session.onDidChangeSelection(() => {
      // A page whose model is not open yet asks by itself.
      if (file.current !== undefined) {
        server.tell('selectionChanged', services.session.selectionOf(file.current));
      }
    }),
    file.onDidChange((model) => {
      server.tell('modelChanged', model.posted);
      server.tell('selectionChanged', services.session.selectionOf(model));
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

function serve(name: PanelName, webview: vscode.Webview, context: PanelContext): WebviewServer<CommonEvents> {
  const plain = <R extends RequestMap<R> & CommonRequests>(
    handlers: Handlers<R>,
  ): WebviewServer<CommonEvents> => serveWebview<R, CommonEvents>(webview, () => handlers);
  switch (name) {
    case 'architecture':
      return plain(architectureHandlers(context));
    case 'predictions':
      return plain(predictionsHandlers(context));
    case 'kernels':
      return plain(kernelsHandlers(context));
    case 'featureMaps':
      return plain(featureMapsHandlers(context));
    case 'projection':
      return plain(projectionHandlers(context));
    case 'activations':
      return plain(activationsHandlers(context));
    case 'occlusion':
      return serveWebview(webview, (tell: Tell<OcclusionEvents>) => occlusionHandlers(context, tell));
  }
}
