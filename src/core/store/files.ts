/** Files that are written whole or not at all, and what is said where they cannot be. */

import { link, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';

import { UserError } from '../errors.js';

/** Where a file is written until it is whole: hidden beside its place, so that nobody lists it as a part. */
export function temporary(file: string, mark = ''): string {
  return join(dirname(file), `.${basename(file)}${mark}.tmp`);
}

/** Sets apart what several processes write at once. */
export function ownMark(): string {
  return `.${hostname()}.${process.pid}`;
}

/** Removes what processes of this machine have left under marks of their own when they were killed. */
export async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    const [, host, pid] = /^\..+\.(?:parquet|json)\.(.+)\.(\d+)\.tmp$/.exec(name) ?? [];
    if (host === hostname() && !isAlive(Number(pid))) {
      await rm(join(folder, name), { force: true }).catch(() => undefined);
    }
  }
}

/** Whether a process of that number is running on this machine. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
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

/** Puts a file that was written under its temporary name in its place. */
export async function commit(file: string): Promise<void> {
  await rename(temporary(file), file).catch(unwritable(file));
}

/** Creates a file unless it is there: of several processes that try at once the first one's stays. */
export async function createOnce(file: string, content: Uint8Array | string): Promise<void> {
  const part = temporary(file, ownMark());
  const failed = unwritable(file);
  await mkdir(dirname(file), { recursive: true }).catch(failed);
  await writeFile(part, content, { flush: true }).catch(failed);
  await publishOnce(part, file);
}

/** Puts a whole file in its place unless one is there, and takes it from where it was. */
export async function publishOnce(whole: string, file: string): Promise<void> {
  try {
    await link(whole, file);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (NO_LINKS.includes(code)) {
      await rename(whole, file).catch(unwritable(file));
    } else if (code !== 'EEXIST') {
      unwritable(file)(error);
    }
  } finally {
    await rm(whole, { force: true }).catch(() => undefined);
  }
}

/** What file systems without hard links answer. */
const NO_LINKS: readonly string[] = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/** Throws what a person can mend: a full disk, a folder that may not be written to. */
export function unwritable(file: string): (error: unknown) => never {
  return (error) => {
    const { code, message } = error as NodeJS.ErrnoException;
    const why =
      code === 'ENOSPC'
        ? 'the disk is full; make room and run it again, it goes on where it was'
        : code === 'EROFS' || code === 'EACCES' || code === 'EPERM'
          ? `it may not be written to (${code}); choose another place`
          : code === 'ENOENT'
            ? // What Node says of folders that cannot be made, on a disk that may only be read, too.
              'its folder cannot be made; choose a place that may be written to'
            : (code ?? message);
    throw new UserError(`${file}: cannot be written: ${why}`);
  };
}
