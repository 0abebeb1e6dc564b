/**
 * A hover's card in parts, each of a provider of its own, because VS Code shows what one answers while another
 * still computes: what is known at once stands there, and values are filled in between when they are there.
 */

import * as vscode from 'vscode';

/** From the top: what it is and where to go, its values, what its strongest maps see of indexed photos, further facts. */
export const PARTS = ['head', 'values', 'photos', 'facts'] as const;

export type CardPart = (typeof PARTS)[number];

/** What a provider shows at a place; undefined where there is nothing to say. */
export type ProvidePart = (
  part: CardPart,
  document: vscode.TextDocument,
  position: vscode.Position,
  signal: AbortSignal,
) => Promise<vscode.Hover | undefined>;

/** Registers a provider for each part. VS Code shows the one that was registered last at the top. */
export function registerParts(selector: vscode.DocumentSelector, provide: ProvidePart): vscode.Disposable {
  return vscode.Disposable.from(
    ...PARTS.toReversed().map((part) =>
      vscode.languages.registerHoverProvider(selector, {
        async provideHover(document, position, token) {
          const left = new AbortController();
          const listening = token.onCancellationRequested(() => {
            left.abort();
          });
          try {
            return await provide(part, document, position, left.signal);
          } finally {
            listening.dispose();
          }
        },
      }),
    ),
  );
}
