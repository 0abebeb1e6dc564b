/** How strongly the photos excite a map: how many have which largest value. */

import type { TopMapView } from '../../../src/protocol/panels/topPhotos.js';
import { axis, chartBox, logarithmicAxis } from '../../common/chart.js';
import type { ChartBox } from '../../common/chart.js';
import { l10n } from '../../common/host.js';
import { short } from '../../common/numbers.js';

type Bins = TopMapView['histogram'];

export function photoHistogram(shown: () => Bins): ChartBox {
  return chartBox((theme) => {
    const bins = shown();
    return {
      type: 'bar',
      data: {
        labels: bins.map(beginOf),
        datasets: [
          {
            data: bins.map(({ photos }) => photos),
            backgroundColor: theme.series,
            barPercentage: 1,
            categoryPercentage: 0.92,
          },
        ],
      },
      options: {
        interaction: { mode: 'index', intersect: false },
        plugins: {
          tooltip: {
            displayColors: false,
            callbacks: {
              title: ([bar]) => rangeText(bins[bar?.dataIndex ?? 0]),
              label: ({ raw }) => l10n('{0} photos', Number(raw).toLocaleString()),
            },
          },
        },
        scales: {
          x: axis(theme, l10n('largest activation on a photo'), false),
          y: { ...logarithmicAxis(theme, l10n('photos (log)')), min: 0.8 },
        },
      },
    };
  });
}

/** The bin around zero reaches 2^-12 to both sides: it is what the map does not answer. */
function beginOf({ from, to }: Bins[number]): string {
  return from < 0 && to > 0 ? '0' : short(from, 2);
}

function rangeText(bin: Bins[number] | undefined): string {
  if (bin === undefined) {
    return '';
  }
  const { from, to } = bin;
  return from < 0 && to > 0 ? l10n('no answer') : l10n('{0} to {1}', short(from, 3), short(to, 3));
}
