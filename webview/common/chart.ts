/** Chart.js in VS Code's colours. */

import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  LinearScale,
  LogarithmicScale,
  Tooltip,
} from 'chart.js';
import type { ChartConfiguration, ScaleOptionsByType } from 'chart.js';
import { MatrixController, MatrixElement } from 'chartjs-chart-matrix';

import { element } from './dom.js';
import { short } from './numbers.js';
import { currentTheme, onThemeChange } from './theme.js';
import type { Theme } from './theme.js';

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  LinearScale,
  LogarithmicScale,
  MatrixController,
  MatrixElement,
  Tooltip,
);

export interface ChartBox {
  /** A box that gives the chart its size: the panel's style sheet says how high it is. */
  readonly element: HTMLElement;
  /** Draws the chart again from what `configure` now says. */
  draw(summary: string): void;
  dispose(): void;
}

/**
 * A chart that keeps to the theme.
 * @param configure the whole chart in the theme's colours; asked again for every drawing
 */
export function chartBox(configure: (theme: Theme) => ChartConfiguration): ChartBox {
  const canvas = element('canvas', { role: 'img' });
  const box = element('div', { class: 'chart' }, canvas);
  let chart: Chart | undefined;
  let drawnIn: Theme | undefined;
  const draw = (): void => {
    const theme = currentTheme();
    const { options: own, ...rest } = configure(theme);
    const options = { animation: false as const, maintainAspectRatio: false, responsive: true, ...own };
    // Plugins belong to a chart from its beginning to its end, and so do fonts.
    if (chart !== undefined && theme === drawnIn && rest.plugins === undefined) {
      chart.data = rest.data;
      chart.options = options;
      chart.update('none');
      return;
    }
    Chart.defaults.font = { ...Chart.defaults.font, family: theme.fontFamily, size: theme.fontSize - 2 };
    drawnIn = theme;
    chart?.destroy();
    chart = new Chart(canvas, { ...rest, options });
  };
  const stopListening = onThemeChange(() => {
    if (chart !== undefined) {
      draw();
    }
  });
  return {
    element: box,
    draw: (summary) => {
      canvas.setAttribute('aria-label', summary);
      draw();
    },
    dispose: () => {
      stopListening();
      chart?.destroy();
      chart = undefined;
    },
  };
}

/** Colours and title of an axis, for the `scales` of a chart. */
export function axis(theme: Theme, title: string, hasGrid = true): AxisLook {
  return {
    grid: { display: hasGrid, color: theme.grid },
    border: { color: theme.grid },
    // Fewer numbers rather than slanting ones.
    ticks: { color: theme.muted, maxRotation: 0 },
    title: { display: title !== '', text: title, color: theme.muted },
  };
}

/** … of a logarithmic axis, which names powers of ten alone. */
export function logarithmicAxis(theme: Theme, title: string, hasGrid = true): LogarithmicAxisLook {
  const look = axis(theme, title, hasGrid);
  const callback = (value: number | string): string => {
    const number = Number(value);
    if (!Number.isInteger(Math.round(Math.log10(number) * 1e6) / 1e6)) {
      return '';
    }
    return number < 1 || number >= 1e6 ? short(number) : number.toLocaleString();
  };
  return { ...look, type: 'logarithmic', ticks: { ...look.ticks, callback } };
}

export interface AxisLook {
  readonly grid: Pick<ScaleOptionsByType['grid'], 'display'> & { readonly color: string };
  readonly border: { readonly color: string };
  readonly ticks: { readonly color: string; readonly maxRotation: number };
  readonly title: { readonly display: boolean; readonly text: string; readonly color: string };
}

export interface LogarithmicAxisLook extends AxisLook {
  readonly type: 'logarithmic';
  readonly ticks: AxisLook['ticks'] & { readonly callback: (value: number | string) => string };
}
