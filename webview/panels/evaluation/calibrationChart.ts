/** Whether answers are right as often as they are sure: a bar for each bin, and the line on which it would be so. */

import { Chart, LineController, LineElement, PointElement } from 'chart.js';

import type { CalibrationView } from '../../../src/protocol/panels/evaluation.js';
import { axis, chartBox } from '../../common/chart.js';
import type { ChartBox } from '../../common/chart.js';
import { l10n } from '../../common/host.js';
import { shareText } from './texts.js';

Chart.register(LineController, LineElement, PointElement);

export function calibrationChart(shown: () => readonly CalibrationView[]): ChartBox {
  return chartBox((theme) => {
    const bins = shown();
    return {
      type: 'bar',
      data: {
        datasets: [
          {
            type: 'line',
            label: l10n('as often as sure'),
            data: [
              { x: 0, y: 0 },
              { x: 1, y: 1 },
            ],
            borderColor: theme.foreground,
            borderDash: [5, 4],
            borderWidth: 1.5,
            order: 0,
            pointRadius: 0,
            pointHitRadius: 0,
          },
          {
            type: 'bar',
            label: l10n('right'),
            data: bins.map(({ from, to, accuracy }) => ({ x: (from + to) / 2, y: accuracy })),
            backgroundColor: theme.series,
            order: 1,
            // What is never right is still seen to be there.
            minBarLength: 2,
            barPercentage: 0.9,
            categoryPercentage: 1,
          },
        ],
      },
      options: {
        interaction: { mode: 'nearest', axis: 'x', intersect: false },
        plugins: {
          tooltip: {
            displayColors: false,
            filter: ({ dataset }) => dataset.type === 'bar',
            callbacks: {
              title: ([item]) => titleOf(bins[item?.dataIndex ?? -1]),
              label: ({ dataIndex }) => textOf(bins[dataIndex]),
            },
          },
        },
        scales: {
          x: {
            ...axis(theme, l10n('probability of the answer')),
            type: 'linear',
            min: 0,
            max: 1,
            offset: false,
          },
          y: { ...axis(theme, l10n('share that is right')), type: 'linear', min: 0, max: 1 },
        },
      },
    };
  });
}

function titleOf(bin: CalibrationView | undefined): string {
  return bin === undefined ? '' : l10n('{0} to {1} sure', shareText(bin.from), shareText(bin.to));
}

function textOf(bin: CalibrationView | undefined): string[] {
  return bin === undefined
    ? []
    : [
        l10n('{0} photos', bin.photos.toLocaleString()),
        l10n('{0} sure on average', shareText(bin.confidence)),
        l10n('{0} are right', shareText(bin.accuracy)),
      ];
}
