/** A zip of photos, read in place: nothing is unpacked. */

import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';

import { getFileNameLowLevel, openPromise, validateFileName } from 'yauzl';
import type { Entry } from 'yauzl';

import { UserError } from '../errors.js';
import { folderLabels } from './folderLabels.js';
import { asListed, inOrder, isHidden, notEmpty, unreadable } from './photo.js';
import type { ListedPhoto, PhotoSet } from './photo.js';

const inflate = promisify(inflateRaw) as (
  data: Uint8Array,
  options: { readonly maxOutputLength: number },
) => Promise<Uint8Array>;

/** Larger ones are no photos; the size is the archive's word, and inflating stops there. */
const LARGEST = 2 ** 29;

interface ZippedPhoto extends ListedPhoto {
  readonly entry: Pick<
    Entry,
    'compressedSize' | 'compressionMethod' | 'crc32' | 'relativeOffsetOfLocalHeader' | 'uncompressedSize'
  >;
  /** Why its content cannot be read, told by the archive's list. */
  readonly refused: string | undefined;
}

/** @throws UserError where the file is no zip, is damaged, or has no files */
export async function zipSet(root: string): Promise<PhotoSet> {
  const photos = inOrder(await zippedPhotos(root));
  notEmpty(root, photos);
  const handle = await open(root).catch((error: NodeJS.ErrnoException) => {
    throw unreadable(root, error);
  });
  const zipped = new Map(photos.map((photo) => [photo.path, photo]));
  const reading = new Set<Promise<Uint8Array>>();
  return {
    kind: 'zip',
    root,
    photos,
    read: async (photo) => {
      const found = zipped.get(photo.path);
      if (found === undefined) {
        throw new UserError(`${photo.path}: there is no such file in the archive`);
      }
      const content = contentOf(handle, found);
      reading.add(content);
      try {
        return asListed(photo, await content);
      } finally {
        reading.delete(content);
      }
    },
    close: async () => {
      // Whoever lists the archive anew closes it under those who still read the list before.
      await Promise.allSettled(reading);
      await handle.close();
    },
  };
}

async function zippedPhotos(root: string): Promise<ZippedPhoto[]> {
  const found: Omit<ZippedPhoto, 'label'>[] = [];
  try {
    // Names are decoded here: one that leads out of the archive is refused alone, not with all others.
    const zip = await openPromise(root, { autoClose: false, decodeStrings: false });
    try {
      for await (const entry of zip.eachEntry()) {
        const path = getFileNameLowLevel(
          entry.generalPurposeBitFlag,
          entry.fileNameRaw,
          entry.extraFields,
          false,
        );
        if (!path.endsWith('/') && !path.split('/').some((part) => part !== '..' && isHidden(part))) {
          found.push(zipped(entry, path));
        }
      }
    } finally {
      zip.close();
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`${root}: the archive is damaged or no zip (${reason}); zip the photos again`);
  }
  const labels = folderLabels(found.map(({ path }) => path));
  return found.map((photo, index) => ({ ...photo, label: labels[index] }));
}

/** What is kept of an entry: as little as reading it takes. */
function zipped(entry: Entry, path: string): Omit<ZippedPhoto, 'label'> {
  const { compressedSize, compressionMethod, relativeOffsetOfLocalHeader, uncompressedSize } = entry;
  const refused =
    validateFileName(path) !== null
      ? 'its name leads out of the archive'
      : entry.isEncrypted()
        ? 'it is encrypted'
        : compressionMethod !== 0 && compressionMethod !== 8
          ? `its compression (method ${compressionMethod}) is not supported; zip the photos with deflate`
          : uncompressedSize > LARGEST
            ? `it has ${uncompressedSize} bytes, more than a photo may have`
            : undefined;
  return {
    path,
    bytes: uncompressedSize,
    entry: {
      compressedSize,
      compressionMethod,
      crc32: entry.crc32,
      relativeOffsetOfLocalHeader,
      uncompressedSize,
    },
    refused,
  };
}

/** Bytes of a local file header before the name, and where in it the lengths of name and extra field stand. */
const HEADER = { bytes: 30, signature: 0x04034b50, nameLength: 26, extraLength: 28 } as const;

async function contentOf(handle: FileHandle, { path, entry, refused }: ZippedPhoto): Promise<Uint8Array> {
  if (refused !== undefined) {
    throw new UserError(`${path}: ${refused}`);
  }
  const { compressedSize, compressionMethod, relativeOffsetOfLocalHeader: offset, uncompressedSize } = entry;
  try {
    const header = await bytesAt(handle, offset, HEADER.bytes);
    if (header.readUInt32LE(0) !== HEADER.signature) {
      throw new Error('there is no file where the archive says');
    }
    const start =
      offset +
      HEADER.bytes +
      header.readUInt16LE(HEADER.nameLength) +
      header.readUInt16LE(HEADER.extraLength);
    const stored = await bytesAt(handle, start, compressedSize);
    const bytes =
      compressionMethod === 0 ? stored : await inflate(stored, { maxOutputLength: uncompressedSize || 1 });
    if (bytes.length !== uncompressedSize || crc32(bytes) !== entry.crc32) {
      throw new Error('its checksum is another one');
    }
    return bytes;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(
      `${path}: cannot be read from the archive, which is damaged or has changed (${reason})`,
    );
  }
}

async function bytesAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle.read(buffer, done, length - done, position + done);
    if (bytesRead === 0) {
      throw new Error('the archive ends within it');
    }
    done += bytesRead;
  }
  return buffer;
}
