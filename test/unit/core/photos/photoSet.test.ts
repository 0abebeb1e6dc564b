import {
  createWriteStream,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';

import { openPhotoSet } from '../../../../src/core/photos/photoSet.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unpool-photos-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function put(name: string, content = name): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), content);
}

async function zip(name: string, contents: Readonly<Record<string, string>>): Promise<string> {
  const file = join(folder, name);
  const archive = new ZipFile();
  Object.entries(contents).forEach(([path, content]) => {
    archive.addBuffer(Buffer.from(content), path);
  });
  archive.end();
  await pipeline(archive.outputStream, createWriteStream(file));
  return file;
}

/** Opens a set, reads all of it, and gives path, label and content of each photo, or why it cannot be read. */
async function contents(path: string): Promise<[string, string | undefined, string][]> {
  const set = await openPhotoSet(path);
  try {
    return await Promise.all(
      set.photos.map(async (photo): Promise<[string, string | undefined, string]> => {
        const content = await set.read(photo).then(
          (bytes) => Buffer.from(bytes).toString(),
          (error: Error) => error.message,
        );
        return [photo.path, photo.label, content];
      }),
    );
  } finally {
    await set.close();
  }
}

describe('a folder', () => {
  it('lists its files by code units of their paths, labelled by the first folder', async () => {
    ['b/2.jpg', 'a/deep/x.jpg', 'B/1.jpg', 'é/1.jpg', 'a/10.jpg', 'a/9.jpg', 'top.jpg'].forEach((name) =>
      put(name),
    );
    expect(await contents(folder)).toEqual([
      ['B/1.jpg', 'B', 'B/1.jpg'],
      ['a/10.jpg', 'a', 'a/10.jpg'],
      ['a/9.jpg', 'a', 'a/9.jpg'],
      ['a/deep/x.jpg', 'a', 'a/deep/x.jpg'],
      ['b/2.jpg', 'b', 'b/2.jpg'],
      ['top.jpg', undefined, 'top.jpg'],
      ['é/1.jpg', 'é', 'é/1.jpg'],
    ]);
  });

  it('passes over a folder around all classes and folders of splits', async () => {
    ['set/train/cat/1.jpg', 'set/train/dog/2.jpg', 'set/val/cat/3.jpg'].forEach((name) => put(name));
    expect((await contents(folder)).map(([, label]) => label)).toEqual(['cat', 'dog', 'cat']);
  });

  it('takes a single folder with photos for a class', async () => {
    put('cat/1.jpg');
    expect((await contents(folder)).map(([, label]) => label)).toEqual(['cat']);
  });

  it('passes over hidden files, follows links, and not back into itself', async () => {
    ['.DS_Store', 'a/.hidden', '__MACOSX/x.jpg', 'a/1.jpg', 'Thumbs.db'].forEach((name) => put(name));
    symlinkSync(folder, join(folder, 'a/loop'));
    symlinkSync(join(folder, 'a/1.jpg'), join(folder, 'linked.jpg'));
    symlinkSync(join(folder, 'nowhere'), join(folder, 'broken.jpg'));
    expect((await contents(folder)).map(([path]) => path)).toEqual(['a/1.jpg', 'broken.jpg', 'linked.jpg']);
  });

  it('tells of a photo that has vanished or changed since it was listed', async () => {
    ['a.jpg', 'b.jpg', 'c.jpg'].forEach((name) => put(name));
    const set = await openPhotoSet(folder);
    rmSync(join(folder, 'a.jpg'));
    put('b.jpg', 'longer than before');
    const told = await Promise.all(
      set.photos.map((photo) =>
        set.read(photo).then(
          () => 'read',
          (error: Error) => error.message,
        ),
      ),
    );
    expect(told).toEqual([
      'a.jpg: there is no such file',
      'b.jpg: has changed since the set was listed (5 bytes, now 18)',
      'read',
    ]);
  });

  it('refuses what is no set', async () => {
    await expect(openPhotoSet(join(folder, 'nowhere'))).rejects.toThrow(/there is no such folder or file/);
    await expect(openPhotoSet(folder)).rejects.toThrow(/there are no files in it/);
    put('a.txt');
    await expect(openPhotoSet(join(folder, 'a.txt'))).rejects.toThrow(
      /a photo set is a folder, a .zip, or a .csv/,
    );
  });
});

