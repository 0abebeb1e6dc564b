/** The read-only editor of .onnx files: the model at a glance. */

import * as vscode from 'vscode';

import { openPage } from '../panels/page.js';
import { EDITOR_TYPE } from '../panels/panels.js';
import type { Panels } from '../panels/panels.js';
import type { Services } from '../services.js';

export function registerModelEditor(services: Services, panels: Panels): vscode.Disposable {
  const { selection } = services;
  return vscode.window.registerCustomEditorProvider(
    EDITOR_TYPE,
    {
      openCustomDocument: (uri) => ({ uri, dispose: () => undefined }),
      resolveCustomEditor: ({ uri }, panel) => {
        const page = openPage(panel.webview, 'architecture', selection.acquire(uri), services, (name, show) =>
          panels.show(name, uri, show),
        );
        panel.onDidDispose(() => {
          page.dispose();
        });
        const activate = (): void => {
          if (panel.active) {
            selection.activate(uri);
          }
        };
        panel.onDidChangeViewState(activate);
        activate();
      },
    } satisfies vscode.CustomReadonlyEditorProvider,
    { supportsMultipleEditorsPerDocument: true },
  );
}
