/** The panels beside the code: one of each kind for a model. */

import * as vscode from 'vscode';

import { BESIDE_PANELS, viewType } from '../../protocol/panels/registry.js';
import type { BesidePanel, PanelName } from '../../protocol/panels/registry.js';
import type { Services } from '../services.js';
import type { ShowRequest } from './context.js';
import { titleOf } from './hostSides.js';
import { openPage } from './page.js';
import type { Page } from './page.js';

export const EDITOR_TYPE = 'unpool.model';

/** VS Code's commands that go to its editor groups, the first one first. */
const FOCUS_GROUP = ['First', 'Second', 'Third', 'Fourth', 'Fifth', 'Sixth', 'Seventh', 'Eighth'].map(
  (place) => `focus${place}EditorGroup`,
);

interface OpenPanel {
  readonly panel: vscode.WebviewPanel;
  readonly page: Page;
}

export class Panels {
  private readonly open = new Map<string, OpenPanel>();
  /** What panels that were open before VS Code was last closed are to show when VS Code hands them over. */
  private readonly waking = new Map<string, ShowRequest>();

  constructor(private readonly services: Services) {}

  /** Shows a panel of a model, which becomes the active one. */
  async show(name: PanelName, model: vscode.Uri, request: ShowRequest = {}): Promise<void> {
    const { selection } = this.services;
    selection.activate(model);
    if (request.layer !== undefined) {
      selection.selectLayer(model, request.layer);
    }
    if (name === 'architecture') {
      await vscode.commands.executeCommand('vscode.openWith', model, EDITOR_TYPE);
      return;
    }
    const existing = this.open.get(keyOf(name, model));
    if (existing !== undefined) {
      existing.panel.reveal(undefined, request.keepsFocus);
      existing.page.show(request);
      return;
    }
    if (await this.wakeRestored(name, model, request)) {
      return;
    }
    const panel = vscode.window.createWebviewPanel(viewType(name), '', {
      viewColumn: this.column(),
      preserveFocus: request.keepsFocus ?? false,
    });
    this.fill(panel, name, model, request);
  }

  /** Lets panels come back after the window was reloaded. */
  registerSerializers(): vscode.Disposable {
    return vscode.Disposable.from(
      ...BESIDE_PANELS.map((name) =>
        vscode.window.registerWebviewPanelSerializer(viewType(name), {
          deserializeWebviewPanel: async (panel, state: { readonly model?: string } | undefined) => {
            const model = state?.model ?? this.services.selection.file?.uri.toString();
            if (model === undefined || this.open.has(keyOf(name, vscode.Uri.parse(model)))) {
              panel.dispose();
              return;
            }
            const key = keyOf(name, vscode.Uri.parse(model));
            this.fill(panel, name, vscode.Uri.parse(model), this.waking.get(key) ?? {});
            this.waking.delete(key);
          },
        }),
      ),
    );
  }

  /**
   * Shows the tab of a panel that VS Code has kept over a reload. While nobody has looked at the tab, VS Code has not
   * handed the panel over, and there is no other way to it.
   * @returns false when there is no such tab
   */
  private async wakeRestored(name: BesidePanel, model: vscode.Uri, request: ShowRequest): Promise<boolean> {
    const label = titleOf(name, model);
    for (const { tabs, viewColumn } of vscode.window.tabGroups.all) {
      const place = tabs.findIndex(
        (tab) =>
          tab.label === label &&
          tab.input instanceof vscode.TabInputWebview &&
          // VS Code puts a prefix of its own before it.
          tab.input.viewType.endsWith(viewType(name)),
      );
      const focusGroup = FOCUS_GROUP[viewColumn - 1];
      if (place >= 0 && focusGroup !== undefined) {
        this.waking.set(keyOf(name, model), request);
        await vscode.commands.executeCommand(`workbench.action.${focusGroup}`);
        await vscode.commands.executeCommand('workbench.action.openEditorAtIndex', place);
        return true;
      }
    }
    return false;
  }

  private fill(panel: vscode.WebviewPanel, name: BesidePanel, model: vscode.Uri, request: ShowRequest): void {
    const { selection, extensionUri } = this.services;
    const lease = selection.acquire(model);
    panel.title = titleOf(name, model);
    panel.iconPath = {
      light: vscode.Uri.joinPath(extensionUri, 'media/icons/panel-light.svg'),
      dark: vscode.Uri.joinPath(extensionUri, 'media/icons/panel-dark.svg'),
    };
    const page = openPage(panel.webview, name, lease, this.services, (other, show) =>
      this.show(other, model, show),
    );
    const key = keyOf(name, model);
    this.open.set(key, { panel, page });
    panel.onDidDispose(() => {
      this.open.delete(key);
      page.dispose();
    });
    panel.onDidChangeViewState(() => {
      if (panel.active) {
        selection.activate(model);
      }
    });
    if (request.channel !== undefined) {
      // The page asks for its model once it listens.
      const listening = panel.webview.onDidReceiveMessage(() => {
        listening.dispose();
        page.show(request);
      });
    }
  }

  /** Beside what the user works in; where panels are there already, with them. */
  private column(): vscode.ViewColumn {
    const shown = [...this.open.values()].find(({ panel }) => panel.visible);
    const hasTabs = vscode.window.tabGroups.all.some(({ tabs }) => tabs.length > 0);
    return shown?.panel.viewColumn ?? (hasTabs ? vscode.ViewColumn.Beside : vscode.ViewColumn.One);
  }
}

function keyOf(name: PanelName, model: vscode.Uri): string {
  return `${name} ${model.toString()}`;
}
