/** Writing results: the ending of --out decides the form. */

import { extname } from 'node:path';

import { UserError } from '../core/errors.js';
import { encodePng } from '../core/imaging/png.js';
import type { RgbImage } from '../core/imaging/image.js';
import { encodeNpy } from '../core/npy.js';
import { csvText } from '../core/store/csv.js';
import { writeWhole } from '../core/store/files.js';
import type { Table } from '../core/store/table.js';
import type { FloatTensor } from '../core/tensor.js';

/** The forms a result can take; each is made only when asked for. */
export interface Forms {
  readonly png: () => RgbImage | Promise<RgbImage>;
  readonly npy: () => FloatTensor;
  readonly csv: () => Table;
  readonly json: () => unknown;
}

const ALL: readonly (keyof Forms)[] = ['png', 'npy', 'csv', 'json'];
/** Those of arrays. */
const OF_ARRAYS: readonly (keyof Forms)[] = ['png', 'npy', 'json'];

/**
 * Checks the ending of --out before any work is done.
 * @param forms that the result can take
 * @throws UserError for an ending that names no such form
 */
export function formOf(out: string, forms = OF_ARRAYS): keyof Forms {
  const ending = extname(out).slice(1).toLowerCase();
  const form = forms.find((each) => each === ending);
  if (form === undefined) {
    const [last = '', ...others] = forms.map((each) => `.${each}`).reverse();
    throw new UserError(
      `--out ${out}: the ending decides the form; use ${others.reverse().join(', ')} or ${last}`,
    );
  }
  return form;
}

/** Writes the form that `out` asks for, of those that are given. */
export async function writeResult(out: string, forms: Partial<Forms>): Promise<void> {
  const { png, npy, csv, json } = forms;
  const form = formOf(
    out,
    ALL.filter((each) => forms[each] !== undefined),
  );
  if (form === 'png' && png !== undefined) {
    await writeWhole(out, encodePng(await png()));
  } else if (form === 'npy' && npy !== undefined) {
    await writeWhole(out, encodeNpy(npy()));
  } else if (form === 'csv' && csv !== undefined) {
    await writeWhole(out, csvText(csv()));
  } else {
    await writeWhole(out, `${JSON.stringify(await json?.(), undefined, 2)}\n`);
  }
}

/** Numbers of a typed array for JSON, where NaN and infinities become null. */
export function numbers(values: Iterable<number>): (number | null)[] {
  return Array.from(values, (value) => (Number.isFinite(value) ? value : null));
}
