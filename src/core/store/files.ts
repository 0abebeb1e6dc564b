/** Files that are written whole or not at all, and what is said where they cannot be. */

import { link, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

import { UserError } from '../errors.js';

/** Where a file is written until it is whole: hidden beside its place, so that nobody lists it as a part. */
export function temporary(file: string, mark = ''): string {
  return join(dirname(file), `.${basename(file)}${mark}.tmp`);
}

/** Puts a file that was written under its temporary name in its place. */
export async function commit(file: string): Promise<void> {
  await rename(temporary(file), file).catch(unwritable(file));
}

/** Creates a file unless it is there: of several processes that try at once the first one's stays. */
export async function createOnce(file: string, content: Uint8Array | string): Promise<void> {
  const part = temporary(file, `.${process.pid}`);
  try {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(part, content, { flush: true });
    await link(part, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') {
      unwritable(file)(error);
    }
  } finally {
    await rm(part, { force: true }).catch(() => undefined);
  }
}

/** Throws what a person can mend: a full disk, a folder that may not be written to. */
export function unwritable(file: string): (error: unknown) => never {
  return (error) => {
    const { code, message } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOSPC'
        ? 'the disk is full; make room and run it again, it goes on where it was'
        : code === 'EROFS' || code === 'EACCES' || code === 'EPERM'
          ? `it may not be written to (${code}); choose another place`
          : (code ?? message);
    throw new UserError(`${file}: cannot be written: ${why}`);
  };
}
