/** The drawing in VS Code's colours. */

import { currentTheme } from '../theme.js';
import type { Family } from './families.js';

export interface GraphColours {
  readonly background: string;
  readonly node: string;
  readonly border: string;
  readonly text: string;
  readonly muted: string;
  readonly edge: string;
  /** Edges at the selected node. */
  readonly strongEdge: string;
  readonly selected: string;
  readonly selectedText: string;
  readonly focus: string;
  /** Border of what the search finds. */
  readonly match: string;
  readonly warning: string;
  readonly family: Readonly<Record<Family, string>>;
  readonly fontFamily: string;
}

export function graphColours(): GraphColours {
  const style = getComputedStyle(document.body);
  const theme = currentTheme();
  const first = (...names: readonly string[]): string =>
    names.map((name) => style.getPropertyValue(`--vscode-${name}`).trim()).find((value) => value !== '') ??
    theme.foreground;
  const focus = first('focusBorder', 'contrastActiveBorder');
  return {
    background: theme.background,
    node: first('editorWidget-background', 'editor-background'),
    border: first('contrastBorder', 'editorWidget-border', 'widget-border', 'panel-border'),
    text: theme.foreground,
    muted: theme.muted,
    edge: first('contrastBorder', 'editorLineNumber-foreground'),
    strongEdge: focus,
    selected: first('list-activeSelectionBackground', 'editor-background'),
    selectedText: first('list-activeSelectionForeground', 'foreground'),
    focus,
    match: first('contrastActiveBorder', 'charts-yellow', 'charts-orange'),
    warning: first('list-warningForeground', 'editorWarning-foreground', 'charts-yellow'),
    family: {
      weights: first('charts-blue'),
      activation: first('charts-red'),
      pool: first('charts-green'),
      normalisation: first('charts-purple'),
      join: first('charts-yellow'),
      other: theme.muted,
    },
    fontFamily: theme.fontFamily,
  };
}
