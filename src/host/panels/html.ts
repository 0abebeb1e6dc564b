/** The page of a panel. */

import { randomBytes } from 'node:crypto';

import * as vscode from 'vscode';

import type { PanelName } from '../../protocol/panels/registry.js';

/** The only folder that a webview may load from. */
export function webviewFolder(extensionUri: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
}

/**
 * The page that loads the bundle of panel `name`. Nothing runs without the nonce, nothing comes from elsewhere.
 * @param model URI of the model, for the panel's saved state
 */
export function panelPage(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  name: PanelName,
  model: vscode.Uri,
  title: string,
): string {
  const nonce = randomBytes(16).toString('hex');
  const source = (file: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(webviewFolder(extensionUri), file)).toString();
  const policy = [
    `default-src 'none'`,
    `img-src ${webview.cspSource} blob: data:`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `font-src ${webview.cspSource}`,
    `script-src 'nonce-${nonce}'`,
  ].join('; ');
  const texts = JSON.stringify(vscode.l10n.bundle ?? {});
  return `<!DOCTYPE html>
<html lang="${escape(vscode.env.language)}">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${escape(policy)}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${escape(title)}</title>
    <link rel="stylesheet" href="${source('codicon.css')}" id="vscode-codicon-stylesheet" nonce="${nonce}">
    <link rel="stylesheet" href="${source('common.css')}">
    <link rel="stylesheet" href="${source(`${name}.css`)}">
  </head>
  <body data-panel="${name}" data-model="${escape(model.toString())}" data-nonce="${nonce}" data-l10n="${escape(texts)}">
    <main id="root"></main>
    <script nonce="${nonce}" src="${source(`${name}.js`)}"></script>
  </body>
</html>`;
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
