/** The five likeliest classes as bars, each under its name, as in the figure 4 of Krizhevsky et al. 2012. */

import type { Chart, ChartConfiguration, Plugin } from 'chart.js';

import type { PredictionView } from '../../../src/protocol/panels/predictions.js';
import { chartBox } from '../../common/chart.js';
import type { ChartBox } from '../../common/chart.js';
import { l10n } from '../../common/host.js';
import { percent } from '../../common/numbers.js';
import type { Theme } from '../../common/theme.js';

type Top = PredictionView['top'];

/** Height of a class in CSS pixels: its name, its bar, and a gap. */
export const ROW_HEIGHT = 32;
const BAR_HEIGHT = 6;
const NAME_ABOVE_BAR = 8;

/** What a class goes by. */
export function classText({ index, label }: Top[number]): string {
  return label === '' ? l10n('class {0}', index) : label;
}

/** The classes in words, for a screen reader. */
export function topText(top: Top): string {
  return top.map((each) => `${classText(each)} ${percent(each.probability)}`).join(', ');
}

export function topBars(shown: () => Top): ChartBox {
  return chartBox((theme): ChartConfiguration => {
    const top = shown();
    return {
      type: 'bar',
      data: {
        labels: top.map(classText),
        datasets: [
          {
            data: top.map(({ probability }) => probability),
            backgroundColor: theme.series,
            barThickness: BAR_HEIGHT,
            // What rounds to nothing is still seen to be there.
            minBarLength: 1,
          },
        ],
      },
      options: {
        indexAxis: 'y',
        events: [],
        layout: { padding: { top: NAME_ABOVE_BAR } },
        scales: { x: { display: false, min: 0, max: 1 }, y: { display: false } },
      },
      plugins: [names(top, theme)],
    };
  });
}

/** Writes each class's name and probability above its bar. */
function names(top: Top, theme: Theme): Plugin {
  return {
    id: 'names',
    afterDatasetsDraw: (chart: Chart) => {
      const { ctx: context, chartArea } = chart;
      context.save();
      context.fillStyle = theme.foreground;
      context.textBaseline = 'bottom';
      for (const [place, bar] of chart.getDatasetMeta(0).data.entries()) {
        const each = top[place];
        if (each === undefined) {
          continue;
        }
        // The answer stands out from the alternatives.
        context.font = `${place === 0 ? '600 ' : ''}${theme.fontSize - 1}px ${theme.fontFamily}`;
        const baseline = bar.y - BAR_HEIGHT / 2 - 2;
        const probability = percent(each.probability);
        const room = chartArea.width - context.measureText(probability).width - 8;
        context.textAlign = 'right';
        context.fillText(probability, chartArea.right, baseline);
        context.textAlign = 'left';
        context.fillText(fitting(context, classText(each), room), chartArea.left, baseline);
      }
      context.restore();
    },
  };
}

/** The text, or as much of its beginning as there is room for. */
function fitting(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room) {
    return text;
  }
  let length = text.length;
  while (length > 1 && context.measureText(`${text.slice(0, length)}…`).width > room) {
    length--;
  }
  return `${text.slice(0, length)}…`;
}
