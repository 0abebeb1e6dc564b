/** Parts of objects on photos, as rectangles in a readable file: `faces.parts.json` beside the photos. */

import { readFile, stat } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';

import { UserError } from '../../errors.js';
import { decodeImage } from '../../imaging/decode.js';
import type { RgbImage } from '../../imaging/image.js';
import { writeWhole } from '../../store/files.js';

/** The ending of files of parts. */
export const PARTS_ENDING = '.parts.json';

/** Left, top, width and height in whole pixels of the photo, turned as it is to be looked at. */
export type Rectangle = readonly [x: number, y: number, width: number, height: number];

/** The rectangles of a photo by the names of the parts. */
export type Rectangles = Readonly<Record<string, Rectangle>>;

export interface PhotoParts {
  /** Names of the parts, in the order in which they are told. */
  readonly parts: readonly string[];
  /** Rectangles by the photo's path, relative to the file's folder, with slashes. */
  readonly photos: Readonly<Record<string, Rectangles>>;
  /** What else the file says, which stays. */
  readonly others?: Readonly<Record<string, unknown>> | undefined;
}

/** A photo with its parts, read when its turn has come. */
export interface MarkedPhoto {
  /** As the file of parts names it. */
  readonly path: string;
  readonly rectangles: Rectangles;
  /** Differs as soon as the photo's file does. */
  readonly identity: string;
  readonly read: () => Promise<RgbImage>;
}

/** @throws UserError naming the file, and the photo and part that are wrong */
export async function readParts(file: string): Promise<PhotoParts> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(
      code === 'ENOENT' ? `${file}: there is no such file` : `${file}: cannot be read (${String(code)})`,
    );
  });
  return parseParts(text, file);
}

/** @param file that the text is of, for messages. @throws UserError as `readParts` does */
export function parseParts(text: string, file: string): PhotoParts {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UserError(`${file}: this is no JSON; mend it`);
  }
  const { photos, parts = [], ...others } = isRecord(value) ? value : {};
  if (!isRecord(photos)) {
    throw new UserError(`${file}: "photos" should be an object that gives the rectangles of each photo`);
  }
  if (!Array.isArray(parts) || !parts.every(isName)) {
    throw new UserError(`${file}: "parts" should be a list of names`);
  }
  for (const [path, rectangles] of Object.entries(photos)) {
    if (!isRecord(rectangles)) {
      throw new UserError(`${file}: '${path}' should be an object that gives a rectangle for each part`);
    }
    for (const [part, rectangle] of Object.entries(rectangles)) {
      if (!isName(part) || !isRectangle(rectangle)) {
        throw new UserError(
          `${file}: '${part}' of '${path}' should be [x, y, width, height] in whole pixels, width and height from 1`,
        );
      }
    }
  }
  const marked = photos as Record<string, Rectangles>;
  return {
    parts: [...new Set([...parts, ...Object.values(marked).flatMap((each) => Object.keys(each))])],
    photos: marked,
    others,
  };
}

/** One rectangle a line, photos in the order of their paths, so that what changes is a line in a diff. */
export function partsText({ parts, photos, others = {} }: PhotoParts): string {
  const block = (indent: string, lines: readonly string[]): string =>
    lines.length === 0 ? '{}' : `{\n${lines.map((line) => `${indent}  ${line}`).join(',\n')}\n${indent}}`;
  const field = (name: string, text: string): string => `${JSON.stringify(name)}: ${text}`;
  const rectanglesOf = (path: string): string =>
    block(
      '    ',
      parts.flatMap((part) => {
        const rectangle = photos[path]?.[part];
        return rectangle === undefined ? [] : [field(part, `[${rectangle.join(', ')}]`)];
      }),
    );
  const paths = Object.keys(photos).sort();
  const fields = [
    ...Object.entries(others).map(([name, value]) => field(name, JSON.stringify(value))),
    field('parts', `[${parts.map((part) => JSON.stringify(part)).join(', ')}]`),
    field(
      'photos',
      block(
        '  ',
        paths.map((path) => field(path, rectanglesOf(path))),
      ),
    ),
  ];
  return `${block('', fields)}\n`;
}

export async function saveParts(file: string, parts: PhotoParts): Promise<void> {
  await writeWhole(file, Buffer.from(partsText(parts)));
}

/** How a file of parts names a photo. */
export function pathOfPhoto(file: string, photo: string): string {
  return relative(dirname(file), photo).split(sep).join('/');
}

/** The file of a photo that a file of parts names. */
export function photoOfPath(file: string, path: string): string {
  return resolve(dirname(file), path);
}

/**
 * The photos that have a rectangle, in the order of their paths.
 * @throws UserError where there is no such photo
 */
export async function markedPhotos(file: string, { photos }: PhotoParts): Promise<readonly MarkedPhoto[]> {
  const marked = Object.entries(photos).filter(([, rectangles]) => Object.keys(rectangles).length > 0);
  return Promise.all(
    marked
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(async ([path, rectangles]) => {
        const photo = photoOfPath(file, path);
        const found = await stat(photo).catch(() => {
          throw new UserError(
            `${file}: there is no photo '${path}' at ${photo}; take it out or mend its path`,
          );
        });
        return {
          path,
          rectangles,
          identity: `${found.size} ${found.mtimeMs}`,
          read: async () => decodeImage(await readFile(photo), photo),
        };
      }),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

function isRectangle(value: unknown): value is Rectangle {
  return (
    Array.isArray(value) &&
    value.length === 4 &&
    value.every(Number.isInteger) &&
    (value as number[]).every((number, at) => at < 2 || number >= 1)
  );
}
