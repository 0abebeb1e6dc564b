/** Takes single files out of a zip archive. */

import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openPromise } from 'yauzl';
import { UserError } from '../../core/errors.js';

/**
 * @param wanted the name of each file to write, with its path in the archive
 * @throws UserError when one of them is not there; errors of yauzl and of the file system
 */
export async function unzip(
  archive: string,
  folder: string,
  wanted: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<void> {
  const missing = new Map(Object.entries(wanted).map(([name, path]) => [path, name]));
  const zip = await openPromise(archive, { autoClose: false });
  try {
    for await (const entry of zip.eachEntry()) {
      const name = missing.get(entry.fileName);
      if (name !== undefined) {
        const content = await zip.openReadStreamPromise(entry);
        await pipeline(content, createWriteStream(join(folder, name)), { signal });
        missing.delete(entry.fileName);
      }
    }
  } finally {
    zip.close();
  }
  if (missing.size > 0) {
    throw new UserError(`the archive has no ${[...missing.keys()].join(' and no ')}`);
  }
}
