import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';

import {
  markedPhotos,
  parseParts,
  partsText,
  pathOfPhoto,
  readParts,
  saveParts,
} from '../../../../src/core/analysis/photoSet/photoParts.js';

const FILE = resolve(import.meta.dirname, '../../../fixtures/correspondence/faces.parts.json');

it('writes what it reads, a line for each rectangle, and keeps what it does not know', async () => {
  const text = '{"note": "five dogs", "photos": {"b/2.jpg": {"nose": [1, 2, 3, 4]}, "1.jpg": {}}}';
  const parts = parseParts(text, FILE);
  expect(partsText(parts)).toBe(
    [
      '{',
      '  "note": "five dogs",',
      '  "parts": ["nose"],',
      '  "photos": {',
      '    "1.jpg": {},',
      '    "b/2.jpg": {',
      '      "nose": [1, 2, 3, 4]',
      '    }',
      '  }',
      '}',
      '',
    ].join('\n'),
  );
  const folder = mkdtempSync(join(tmpdir(), 'unpool-parts-'));
  try {
    const file = join(folder, 'dogs.parts.json');
    await saveParts(file, parts);
    expect(await readParts(file)).toEqual(parts);
    expect(pathOfPhoto(file, join(folder, 'b', '2.jpg'))).toBe('b/2.jpg');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('names parts in the order of the list, then as they come', () => {
  const text = '{"parts": ["nose"], "photos": {"a": {"tail": [0, 0, 1, 1], "nose": [0, 0, 1, 1]}}}';
  expect(parseParts(text, FILE).parts).toEqual(['nose', 'tail']);
});

it.each([
  ['{', 'no JSON'],
  ['[]', '"photos" should be an object'],
  ['{"photos": {}, "parts": [1]}', '"parts" should be a list of names'],
  ['{"photos": {"a.jpg": [1]}}', "'a.jpg' should be an object"],
  ['{"photos": {"a.jpg": {"nose": [1, 2, 0, 4]}}}', "'nose' of 'a.jpg' should be [x, y, width, height]"],
  ['{"photos": {"a.jpg": {"nose": [1, 2, 3.5, 4]}}}', "'nose' of 'a.jpg' should be [x, y, width, height]"],
])('says what is wrong with %s', (text, message) => {
  expect(() => parseParts(text, FILE)).toThrow(message);
  expect(() => parseParts(text, FILE)).toThrow(FILE);
});

it('names a photo that is not there', async () => {
  const parts = parseParts('{"photos": {"gone.jpg": {"nose": [1, 2, 3, 4]}}}', FILE);
  await expect(markedPhotos(FILE, parts)).rejects.toThrow("there is no photo 'gone.jpg'");
});
