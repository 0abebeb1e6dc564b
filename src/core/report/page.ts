/** The report as one self-contained HTML page. */

import { toImage } from '../imaging/preprocess.js';
import type { Network } from '../network/network.js';
import type { FloatTensor } from '../tensor.js';
import type { ReportContent } from './collect.js';
import { html, Html, jsonScript } from './html.js';
import { architectureSection } from './sections/architecture.js';
import { header } from './sections/header.js';
import { kernelsSection } from './sections/kernels.js';
import { layerSection } from './sections/layer.js';
import { occlusionSection } from './sections/occlusion.js';
import { omissionsSection } from './sections/omissions.js';
import { predictionsSection } from './sections/predictions.js';
import { topPhotosSection } from './sections/topPhotos.js';
import { STYLE } from './style.js';
import type { Provenance, ReportSubject } from './subject.js';

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
  const seen = toImage(photo, provenance.preprocessing, network.input);
  const subject: ReportSubject = { network, seen, content, provenance };
  const sections = [
    predictionsSection(subject),
    occlusionSection(subject),
    kernelsSection(subject),
    ...content.layers.map((layer, place) => layerSection(subject, layer, place)),
    topPhotosSection(subject),
    architectureSection(subject),
    omissionsSection(subject),
  ].filter((section) => section !== undefined);
  const charts = sections.flatMap((section) => section.charts);
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
        ${header(subject)}
        <main>${sections.map(({ markup }) => markup)}</main>
        ${jsonScript('charts', charts)}
        <script>
          ${new Html(script.replaceAll('</script', '<\\/script'))};
        </script>
      </body>
    </html> `.text;
}
