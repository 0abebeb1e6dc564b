/** VS Code's colours for what is drawn on canvas. */

import { rgb } from 'd3-color';

export interface Theme {
  readonly foreground: string;
  /** Axis titles and ticks. */
  readonly muted: string;
  readonly background: string;
  readonly grid: string;
  /** The plain series. */
  readonly series: string;
  /** The selected item of a series. */
  readonly selected: string;
  readonly warning: string;
  readonly fontFamily: string;
  readonly fontSize: number;
}

/** Read once for a theme: every property that is asked for makes the browser lay out the page first. */
let known: Theme | undefined;

/** The present theme; high contrast themes leave some colours out, which their borders replace. */
export function currentTheme(): Theme {
  watch();
  known ??= readTheme();
  return known;
}

function readTheme(): Theme {
  const style = getComputedStyle(document.body);
  const first = (...names: readonly string[]): string =>
    names.map((name) => style.getPropertyValue(`--vscode-${name}`).trim()).find((value) => value !== '') ??
    style.color;
  const muted = first('descriptionForeground', 'foreground');
  return {
    foreground: first('foreground'),
    muted,
    background: first('editor-background'),
    grid: faded(muted),
    series: first('charts-blue', 'focusBorder'),
    selected: first('charts-yellow', 'charts-orange', 'focusBorder'),
    warning: first('charts-red', 'errorForeground'),
    fontFamily: first('font-family'),
    fontSize: parseFloat(first('font-size')) || 13,
  };
}

/** Stays behind what is drawn over it: high contrast themes have but opaque colours. */
export function faded(colour: string): string {
  return rgb(colour).copy({ opacity: 0.25 }).formatRgb();
}

const listeners = new Set<() => void>();

/** VS Code swaps the body's class and the root's variables when the theme changes. */
const observer = new MutationObserver(() => {
  known = undefined;
  listeners.forEach((listener) => {
    listener();
  });
});

let isWatching = false;

function watch(): void {
  if (!isWatching) {
    isWatching = true;
    observer.observe(document.body, { attributeFilter: ['class', 'data-vscode-theme-id'] });
    observer.observe(document.documentElement, { attributeFilter: ['style'] });
  }
}

/** @returns a function that ends the listening */
export function onThemeChange(listener: () => void): () => void {
  watch();
  listeners.add(listener);
  return () => listeners.delete(listener);
}
