/** The feature maps of one layer, and what its strongest units saw. */

import { featureMapSheet } from '../../figures/featureMaps.js';
import { projectionPair } from '../../figures/projection.js';
import type { BarChart } from '../chartData.js';
import type { LayerReport } from '../collect.js';
import { html } from '../html.js';
import { figure, percent, sizeOf } from '../markup.js';
import { projectionOf } from '../projectionOf.js';
import type { Section } from '../section.js';
import type { ReportSubject } from '../subject.js';

/** @param place counts the sections of layers, from 0 */
export function layerSection(
  subject: ReportSubject,
  { layer, features, projections }: LayerReport,
  place: number,
): Section {
  const id = `histogram-${place}`;
  const { edges, counts } = features.histogram;
  const chart: BarChart = {
    id,
    kind: 'histogram',
    title: `Activations of ${layer.name}`,
    labels: [],
    edges: [...edges],
    values: [...counts],
    axis: 'activation',
  };
  const field = layer.receptiveField;
  const pairs = projections.map((found) =>
    figure(
      projectionPair(projectionOf(subject, found), subject.seen, found.window),
      `map ${found.unit.channel}: ${found.activation.toPrecision(3)}`,
      150,
    ),
  );
  const markup = html`<section>
    <h2>${layer.name}</h2>
    <p>
      ${sizeOf(features.maps.shape)} · ${percent(features.whole.zeros)} zeros · ${features.dead.length} maps
      silent on this
      photo${field ? ` · a unit sees ${field.size.join('×')} pixels, clipped at the border` : ''}
    </p>
    <div class="row">
      ${figure(featureMapSheet(features), 'Feature maps, on the layer’s common scale')}
      <div class="chart"><canvas id="${id}" role="img" aria-label="histogram of activations"></canvas></div>
    </div>
    <h3>
      What the strongest units saw: their projection beside the patch of the photo, and their activation
    </h3>
    <div class="row pairs">${pairs}</div>
  </section>`;
  return { markup, charts: [chart] };
}
