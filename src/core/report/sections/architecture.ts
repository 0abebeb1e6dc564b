/** The table of all layers, below the problems found. */

import { html } from '../html.js';
import type { Section } from '../section.js';
import type { ReportSubject } from '../subject.js';

export function architectureSection(subject: ReportSubject): Section {
  const { rows, problems } = subject.content.overview;
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
  const markup = html`<section>
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
  return { markup, charts: [] };
}

/** `7×7, stride 2` of `7x7, stride 2`. */
function times(text: string): string {
  return text.replaceAll(/(?<=[\d?])x(?=[\d?])/g, '×');
}

function count(number: number): string {
  return number === 0 ? '–' : number.toLocaleString('en');
}
