/** Table 1 of Zeiler & Fergus 2013: how consistently their network's features changed when parts of dogs' faces were covered. */

export const PAPER_TABLE = 'Zeiler & Fergus 2013, Table 1';

const VALUES: Readonly<Record<5 | 7, Readonly<Record<string, number>>>> = {
  5: { 'right eye': 0.067, 'left eye': 0.069, nose: 0.079, random: 0.107 },
  7: { 'right eye': 0.069, 'left eye': 0.068, nose: 0.069, random: 0.073 },
};

/**
 * Their mean for a part; undefined for parts and layers that are not in the table.
 * @param part undefined for random places
 * @param layer that stands in the place of theirs
 */
export function paperValue(part: string | undefined, layer: 5 | 7 | undefined): number | undefined {
  return layer === undefined ? undefined : VALUES[layer][part?.toLowerCase() ?? 'random'];
}
