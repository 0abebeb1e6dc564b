/** The maps that answer the photo most. */

import type { ProjectionView } from '../../../src/protocol/panels/projection.js';
import { axis, chartBox } from '../../common/chart.js';
import type { ChartBox } from '../../common/chart.js';
import { l10n } from '../../common/host.js';

export interface Strongest {
  readonly maps: ProjectionView['strongest'];
  readonly selected: number;
}

/** @param choose a bar was clicked */
export function strongestChart(shown: () => Strongest, choose: (channel: number) => void): ChartBox {
  return chartBox((theme) => {
    const { maps, selected } = shown();
    return {
      type: 'bar',
      data: {
        labels: maps.map(({ channel }) => String(channel)),
        datasets: [
          {
            data: maps.map(({ activation }) => activation),
            backgroundColor: maps.map(({ channel }) =>
              channel === selected ? theme.selected : theme.series,
            ),
            categoryPercentage: 1,
            barPercentage: 0.8,
          },
        ],
      },
      options: {
        interaction: { mode: 'index', intersect: false },
        onClick: (_event, [bar]) => {
          const map = bar && maps[bar.index];
          if (map !== undefined) {
            choose(map.channel);
          }
        },
        plugins: {
          tooltip: {
            displayColors: false,
            callbacks: { title: ([bar]) => l10n('Map {0}', bar?.label ?? '') },
          },
        },
        scales: {
          x: axis(theme, l10n('map, strongest first'), false),
          y: { ...axis(theme, l10n('largest activation')), beginAtZero: true },
        },
      },
    };
  });
}
