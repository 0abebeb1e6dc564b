/** What covering parts of the photo changes. */

import {
  activityPicture,
  labelLegend,
  labelPicture,
  legendColour,
  overPhoto,
  probabilityPicture,
} from '../../figures/occlusion.js';
import type { RgbImage } from '../../imaging/image.js';
import { outline } from '../../imaging/picture.js';
import { html } from '../html.js';
import { figure, percent } from '../markup.js';
import { projectionOf } from '../projectionOf.js';
import type { Section } from '../section.js';
import { className } from '../subject.js';
import type { ReportSubject } from '../subject.js';

/** The grey of the frame around a receptive field. */
const FRAME = [200, 200, 200] as const;

export function occlusionSection(subject: ReportSubject): Section | undefined {
  const { occlusion: swept, mapProjection } = subject.content;
  if (swept === undefined) {
    return undefined;
  }
  const { grid, map } = swept;
  const over = (picture: RgbImage): RgbImage => overPhoto(subject.seen, picture, grid, 0.72);
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
            outline(projectionOf(subject, mapProjection), mapProjection.window, FRAME),
            'Its strongest unit projected back to pixels; the frame is what it sees',
            227,
          ),
        ]
      : []),
    figure(
      over(probabilityPicture(swept)),
      `Probability of ${className(subject, swept.classIndex)} (${percent(swept.baseline)} uncovered): dark where covering the photo takes it away`,
      227,
    ),
    figure(over(labelPicture(swept)), 'Most probable class by occluder position', 227),
  ];
  const legend = labelLegend(swept)
    .slice(0, 10)
    .map(({ classIndex, share }, rank) => {
      const [red, green, blue] = legendColour(rank);
      return html`<li>
        <i style="background: rgb(${red}, ${green}, ${blue})"></i>${className(subject, classIndex)}
        ${percent(share)}
      </li>`;
    });
  const markup = html`<section>
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
  return { markup, charts: [] };
}
