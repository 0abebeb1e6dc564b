// The colour themes of VS Code.
import { poll } from './poll.mjs';

/** The themes that every VS Code has, by id, with their labels in the picker and what webviews get told. */
export const THEMES = {
  'Dark Modern': { label: 'Dark Modern', kind: 'vscode-dark' },
  'Light Modern': { label: 'Light Modern', kind: 'vscode-light' },
  'Dark 2026': { label: 'Dark 2026', kind: 'vscode-dark' },
  'Light 2026': { label: 'Light 2026', kind: 'vscode-light' },
  'Default High Contrast': { label: 'Dark High Contrast', kind: 'vscode-high-contrast' },
  'Default High Contrast Light': { label: 'Light High Contrast', kind: 'vscode-high-contrast-light' },
};

/**
 * Waits until a theme has reached the workbench and, as they hear of it last and one by one, all its webviews.
 * @param {import('playwright-core').Page} page
 */
export async function waitForTheme(page, id) {
  const { kind } = THEMES[id];
  const everywhere = await poll(async () => {
    const told = await Promise.all(
      page
        .frames()
        .map((frame) => frame.evaluate(() => document.body?.dataset.vscodeThemeId).catch(() => undefined)),
    );
    return told.every((each) => each === undefined || each === id) && hasWorkbenchTheme(page, kind);
  });
  if (!everywhere) {
    throw new Error(`Theme '${id}' was picked but did not take effect.`);
  }
}

function hasWorkbenchTheme(page, kind) {
  const classes = { 'vscode-dark': 'vs-dark', 'vscode-light': 'vs', 'vscode-high-contrast': 'hc-black' };
  return page.evaluate(
    (name) => !!document.querySelector(`.monaco-workbench.${name}`),
    classes[kind] ?? 'hc-light',
  );
}