describe('a zip', () => {
  it('is closed once what is being read of it is there', async () => {
    const content = 'much '.repeat(50_000);
    const set = await openPhotoSet(await zip('read.zip', { 'a.jpg': content }));
    const [photo] = set.photos;
    const reading = photo && set.read(photo);
    await set.close();
    expect(Buffer.from((await reading) ?? '').toString()).toBe(content);
  });

  it('is the same set as the folder that was zipped', async () => {
    const files = { 'cat/1.jpg': 'one'.repeat(1000), 'cat/2.jpg': '', 'Dog/3.jpg': 'three' };
    const file = await zip('set.zip', { ...files, '__MACOSX/cat/1.jpg': 'x', 'cat/.DS_Store': 'x' });
    expect(await contents(file)).toEqual([
      ['Dog/3.jpg', 'Dog', 'three'],
      ['cat/1.jpg', 'cat', 'one'.repeat(1000)],
      ['cat/2.jpg', 'cat', ''],
    ]);
  });

  it('refuses a file whose name leads out of it, and no other', async () => {
    const file = await zip('set.zip', { 'aa/evil.jpg': 'evil', 'b.jpg': 'good' });
    // yazl writes no such names: they are put in afterwards, in both places where the archive has them.
    const bytes = readFileSync(file).toString('latin1').replaceAll('aa/evil.jpg', '../evil.jpg');
    writeFileSync(file, Buffer.from(bytes, 'latin1'));
    expect(await contents(file)).toEqual([
      ['../evil.jpg', '..', '../evil.jpg: its name leads out of the archive'],
      ['b.jpg', undefined, 'good'],
    ]);
  });

  it('tells of content that is damaged, and of an archive that is cut short or none', async () => {
    const file = await zip('set.zip', { 'a.jpg': 'same'.repeat(100), 'b.jpg': 'good' });
    const bytes = readFileSync(file);
    bytes.fill(0, 36, 40);
    writeFileSync(file, bytes);
    const [a, b] = await contents(file);
    expect(a?.[2]).toMatch(/^a.jpg: cannot be read from the archive, which is damaged or has changed/);
    expect(b?.[2]).toBe('good');
    writeFileSync(file, bytes.subarray(0, 60));
    await expect(openPhotoSet(file)).rejects.toThrow(/set.zip: the archive is damaged or no zip/);
    writeFileSync(file, 'not a zip');
    await expect(openPhotoSet(file)).rejects.toThrow(/set.zip: the archive is damaged or no zip/);
  });
});

describe('a list', () => {
  const list = (text: string): string => {
    put('lists/set.csv', text);
    return join(folder, 'lists/set.csv');
  };

  it('has paths relative to its folder and labels, in whatever columns', async () => {
    ['lists/b.jpg', 'photos/a, b.jpg'].forEach((name) => put(name));
    const file = list('\uFEFFLabel,weight,Path\r\ncat,1,b.jpg\r\n,2,"../photos/a, b.jpg"\r\n');
    expect(await contents(file)).toEqual([
      ['../photos/a, b.jpg', undefined, 'photos/a, b.jpg'],
      ['b.jpg', 'cat', 'lists/b.jpg'],
    ]);
  });

  it('lists photos that are not there, and tells when they are read', async () => {
    put('lists/a.jpg');
    expect(await contents(list('path,label\na.jpg,cat\ngone.jpg,dog\n'))).toEqual([
      ['a.jpg', 'cat', 'lists/a.jpg'],
      ['gone.jpg', 'dog', 'gone.jpg: there is no such file'],
    ]);
  });

  it.each([
    [
      'photo,label\na.jpg,cat\n',
      /first line should name the columns path and label; it has 'photo', 'label'/,
    ],
    ['', /first line should name the columns path and label; it has nothing/],
    ['path,label\na.jpg\n', /line 2: 1 fields, where the first line names 2/],
    ['path,label\n ,cat\n', /line 2: there is no path/],
    ['path\na.jpg\n./a.jpg\n', /line 3: 'a.jpg' is listed before, on line 2/],
    ['path,label\n', /there are no files in it/],
  ])('refuses %j', async (text, message) => {
    await expect(openPhotoSet(list(text))).rejects.toThrow(message);
  });
});
