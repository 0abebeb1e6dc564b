/** What could not be done, and why. */

import { html } from '../html.js';
import type { Section } from '../section.js';
import type { ReportSubject } from '../subject.js';

export function omissionsSection({ content: { omissions } }: ReportSubject): Section | undefined {
  if (omissions.length === 0) {
    return undefined;
  }
  const markup = html`<section>
    <h2>Left out</h2>
    <ul>
      ${omissions.map((line) => html`<li>${line}</li>`)}
    </ul>
  </section>`;
  return { markup, charts: [] };
}
