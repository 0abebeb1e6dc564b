/** Writing results: the ending of --out decides the form. */

import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, extname } from 'node:path';

import { UserError } from '../core/errors.js';
import { encodePng } from '../core/imaging/png.js';
import type { RgbImage } from '../core/imaging/image.js';
import { encodeNpy } from '../core/npy.js';
import type { FloatTensor } from '../core/tensor.js';

/** The forms a result can take; each is made only when asked for. */
export interface Forms {
  readonly png: () => RgbImage;
  readonly npy: () => FloatTensor;
  readonly json: () => unknown;
}

const ALL = ['png', 'npy', 'json'] as const satisfies readonly (keyof Forms)[];

/**
 * Checks the ending of --out before any work is done.
 * @param forms that the result can take
 * @throws UserError for an ending that names no such form
 */
export function formOf<Form extends keyof Forms = keyof Forms>(
  out: string,
  forms: readonly Form[] = ALL as readonly (keyof Forms)[] as readonly Form[],
): Form {
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

/** Writes the form that `out` asks for. */
export async function writeResult(out: string, forms: Forms): Promise<void> {
  await writeWhole(out, encode(formOf(out), forms));
}

function encode(form: keyof Forms, forms: Forms): Uint8Array | string {
  switch (form) {
    case 'png':
      return encodePng(forms.png());
    case 'npy':
      return encodeNpy(forms.npy());
    case 'json':
      return `${JSON.stringify(forms.json(), undefined, 2)}\n`;
  }
}

/** Writes a file in one step, so that an interrupted run leaves no half of one. */
export async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  const partial = `${path}.${process.pid}.part`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(partial, content);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw new UserError(
      `${path}: cannot be written (${(error as NodeJS.ErrnoException).code ?? String(error)})`,
    );
  }
}

/** Numbers of a typed array for JSON, where NaN and infinities become null. */
export function numbers(values: Iterable<number>): (number | null)[] {
  return Array.from(values, (value) => (Number.isFinite(value) ? value : null));
}
