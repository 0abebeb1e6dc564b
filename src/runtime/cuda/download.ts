/** Fetches a file whose content is known beforehand. */

import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import { createReadStream, createWriteStream, existsSync } from 'node:fs';
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
 * Writes what `url` gives to `target`, piece by piece, and checks it on the way. Where a part of it is there already,
 * the server is asked for the rest alone.
 * What was written stays when this throws; it lies in a folder that the caller removes.
 * @param received is told the bytes that are there so far
 * @throws UserError when the server refuses or gives something else; errors of fetch and of the file system
 */
export async function download(
  { url, bytes, sha512 }: KnownFile,
  target: string,
  signal: AbortSignal,
  received: (bytes: number) => void,
): Promise<void> {
  let { hash, length } = await contentOf(target);
  if (length > bytes) {
    ({ hash, length } = nothing());
  }
  received(length);
  if (length < bytes) {
    const response = await fetch(url, {
      signal,
      ...(length > 0 && { headers: { range: `bytes=${length}-` } }),
    });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw new UserError(`${url} answers ${response.status} ${response.statusText}`.trim());
    }
    if (response.headers.get('content-range')?.startsWith(`bytes ${length}-`) !== true) {
      // The server gives everything, whatever it was asked for.
      ({ hash, length } = nothing());
    }
    const measured = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const chunk of chunks) {
        length += chunk.length;
        if (length > bytes) {
          throw new UserError(`${url} gives more than the ${bytes} bytes of the file that Unpool knows`);
        }
        hash.update(chunk);
        received(length);
        yield chunk;
      }
    };
    const file = createWriteStream(target, { flags: length > 0 ? 'a' : 'w' });
    await pipeline(Readable.fromWeb(response.body), measured, file, { signal });
  }
  if (length < bytes) {
    throw new UserError(`the download of ${url} ended after ${length} of ${bytes} bytes`);
  }
  if (hash.digest('hex') !== sha512.toLowerCase()) {
    throw new UserError(
      `what ${url} gives is not the file that Unpool knows, its SHA-512 is another: it was changed on the way`,
    );
  }
}

interface Content {
  readonly hash: Hash;
  readonly length: number;
}

const nothing = (): Content => ({ hash: createHash('sha512'), length: 0 });

/** What is in a file, which need not be there. */
async function contentOf(file: string): Promise<Content> {
  const { hash } = nothing();
  let length = 0;
  if (existsSync(file)) {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      length += chunk.length;
    }
  }
  return { hash, length };
}
