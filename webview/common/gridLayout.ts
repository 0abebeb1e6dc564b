/** Where the tiles of a grid go. */

/** Tiles that belong together, in the order shown. */
export interface Section {
  readonly heading?: string;
  readonly items: readonly number[];
}

/** A heading, or tiles side by side. */
export interface GridRow {
  readonly top: number;
  readonly height: number;
  readonly heading?: string;
  readonly items: readonly number[];
}

/** Rows of `columns` tiles from top to bottom; every section starts a row. Sizes are in pixels. */
export function layOut(
  sections: readonly Section[],
  columns: number,
  tileHeight: number,
  headingHeight: number,
): { rows: GridRow[]; height: number } {
  const rows: GridRow[] = [];
  let top = 0;
  for (const { heading, items } of sections) {
    if (heading !== undefined) {
      rows.push({ top, height: headingHeight, heading, items: [] });
      top += headingHeight;
    }
    for (let start = 0; start < items.length; start += columns) {
      rows.push({ top, height: tileHeight, items: items.slice(start, start + columns) });
      top += tileHeight;
    }
  }
  return { rows, height: top };
}
