import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { checkpointFolder } from '../../../../src/core/jobs/checkpoints.js';

let folder: string;
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'unpool-checkpoints-')), 'jobs');
});
afterEach(() => {
  rmSync(join(folder, '..'), { recursive: true, force: true });
});

const record = (...bytes: number[]): Uint8Array => Uint8Array.from(bytes);
const [first, second, empty] = [record(1, 2, 3), record(4), record()];
const files = (): string[] => (existsSync(folder) ? readdirSync(folder) : []);
const fileOf = (): string => join(folder, files()[0] ?? '');

/** Keeps records as a job does that is stopped before its end. */
async function keep(key: string, ...records: Uint8Array[]): Promise<void> {
  const checkpoint = await checkpointFolder(folder).open(key);
  records.forEach((each) => {
    checkpoint.append(each);
  });
  await checkpoint.close();
}

async function kept(key: string): Promise<readonly Uint8Array[]> {
  return (await checkpointFolder(folder).open(key)).records;
}

describe('a checkpoint', () => {
  it('gives the records of the runs before, in order, to a job of the same key alone', async () => {
    await keep('a', first, empty);
    await keep('a', second);
    expect(await kept('a')).toEqual([first, empty, second]);
    expect(await kept('b')).toEqual([]);
  });

  it('is gone when the job is done', async () => {
    await keep('a', first);
    const checkpoint = await checkpointFolder(folder).open('a');
    checkpoint.append(second);
    await checkpoint.remove();
    expect(files()).toEqual([]);
  });

  it('writes nothing for a job that takes no longer than its interval', async () => {
    const checkpoint = await checkpointFolder(folder, { interval: Infinity }).open('a');
    checkpoint.append(first);
    await checkpoint.remove();
    expect(existsSync(folder)).toBe(false);
  });

  it('passes over a record that was not written whole, and goes on behind the last whole one', async () => {
    await keep('a', first, second);
    const { size } = statSync(fileOf());
    // What a process leaves that was killed while it wrote.
    appendFileSync(fileOf(), record(200, 0, 0, 0, 9, 9, 9, 9, 1, 2));
    expect(await kept('a')).toEqual([first, second]);
    expect(statSync(fileOf()).size).toBe(size);
    await keep('a', empty);
    expect(await kept('a')).toEqual([first, second, empty]);
  });

  it('passes over what is damaged', async () => {
    await keep('a', first);
    const bytes = new Uint8Array(statSync(fileOf()).size);
    writeFileSync(fileOf(), bytes.fill(7));
    expect(await kept('a')).toEqual([]);
  });

  it('costs no job anything where the folder cannot be written to', async () => {
    writeFileSync(folder, 'a file in the way');
    await keep('a', first);
    expect(await kept('a')).toEqual([]);
  });
});

describe('a store', () => {
  it('forgets jobs that nobody has run again for long', async () => {
    await keep('a', first);
    utimesSync(fileOf(), 0, 0);
    expect(await kept('a')).toEqual([]);
    expect(files()).toEqual([]);
  });

  it('forgets those that were written to longest ago where all are too large', async () => {
    await keep('old', first);
    const [old = ''] = files();
    utimesSync(join(folder, old), new Date(), new Date(Date.now() - 60_000));
    await keep('new', first);
    const bytes = statSync(join(folder, old)).size;
    const store = checkpointFolder(folder, { bytes });
    expect((await store.open('new')).records).toEqual([first]);
    expect((await store.open('old')).records).toEqual([]);
  });
});
