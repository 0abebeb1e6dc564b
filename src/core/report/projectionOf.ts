/** Projections as the report shows them. */

import type { UnitProjection } from '../analysis/photo/projection.js';
import { projectionPicture } from '../figures/projection.js';
import type { RgbImage } from '../imaging/image.js';
import type { ReportSubject } from './subject.js';

/** A projection as a picture of the input's size. */
export function projectionOf(subject: ReportSubject, { projection, window }: UnitProjection): RgbImage {
  return projectionPicture(projection, subject.network.input, subject.provenance.preprocessing, window);
}
