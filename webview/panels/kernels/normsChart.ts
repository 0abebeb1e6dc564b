/** The kernels' norms as bars, in the order of the tiles. */

import { axis, chartBox } from '../../common/chart.js';
import type { ChartBox } from '../../common/chart.js';
import { l10n } from '../../common/host.js';

export interface Norms {
  readonly norms: Float32Array;
  readonly order: readonly number[];
  readonly selected: number;
}

/** @param choose a bar was clicked */
export function normsChart(shown: () => Norms, choose: (kernel: number) => void): ChartBox {
  return chartBox((theme) => {
    const { norms, order, selected } = shown();
    return {
      type: 'bar',
      data: {
        labels: order.map(String),
        datasets: [
          {
            data: order.map((kernel) => norms[kernel] ?? NaN),
            backgroundColor: order.map((kernel) => (kernel === selected ? theme.selected : theme.series)),
            categoryPercentage: 1,
            barPercentage: order.length > 100 ? 1 : 0.8,
          },
        ],
      },
      options: {
        interaction: { mode: 'index', intersect: false },
        onClick: (_event, [bar]) => {
          const kernel = bar && order[bar.index];
          if (kernel !== undefined) {
            choose(kernel);
          }
        },
        plugins: { tooltip: { callbacks: { title: ([bar]) => l10n('Kernel {0}', bar?.label ?? '') } } },
        scales: {
          x: axis(theme, l10n('kernel'), false),
          y: { ...axis(theme, l10n('norm')), beginAtZero: true },
        },
      },
    };
  });
}
