/** The kernels of the first convolution. */

import { kernelSheet } from '../../figures/kernels.js';
import type { BarChart } from '../chartData.js';
import { html } from '../html.js';
import { figure, sizeOf } from '../markup.js';
import type { Section } from '../section.js';
import type { ReportSubject } from '../subject.js';

export function kernelsSection(subject: ReportSubject): Section | undefined {
  const { kernels: set } = subject.content;
  if (set === undefined) {
    return undefined;
  }
  const chart: BarChart = {
    id: 'norms',
    kind: 'vertical',
    title: 'Norm of each kernel',
    labels: [...set.norms.keys()].map(String),
    values: [...set.norms],
    axis: 'kernel',
  };
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
  const markup = html`<section>
    <h2>Learned kernels of ${set.layer.name}</h2>
    <p>${remarks.join(' · ')}</p>
    <div class="row">
      ${figure(kernelSheet(set, subject.provenance.preprocessing), 'Each kernel on its own scale; grey is zero')}
      <div class="chart"><canvas id="norms" role="img" aria-label="norms of the kernels"></canvas></div>
    </div>
  </section>`;
  return { markup, charts: [chart] };
}
