/** How often the layer's activations take which value. */

import { axis, chartBox, logarithmicAxis } from '../../common/chart.js';
import type { ChartBox } from '../../common/chart.js';
import { l10n } from '../../common/host.js';
import { short } from '../../common/numbers.js';

export interface Counts {
  /** One more than counts. */
  readonly edges: Float32Array;
  readonly counts: Uint32Array;
}

export function histogram(shown: () => Counts): ChartBox {
  return chartBox((theme) => {
    const { edges, counts } = shown();
    const look = axis(theme, l10n('activation'), false);
    const edge = (at: number): string => short(edges[at] ?? NaN, 3);
    return {
      type: 'bar',
      data: {
        datasets: [
          {
            // A logarithmic axis has no zero.
            data: Array.from(counts, (count, bin) => ({
              x: ((edges[bin] ?? NaN) + (edges[bin + 1] ?? NaN)) / 2,
              y: count > 0 ? count : null,
            })),
            backgroundColor: theme.series,
            barPercentage: 1,
            categoryPercentage: 0.96,
          },
        ],
      },
      options: {
        interaction: { mode: 'index', intersect: false },
        plugins: {
          tooltip: {
            displayColors: false,
            callbacks: {
              title: ([bar]) => {
                const bin = bar?.dataIndex ?? 0;
                return l10n('{0} to {1}', edge(bin), edge(bin + 1));
              },
              label: ({ raw }) => l10n('{0} activations', Number(raw)),
            },
          },
        },
        scales: {
          x: {
            ...look,
            ticks: { ...look.ticks, includeBounds: false },
            type: 'linear',
            offset: false,
            min: edges[0],
            max: edges.at(-1),
          },
          y: { ...logarithmicAxis(theme, l10n('count (log)')), min: 0.8 },
        },
      },
    };
  });
}
