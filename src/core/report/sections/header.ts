/** The head of the page. */

import { html } from '../html.js';
import type { Html } from '../html.js';
import type { ReportSubject } from '../subject.js';

/** Where the page comes from and what network it is about. */
export function header(subject: ReportSubject): Html {
  const { model, image, preprocessing, preprocessingSource, provider, version, date } = subject.provenance;
  const { producer, opset, parameters, multiplyAdds } = subject.content.overview;
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
