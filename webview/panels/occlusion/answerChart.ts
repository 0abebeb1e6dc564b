/** What the network says to the occluded photo. */

import type { PredictionView } from '../../../src/protocol/panels/predictions.js';
import { axis, chartBox } from '../../common/chart.js';
import type { ChartBox } from '../../common/chart.js';
import { l10n } from '../../common/host.js';
import { percent } from '../../common/numbers.js';

const LONGEST = 24;

export interface Answer {
  readonly top: PredictionView['top'];
  /** The class that the sweep follows. */
  readonly classIndex: number;
}

export function answerChart(shown: () => Answer, nameOf: (classIndex: number) => string): ChartBox {
  return chartBox((theme) => {
    const { top, classIndex } = shown();
    const names = top.map(({ index }) => nameOf(index));
    return {
      type: 'bar',
      data: {
        labels: names.map((name) => (name.length > LONGEST ? `${name.slice(0, LONGEST - 1)}…` : name)),
        datasets: [
          {
            data: top.map(({ probability }) => probability * 100),
            backgroundColor: top.map(({ index }) => (index === classIndex ? theme.selected : theme.series)),
            categoryPercentage: 1,
            barPercentage: 0.75,
          },
        ],
      },
      options: {
        indexAxis: 'y',
        interaction: { mode: 'index', axis: 'y', intersect: false },
        plugins: {
          tooltip: {
            displayColors: false,
            callbacks: {
              title: ([bar]) => names[bar?.dataIndex ?? 0] ?? '',
              label: ({ raw }) => percent(Number(raw) / 100),
            },
          },
        },
        scales: {
          x: { ...axis(theme, l10n('probability (%)'), false), min: 0, max: 100 },
          y: { ...axis(theme, '', false), ticks: { color: theme.foreground } },
        },
      },
    };
  });
}
