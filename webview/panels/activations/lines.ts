/** Charts of curves over numbers, with how often a layer is fed them behind. */

import { Chart, Filler, Legend, LineController, LineElement, PointElement } from 'chart.js';
import type { ChartDataset, LegendItem } from 'chart.js';

import { axis, chartBox, logarithmicAxis } from '../../common/chart.js';
import type { ChartBox } from '../../common/chart.js';
import { l10n } from '../../common/host.js';
import { short } from '../../common/numbers.js';
import { faded } from '../../common/theme.js';
import type { Theme } from '../../common/theme.js';
import { strokeOf } from '../../common/palette.js';

Chart.register(Filler, Legend, LineController, LineElement, PointElement);

export interface Curve {
  readonly name: string;
  readonly values: Float32Array;
  /** Place in the list of functions, which decides the stroke. */
  readonly place: number;
}

export interface Lines {
  /** First and last x of the curves. */
  readonly from: number;
  readonly to: number;
  readonly curves: readonly Curve[];
  /** Counts between edges, drawn behind the curves; left out in charts that have nothing to count. */
  readonly counts?: { readonly edges: Float32Array; readonly counts: Uint32Array };
}

export interface LinesOptions {
  readonly x: string;
  readonly y: string;
  readonly isLogarithmic?: boolean;
}

export function linesChart(shown: () => Lines, { x, y, isLogarithmic = false }: LinesOptions): ChartBox {
  return chartBox((theme) => {
    const { from, to, curves, counts } = shown();
    const look = axis(theme, x);
    const histogram = counts && histogramOf(counts, theme);
    return {
      type: 'line',
      data: {
        datasets: [
          ...curves.map((curve) => lineOf(curve, from, to, isLogarithmic)),
          ...(histogram ? [histogram] : []),
        ],
      },
      options: {
        interaction: { mode: 'nearest', axis: 'x', intersect: false },
        parsing: false,
        plugins: {
          legend: {
            position: 'bottom',
            labels: {
              color: theme.foreground,
              usePointStyle: true,
              pointStyleWidth: 32,
              generateLabels: legendOf,
            },
          },
          tooltip: {
            filter: ({ dataset }) => dataset.yAxisID !== 'counts',
            callbacks: {
              title: ([item]) => `${x} ${short(item?.parsed.x ?? NaN, 3)}`,
              label: ({ dataset, parsed }) => `${dataset.label ?? ''}: ${short(parsed.y ?? NaN, 4)}`,
            },
          },
        },
        scales: {
          x: { ...look, ticks: { ...look.ticks, includeBounds: false }, type: 'linear', min: from, max: to },
          y: isLogarithmic ? logarithmicAxis(theme, y) : { ...axis(theme, y), type: 'linear' },
          ...(histogram && {
            counts: {
              ...logarithmicAxis(theme, l10n('inputs (logarithmic)'), false),
              position: 'right' as const,
              min: 0.8,
            },
          }),
        },
      },
    };
  });
}

/** Chart.js itself draws every line of a legend solid, for it asks for the look of the points. */
function legendOf(chart: Chart): LegendItem[] {
  return Chart.defaults.plugins.legend.labels.generateLabels(chart).map((item) => {
    const dataset = chart.data.datasets[item.datasetIndex ?? 0] as ChartDataset<'line'>;
    const { borderDash = [], borderWidth, fill } = dataset;
    return {
      ...item,
      pointStyle: fill === undefined ? 'line' : 'rect',
      lineDash: borderDash as number[],
      lineWidth: Number(borderWidth),
    };
  });
}

function lineOf(
  { name, values, place }: Curve,
  from: number,
  to: number,
  isLogarithmic: boolean,
): ChartDataset<'line', { x: number; y: number }[]> {
  const { colour, dash } = strokeOf(place);
  return {
    label: name,
    data: Array.from(values, (y, at) => ({
      x: from + ((to - from) * at) / Math.max(1, values.length - 1),
      // A logarithmic axis has no zero.
      y: isLogarithmic && y <= 0 ? NaN : y,
    })),
    borderColor: colour,
    backgroundColor: colour,
    borderDash: [...dash],
    borderWidth: 2,
    pointRadius: isLogarithmic ? 2 : 0,
    pointHitRadius: 6,
    yAxisID: 'y',
    order: 0,
  };
}

function histogramOf(
  { edges, counts }: NonNullable<Lines['counts']>,
  theme: Theme,
): ChartDataset<'line', { x: number; y: number }[]> {
  const steps = Array.from(counts, (count, bin) => ({ x: edges[bin] ?? 0, y: Math.max(count, 0.8) }));
  return {
    label: l10n('inputs of the layer'),
    data: [...steps, { x: edges[counts.length] ?? 0, y: steps.at(-1)?.y ?? 0.8 }],
    stepped: 'before',
    fill: 'start',
    borderColor: theme.muted,
    borderWidth: 1,
    backgroundColor: faded(theme.muted),
    pointRadius: 0,
    yAxisID: 'counts',
    order: 1,
  };
}
