/** The photos of the fixture, indexed by the command line for the tests of a file. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect } from 'vitest';

import { ROOT, unpool } from './run.js';

export const FIXTURE = join(ROOT, 'test/fixtures/photoSet');

/** A folder that is removed behind the file's tests, and the index in it. */
export function indexedFixture(): { readonly folder: string; readonly store: string } {
  const folder = mkdtempSync(join(tmpdir(), 'unpool-cli-indexed-'));
  const store = join(folder, 'index');
  beforeAll(async () => {
    const { status } = await unpool(
      ...['index', join(FIXTURE, 'tiny.onnx'), join(FIXTURE, 'photos.zip'), '--batch', '4', '--out', store],
    );
    expect(status).toBe(0);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return { folder, store };
}
