/** The most probable classes. */

import type { Prediction } from '../../analysis/photo/predictions.js';
import { UNTRAINED } from '../../analysis/photo/untrained.js';
import { labelsText } from '../../network/classNames.js';
import { SCORE_KIND_TEXTS } from '../../network/scoreKind.js';
import type { BarChart } from '../chartData.js';
import { html } from '../html.js';
import type { Html } from '../html.js';
import { figure } from '../markup.js';
import type { Section } from '../section.js';
import { className } from '../subject.js';
import type { ReportSubject } from '../subject.js';

export function predictionsSection(subject: ReportSubject): Section | undefined {
  const { predictions } = subject.content;
  if (predictions === undefined) {
    return undefined;
  }
  const { top, looksUntrained } = predictions;
  const chart: BarChart = {
    id: 'predictions',
    kind: 'horizontal',
    title: 'Probability of the most probable classes',
    labels: top.map(({ index }) => className(subject, index)),
    values: top.map(({ probability }) => probability),
    axis: 'probability',
  };
  const markup = html`<section>
    <h2>What the network sees</h2>
    <div class="row">
      ${figure(subject.seen, 'The photo as the network sees it', 227)}
      <div class="chart wide">
        <canvas id="predictions" role="img" aria-label="${spoken(subject, top)}"></canvas>
        ${looksUntrained ? html`<p>${UNTRAINED}</p>` : ''} ${scoresLine(subject)}
      </div>
    </div>
  </section>`;
  return { markup, charts: [chart] };
}

/** What the probabilities are made of. */
function scoresLine(subject: ReportSubject): Html {
  const { scores } = subject.network;
  return scores === undefined
    ? html``
    : html`<p>
        Class scores: ${SCORE_KIND_TEXTS[scores.kind]}, output ${scores.tensor}. Class names:
        ${labelsText(subject.provenance.labels) ?? 'unknown'}.
      </p>`;
}

/** The chart in words, for those who cannot see it. */
function spoken(subject: ReportSubject, top: readonly Prediction[]): string {
  return top
    .map(({ index, probability }) => `${className(subject, index)} ${(100 * probability).toFixed(1)} percent`)
    .join(', ');
}
