/** The report as one self-contained HTML page. */

import { kernelSheet } from '../figures/kernels.js';
import { featureMapSheet } from '../figures/featureMaps.js';
import {
  activityPicture,
  labelLegend,
  labelPicture,
  legendColour,
  overPhoto,
  probabilityPicture,
} from '../figures/occlusion.js';
import { projectionPair, projectionPicture } from '../figures/projection.js';
import type { UnitProjection } from '../analysis/photo/projection.js';
import type { RgbImage } from '../imaging/image.js';
import { outline } from '../imaging/picture.js';
import { encodePng } from '../imaging/png.js';
import { toImage } from '../imaging/preprocess.js';
import type { Network } from '../network/network.js';
import { labelsText } from '../network/classNames.js';
import type { ChosenLabels } from '../network/chosenLabels.js';
import { SCORE_KIND_TEXTS } from '../network/scoreKind.js';
import type { Preprocessing } from '../network/preprocessing.js';
import type { FloatTensor } from '../tensor.js';
import type { BarChart } from './chartData.js';
import type { LayerReport, ReportContent } from './collect.js';
import { html, Html, jsonScript } from './html.js';
import { STYLE } from './style.js';

/** What the page says about where it comes from. */
export interface Provenance {
  readonly model: string;
  readonly image: string;
  readonly preprocessing: Preprocessing;
  readonly preprocessingSource: string;
  readonly labels: ChosenLabels;
  readonly provider: string;
  readonly version: string;
  readonly date: string;
}

/**
 * @param script the bundled script that draws the charts
 * @returns the whole page; it loads nothing from anywhere
 */
