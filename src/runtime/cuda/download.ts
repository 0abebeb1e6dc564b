/** Fetches a file whose content is known beforehand. */

import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../../core/errors.js';

export interface KnownFile {
  readonly url: string;
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha512: string;
}

/**
 * Writes what `url` gives to `target`, piece by piece, and checks it on the way.
 * What was written stays when this throws; it lies in a folder that the caller removes.
 * @param onBytes called with the bytes received so far
 * @throws UserError when the server refuses or gives something else; errors of fetch and of the file system
 */
export async function download(
  { url, bytes, sha512 }: KnownFile,
  target: string,
  signal: AbortSignal,
  onBytes: (received: number) => void,
): Promise<void> {
  const response = await fetch(url, { signal });
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    throw new UserError(`${url} answers ${response.status} ${response.statusText}`.trim());
  }
  const hash = createHash('sha512');
  let received = 0;
  const measured = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      received += chunk.length;
      if (received > bytes) {
        throw new UserError(`${url} gives more than the ${bytes} bytes of the file that Unpool knows`);
      }
      hash.update(chunk);
      onBytes(received);
      yield chunk;
    }
  };
  await pipeline(Readable.fromWeb(response.body), measured, createWriteStream(target), { signal });
  if (received < bytes) {
    throw new UserError(`the download of ${url} ended after ${received} of ${bytes} bytes`);
  }
  if (hash.digest('hex') !== sha512.toLowerCase()) {
    throw new UserError(
      `what ${url} gives is not the file that Unpool knows, its SHA-512 is another: it was changed on the way`,
    );
  }
}
