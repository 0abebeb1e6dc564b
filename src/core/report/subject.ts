/** What a report is about, as all its sections read it. */

import type { RgbImage } from '../imaging/image.js';
import type { ChosenLabels } from '../network/chosenLabels.js';
import type { Network } from '../network/network.js';
import type { Preprocessing } from '../network/preprocessing.js';
import type { ReportContent } from './collect.js';

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

export interface ReportSubject {
  readonly network: Network;
  /** The photo as the network sees it. */
  readonly seen: RgbImage;
  readonly content: ReportContent;
  readonly provenance: Provenance;
}

/** The name of a class, or its number where nothing names it. */
export function className({ provenance }: ReportSubject, index: number): string {
  return provenance.labels.names[index] ?? `class ${index}`;
}
