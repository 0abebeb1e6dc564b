/** What of many photos excites the maps of the layers most. */

import { html } from '../html.js';
import { figure } from '../markup.js';
import type { Section } from '../section.js';
import type { ReportSubject } from '../subject.js';
import type { LayerTopPhotos } from '../topPhotosOf.js';

export function topPhotosSection({ content: { topPhotos } }: ReportSubject): Section | undefined {
  const [first] = topPhotos;
  if (first === undefined) {
    return undefined;
  }
  const markup = html`<section>
    <h2>What excites the maps among ${first.photos.toLocaleString('en')} photos</h2>
    <p>
      For each map, under its number, the projections of its strongest units are on the left, on the right the
      patches of the photos that these units see, the strongest first. Grey beside a patch lies beyond the
      photo.
    </p>
    ${topPhotos.map(layerPart)}
  </section>`;
  return { markup, charts: [] };
}

function layerPart(top: LayerTopPhotos): ReturnType<typeof html> {
  const { layer, by, maps, crossedOut, picture } = top;
  const which =
    by === 'selectivity'
      ? 'the maps that most answer one class alone (class selectivity index)'
      : 'the maps with the largest activation';
  const named = maps.map(
    ({ map, value, label }) =>
      `${map}${label === undefined ? '' : ` ${label}`}${value === undefined ? '' : ` ${value.toPrecision(2)}`}`,
  );
  const lost =
    crossedOut === 0 ? '' : ` · ${crossedOut} photos are crossed out: they have changed or are gone`;
  return html`<h3>${layer}: ${which}</h3>
    ${figure(picture, `${named.join(' · ')}${lost}`)}`;
}
