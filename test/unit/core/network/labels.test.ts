import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

import { namesIn, readLabels } from '../../../../src/core/network/labels.js';

const folder = mkdtempSync(join(tmpdir(), 'unpool-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

it.each([
  [
    'one a line',
    'names.txt',
    'tench, Tinca tinca\r\n goldfish\n\nshark\n',
    ['tench, Tinca tinca', 'goldfish', '', 'shark'],
  ],
  ['the last column of a table', 'names.tsv', '0\tn01\ttench\n1\tn02\tgoldfish\n', ['tench', 'goldfish']],
  ['a JSON list', 'list.json', '["tench", "goldfish"]', ['tench', 'goldfish']],
  ['a JSON object by index', 'object.json', '{"1": "goldfish", "0": "tench"}', ['tench', 'goldfish']],
  [
    'Keras’ class index',
    'keras.json',
    '{"0": ["n01", "tench"], "1": ["n02", "goldfish"]}',
    ['tench', 'goldfish'],
  ],
  ['a byte order mark', 'mark.txt', '\uFEFFtench\n', ['tench']],
])('reads %s', async (_, name, content, labels) => {
  expect(await readLabels(file(name, content))).toEqual(labels);
});

it.each([
  ['numbers', '[1, 2]'],
  ['an index that is missing', '{"0": "tench", "7": "goldfish"}'],
  ['text', '"tench"'],
  ['half a file', '["tench"'],
])('refuses JSON of %s, naming the file', async (_, content) => {
  await expect(readLabels(file('bad.json', content))).rejects.toThrow(/bad\.json: /);
});

it.each([
  ['a list as Python prints it', `['cat', "dog's", 'a \\'b\\'']`, ['cat', "dog's", "a 'b'"]],
  ['a dictionary as Python prints it', `{1: 'goldfish', 0: "tench"}`, ['tench', 'goldfish']],
  ['JSON', '{"0": "tench", "1": "goldfish"}', ['tench', 'goldfish']],
  ['lines', 'tench, Tinca tinca\ngoldfish\n', ['tench, Tinca tinca', 'goldfish']],
  ['a list with commas', 'tench, goldfish', ['tench', 'goldfish']],
  ['a dictionary with a gap', `{0: 'tench', 7: 'goldfish'}`, undefined],
  ['nothing', ' ', undefined],
])('namesIn reads %s', (_, text, names) => {
  expect(namesIn(text)).toEqual(names);
});
