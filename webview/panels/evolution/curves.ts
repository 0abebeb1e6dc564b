/** Numbers of the layers over time, with a line where the checkpoint is that is looked at. */

import { Chart, LineController, LineElement, PointElement } from 'chart.js';

import type { EvolvedCheckpoint, EvolvedLayer } from '../../../src/protocol/panels/evolution.js';
import { axis, chartBox } from '../../common/chart.js';
import type { ChartBox } from '../../common/chart.js';
import { element } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import { short } from '../../common/numbers.js';
import { strokeOf } from '../../common/palette.js';
import { onThemeChange } from '../../common/theme.js';
import type { EvolutionState } from './state.js';

Chart.register(LineController, LineElement, PointElement);

/** More lines than these cannot be told apart. */
const MOST_LINES = 8;

interface Line {
  readonly name: string;
  readonly points: { readonly x: number; readonly y: number }[];
  /** Place among the layers, which decides the stroke. */
  readonly stroke: number;
}

interface Metric {
  readonly title: string;
  /** Of a layer; of the whole network where it is left out. */
  readonly of?: (layer: EvolvedLayer) => number | null;
}

export class Curves {
  private readonly legend = element('ul', { class: 'legend', 'aria-label': l10n('Layers') });
  private readonly rest = element('p', { class: 'muted' });
  private readonly charts: readonly {
    readonly metric: Metric;
    readonly box: ChartBox;
    readonly figure: HTMLElement;
  }[];
  readonly element: HTMLElement;

  constructor(private readonly state: EvolutionState) {
    const metrics: readonly Metric[] = [
      { title: l10n('Accuracy (%)') },
      { title: l10n('Weight norm'), of: ({ norm }) => norm },
      { title: l10n('Step: relative change of the weights'), of: ({ step }) => step },
      { title: l10n('Dead maps'), of: ({ dead }) => dead },
      { title: l10n('Mean activation'), of: ({ mean }) => mean },
    ];
    this.charts = metrics.map((metric) => {
      const box = this.chart(metric);
      return {
        metric,
        box,
        figure: element('figure', {}, element('figcaption', {}, metric.title), box.element),
      };
    });
    this.element = element(
      'section',
      { class: 'curves', hidden: true },
      element('h2', {}, l10n('Layers over Time')),
      this.legend,
      this.rest,
      element('div', { class: 'charts' }, ...this.charts.map(({ figure }) => figure)),
    );
    onThemeChange(() => {
      this.drawLegend();
    });
  }

  draw(): void {
    const { rows } = this.state;
    this.element.hidden = rows.length === 0;
    this.drawLegend();
    for (const { metric, box, figure } of this.charts) {
      const lines = this.lines(metric);
      figure.hidden = lines.every(({ points }) => points.length === 0);
      if (!figure.hidden) {
        box.draw(l10n('{0} by checkpoint, {1} lines', metric.title, lines.length));
      }
    }
  }

  private drawLegend(): void {
    const layers = this.state.layers(MOST_LINES);
    const all = this.state.rows.find((row) => row !== undefined)?.layers.length ?? 0;
    this.rest.hidden = layers.length === all;
    this.rest.textContent = l10n('{0} of {1} layers; the numbers of all can be saved.', layers.length, all);
    this.legend.replaceChildren(
      ...layers.map((layer, place) => {
        const { colour, dash } = strokeOf(place);
        const swatch = element('span', { class: 'swatch', 'aria-hidden': 'true' });
        swatch.style.borderTop = `2px ${dash.length === 0 ? 'solid' : 'dashed'} ${colour}`;
        return element('li', {}, swatch, layer);
      }),
    );
  }

  private lines({ title, of }: Metric): readonly Line[] {
    const { rows, offer } = this.state;
    const there = rows.filter((row) => row !== undefined);
    const points = (value: (row: EvolvedCheckpoint) => number | null | undefined): Line['points'] =>
      there.flatMap((row) => {
        const y = value(row);
        return y === null || y === undefined
          ? []
          : [{ x: offer.checkpoints[row.place]?.epoch ?? row.place, y }];
      });
    if (of === undefined) {
      return [
        {
          ...{ name: title, stroke: 0 },
          points: points(({ accuracy }) => (accuracy === null ? null : 100 * accuracy)),
        },
      ];
    }
    return this.state.layers(MOST_LINES).map((name, stroke) => ({
      ...{ name, stroke },
      points: points(({ layers }) => {
        const own = layers.find(({ layer }) => layer === name);
        return own && of(own);
      }),
    }));
  }

  private chart(metric: Metric): ChartBox {
    return chartBox((theme) => {
      const lines = this.lines(metric);
      const { offer, place } = this.state;
      const epochs = offer.checkpoints.map(({ epoch }) => epoch);
      const values = lines.flatMap(({ points }) => points.map(({ y }) => y));
      const at = epochs[place] ?? 0;
      return {
        type: 'line',
        data: {
          datasets: [
            ...lines.map(({ name, points, stroke }) => {
              const { colour, dash } = strokeOf(stroke);
              return {
                label: name,
                data: points,
                borderColor: colour,
                backgroundColor: colour,
                borderDash: [...dash],
                borderWidth: 1.5,
                pointRadius: epochs.length > 20 ? 0 : 2,
              };
            }),
            {
              label: CURSOR,
              data: [
                { x: at, y: Math.min(0, ...values) },
                { x: at, y: Math.max(0, ...values) },
              ],
              borderColor: theme.foreground,
              borderDash: [3, 3],
              borderWidth: 1,
              pointRadius: 0,
              pointHitRadius: 0,
            },
          ],
        },
        options: {
          interaction: { mode: 'nearest', axis: 'x', intersect: false },
          parsing: false,
          plugins: {
            legend: { display: false },
            tooltip: {
              filter: ({ dataset }) => dataset.label !== CURSOR,
              callbacks: {
                title: ([item]) => offer.checkpoints[epochs.indexOf(item?.parsed.x ?? NaN)]?.name ?? '',
                label: ({ dataset, parsed }) => `${dataset.label ?? ''}: ${short(parsed.y ?? NaN, 4)}`,
              },
            },
          },
          scales: {
            x: { ...axis(theme, '', false), type: 'linear', min: epochs[0] ?? 0, max: epochs.at(-1) ?? 1 },
            y: { ...axis(theme, ''), type: 'linear' },
          },
        },
      };
    });
  }
}

/** Names the line of the cursor, which is never shown. */
const CURSOR = 'cursor';
