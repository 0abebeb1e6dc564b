/** Rows of a table in the order of one of its columns. */

export interface Sort {
  readonly key: string;
  readonly isDescending: boolean;
}

export type CellValue = number | string;

/** In order; of equal values the row that came first. What is no number comes last, whichever way it is sorted. */
export function sorted<Row>(
  rows: readonly Row[],
  value: (row: Row) => CellValue,
  isDescending: boolean,
): readonly Row[] {
  const sign = isDescending ? -1 : 1;
  const compare = (a: CellValue, b: CellValue): number => {
    if (typeof a === 'number' && typeof b === 'number') {
      const [lacksA, lacksB] = [Number.isNaN(a), Number.isNaN(b)];
      return lacksA || lacksB ? Number(lacksA) - Number(lacksB) : sign * (a - b);
    }
    return sign * String(a).localeCompare(String(b), undefined, { numeric: true });
  };
  return [...rows].sort((a, b) => compare(value(a), value(b)));
}

/** What a click on a column's head does: the other way where it is sorted by it, else as is usual for it. */
export function sortAfterClick(before: Sort, key: string, isNumber: boolean): Sort {
  return { key, isDescending: before.key === key ? !before.isDescending : isNumber };
}
