/** Which colour stands for which class. */

import { rgb } from 'd3-color';
import { schemeTableau10 } from 'd3-scale-chromatic';

import type { OcclusionView } from '../../../src/protocol/panels/occlusion.js';

export interface LegendEntry {
  readonly colour: string;
  readonly text: string;
  readonly share: number;
}

/** Classes that have a colour of their own; the rarer ones share the last. */
const OWN_COLOURS = schemeTableau10.length - 1;

/** The colour of each class that is most probable somewhere. */
export function classColours(legend: OcclusionView['legend']): ReadonlyMap<number, string> {
  return new Map(legend.map(({ classIndex }, rank) => [classIndex, colourOf(rank)]));
}

/** Lines of the legend: the classes with their own colours, and all others in one. */
export function legendEntries(
  legend: OcclusionView['legend'],
  nameOf: (classIndex: number) => string,
  others: (count: number) => string,
): LegendEntry[] {
  const entries = legend
    .slice(0, OWN_COLOURS)
    .map(({ classIndex, share }, rank) => ({ colour: colourOf(rank), text: nameOf(classIndex), share }));
  const rest = legend.slice(OWN_COLOURS);
  if (rest.length > 0) {
    const share = rest.reduce((sum, each) => sum + each.share, 0);
    entries.push({ colour: colourOf(OWN_COLOURS), text: others(rest.length), share });
  }
  return entries;
}

function colourOf(rank: number): string {
  return rgb(schemeTableau10[Math.min(rank, OWN_COLOURS)] ?? '#888').formatHex();
}