export function reportPage(
  network: Network,
  photo: FloatTensor,
  content: ReportContent,
  provenance: Provenance,
  script: string,
): string {
  const page = new Page(network, photo, content, provenance);
  const body = page.body();
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>Unpool: ${provenance.model} on ${provenance.image}</title>
        <style>
          ${new Html(STYLE)}
        </style>
      </head>
      <body>
        ${body} ${jsonScript('charts', page.charts)}
        <script>
          ${new Html(script.replaceAll('</script', '<\\/script'))};
        </script>
      </body>
    </html> `.text;
}

class Page {
  readonly charts: BarChart[] = [];
  private readonly seen: RgbImage;

  constructor(
    private readonly network: Network,
    photo: FloatTensor,
    private readonly content: ReportContent,
    private readonly provenance: Provenance,
  ) {
    this.seen = toImage(photo, provenance.preprocessing, network.input);
  }

  body(): Html {
    return html`${this.header()}
      <main>
        ${this.predictions()} ${this.occlusion()} ${this.kernels()}
        ${this.content.layers.map((layer) => this.layer(layer))} ${this.architecture()} ${this.omissions()}
      </main>`;
  }

  private header(): Html {
    const { model, image, preprocessing, preprocessingSource, provider, version, date } = this.provenance;
    const { producer, opset, parameters, multiplyAdds } = this.content.overview;
    return html`<header>
      <h1>${model} <span>on ${image}</span></h1>
      <p>
        ${producer || 'unknown producer'}, opset ${opset} · ${parameters.toLocaleString('en')} parameters ·
        ${multiplyAdds?.toLocaleString('en') ?? 'unknown'} multiply-adds
      </p>
      <p>
        preprocessing ${preprocessing.name} (${preprocessingSource}) · run on ${provider} · Unpool ${version},
        ${date}
      </p>
    </header>`;
  }

  private predictions(): Html {
    const { predictions } = this.content;
    if (predictions === undefined) {
      return html``;
    }
    this.charts.push({
      id: 'predictions',
      kind: 'horizontal',
      title: 'Probability of the most probable classes',
      labels: predictions.map(({ index }) => this.label(index)),
      values: predictions.map(({ probability }) => probability),
      axis: 'probability',
    });
    return html`<section>
      <h2>What the network sees</h2>
      <div class="row">
        ${figure(this.seen, 'The photo as the network sees it', 227)}
        <div class="chart wide">
          <canvas id="predictions" role="img" aria-label="${this.spoken(predictions)}"></canvas>
          ${this.scores()}
        </div>
      </div>
    </section>`;
  }

  /** What the probabilities are made of. */
  private scores(): Html {
    const { scores } = this.network;
    return scores === undefined
      ? html``
      : html`<p>
          Class scores: ${SCORE_KIND_TEXTS[scores.kind]}, output ${scores.tensor}. Class names:
          ${labelsText(this.provenance.labels) ?? 'unknown'}.
        </p>`;
  }

  private spoken(predictions: NonNullable<ReportContent['predictions']>): string {
    return predictions
      .map(({ index, probability }) => `${this.label(index)} ${(100 * probability).toFixed(1)} percent`)
      .join(', ');
  }

  private occlusion(): Html {
    const { occlusion: swept, mapProjection } = this.content;
    if (swept === undefined) {
      return html``;
    }
    const { grid, map } = swept;
    const over = (picture: RgbImage): RgbImage => overPhoto(this.seen, picture, grid, 0.72);
    const panels = [
      ...(map
        ? [
            figure(
              over(activityPicture(swept)),
              `Summed activity of map ${map.channel} of ${map.layer.name} by occluder position: dark where the map needs the photo`,
              227,
            ),
          ]
        : []),
      ...(mapProjection
        ? [
            figure(
              this.framed(mapProjection),
              'Its strongest unit projected back to pixels; the frame is what it sees',
              227,
            ),
          ]
        : []),
      figure(
        over(probabilityPicture(swept)),
        `Probability of ${this.label(swept.classIndex)} (${percent(swept.baseline)} uncovered): dark where covering the photo takes it away`,
        227,
      ),
      figure(over(labelPicture(swept)), 'Most probable class by occluder position', 227),
    ];
    const legend = labelLegend(swept)
      .slice(0, 10)
      .map(({ classIndex, share }, rank) => {
        const [red, green, blue] = legendColour(rank);
        return html`<li>
          <i style="background: rgb(${red}, ${green}, ${blue})"></i>${this.label(classIndex)}
          ${percent(share)}
        </li>`;
      });
    return html`<section>
      <h2>Where it looks</h2>
      <p>
        A square of ${grid.size}×${grid.size} pixels covers the photo at ${grid.positions.length} positions,
        ${grid.stride} pixels apart (Zeiler &amp; Fergus 2013, figure 7).
      </p>
      <div class="row">${panels}</div>
      <ul class="legend">
        ${legend}
      </ul>
    </section>`;
  }

  private kernels(): Html {
    const { kernels: set } = this.content;
    if (set === undefined) {
      return html``;
    }
    this.charts.push({
      id: 'norms',
      kind: 'vertical',
      title: 'Norm of each kernel',
      labels: [...set.norms.keys()].map(String),
      values: [...set.norms],
      axis: 'kernel',
    });
    const remarks = [
      `${set.norms.length} kernels of ${sizeOf(set.weights.shape)}`,
      ...(set.dead.length > 0 ? [`dead: ${set.dead.join(', ')}`] : []),
      ...(set.notFinite.length > 0 ? [`NaN or infinite: ${set.notFinite.join(', ')}`] : []),
      ...(set.nearDuplicates.length > 0
        ? [
            `near-duplicates: ${set.nearDuplicates
              .slice(0, 8)
              .map(({ first, second }) => `${first} and ${second}`)
              .join(', ')}`,
          ]
        : []),
    ];
    return html`<section>
      <h2>Learned kernels of ${set.layer.name}</h2>
      <p>${remarks.join(' · ')}</p>
      <div class="row">
        ${figure(kernelSheet(set, this.provenance.preprocessing), 'Each kernel on its own scale; grey is zero')}
        <div class="chart"><canvas id="norms" role="img" aria-label="norms of the kernels"></canvas></div>
      </div>
    </section>`;
  }

  private layer({ layer, features, projections }: LayerReport): Html {
    const id = `histogram-${this.charts.length}`;
    const { edges, counts } = features.histogram;
    this.charts.push({
      id,
      kind: 'histogram',
      title: `Activations of ${layer.name}`,
      labels: [],
      edges: [...edges],
      values: [...counts],
      axis: 'activation',
    });
    const field = layer.receptiveField;
    const pairs = projections.map((found) =>
      figure(
        projectionPair(this.picture(found), this.seen, found.window),
        `map ${found.unit.channel}: ${found.activation.toPrecision(3)}`,
        150,
      ),
    );
    return html`<section>
      <h2>${layer.name}</h2>
      <p>
        ${sizeOf(features.maps.shape)} · ${percent(features.whole.zeros)} zeros · ${features.dead.length} maps
        silent on this photo${field ? ` · a unit sees ${field.size.join('×')} pixels` : ''}
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
  }

  private architecture(): Html {
    const { rows, problems } = this.content.overview;
    const lines = rows.map(
      (row) =>
        html`<tr>
          <td>${row.name}</td>
          <td>${row.operator}</td>
          <td>${times(row.output)}</td>
          <td>${times(row.detail)}</td>
          <td>${count(row.parameters)}</td>
          <td>${row.multiplyAdds === undefined ? '?' : count(row.multiplyAdds)}</td>
          <td>${times(row.receptiveField ?? '–')}</td>
          <td>${times(row.stride ?? '–')}</td>
        </tr>`,
    );
    return html`<section>
      <h2>Layers</h2>
      <ul class="problems">
        ${problems.map(({ message }) => html`<li>${message}</li>`)}
      </ul>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th>layer</th>
              <th>operator</th>
              <th>output</th>
              <th>detail</th>
              <th>parameters</th>
              <th>multiply-adds</th>
              <th>field</th>
              <th>stride</th>
            </tr>
          </thead>
          <tbody>
            ${lines}
          </tbody>
        </table>
      </div>
    </section>`;
  }

  private omissions(): Html {
    const { omissions } = this.content;
    return omissions.length === 0
      ? html``
      : html`<section>
          <h2>Left out</h2>
          <ul>
            ${omissions.map((line) => html`<li>${line}</li>`)}
          </ul>
        </section>`;
  }

  /** A projection of the input's size. */
  private picture({ projection, window }: UnitProjection): RgbImage {
    return projectionPicture(projection, this.network.input, this.provenance.preprocessing, window);
  }

  /** … its receptive field framed. */
  private framed(found: UnitProjection): RgbImage {
    return outline(this.picture(found), found.window, [200, 200, 200]);
  }

  private label(index: number): string {
    return this.provenance.labels.names[index] ?? `class ${index}`;
  }
}

function figure(image: RgbImage, caption: string, width?: number): Html {
  const source = `data:image/png;base64,${Buffer.from(encodePng(image)).toString('base64')}`;
  return html`<figure>
    <img src="${source}" alt="${caption}" width="${width ?? image.width}" />
    <figcaption>${caption}</figcaption>
  </figure>`;
}

/** `7×7×3` of [any, 3, 7, 7]: height first and channels last, as in the table. */
function sizeOf([, channels = 1, ...positions]: readonly number[]): string {
  return [...positions, channels].join('×');
}

/** `7×7, stride 2` of `7x7, stride 2`. */
function times(text: string): string {
  return text.replaceAll(/(?<=[\d?])x(?=[\d?])/g, '×');
}

function count(number: number): string {
  return number === 0 ? '–' : number.toLocaleString('en');
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
