import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { ROOT, unpool } from './run.js';

const FIXTURE = join(ROOT, 'test/fixtures/photoSet');
const MODEL = join(FIXTURE, 'tiny.onnx');
const PHOTOS = join(FIXTURE, 'photos.zip');

const folder = mkdtempSync(join(tmpdir(), 'unpool-cli-index-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
const store = (name: string): string => join(folder, name);
const arguments_ = (name: string): string[] => ['index', MODEL, PHOTOS, '--batch', '4', '--out', store(name)];

function filesOf(name: string): Record<string, string> {
  const files = readdirSync(store(name), { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    files
      .filter((file) => statSync(join(store(name), file)).isFile())
      .map((file) => [file, readFileSync(join(store(name), file)).toString('latin1')]),
  );
}

describe('unpool index', () => {
  it('tells what it has done, what it has skipped and why, and how much room it takes', async () => {
    const { status, stdout, stderr } = await unpool(...arguments_('whole'));
    expect(status).toBe(0);
    expect(stderr).toMatch(/preprocessing: imagenet \(assumed/);
    expect(stderr).toMatch(/labels of the photos: 0 of 3 are classes of the model/);
    expect(stdout).toMatch(/42 photos, 4 layers \(relu1, leakyrelu2, relu3, fc4\), 33 maps/);
    expect(stdout).toMatch(/2 skipped:\n {2}noise\/empty.png: the file is empty\n/);
    expect(stdout).toMatch(/on disk .*B: .*B a photo, .*B a map/);
  });

  it('has the same bytes from shards, and after it was killed', async () => {
    const [first, second] = await Promise.all(
      ['1/2', '2/2'].map((shard) => unpool(...arguments_('shards'), '--shard', shard)),
    );
    expect([first?.status, second?.status]).toEqual([0, 0]);
    expect(filesOf('shards')).toEqual(filesOf('whole'));

    const child = spawn(process.execPath, [join(ROOT, 'dist/cli.js'), ...arguments_('killed')], {
      stdio: 'ignore',
    });
    const ended = once(child, 'exit');
    while (child.exitCode === null && !existsSync(join(store('killed'), 'photos'))) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    child.kill('SIGKILL');
    await ended;
    expect((await unpool(...arguments_('killed'))).status).toBe(0);
    expect(filesOf('killed')).toEqual(filesOf('whole'));
  });

  it('refuses a store that another run is writing to', async () => {
    const name = 'locked';
    await unpool(...arguments_(name), '--shard', '1/3');
    // This process stands for the other run.
    writeFileSync(
      join(store(name), '.lock-0-1'),
      JSON.stringify({ host: hostname(), pid: process.pid, began: began() }),
    );
    const { status, stderr } = await unpool(...arguments_(name));
    expect(status).toBe(1);
    expect(stderr).toMatch(
      new RegExp(`unpool: .*locked: process ${process.pid} on .* is writing the same parts`),
    );
  });

  it('ends with 1 where photos or store are at fault, with 2 for wrong usage', async () => {
    const missing = await unpool('index', MODEL, join(folder, 'nowhere'), '--out', store('x'));
    expect(missing.status).toBe(1);
    expect(missing.stderr).toMatch(/nowhere: there is no such folder or file\n$/);
    const layer = await unpool(...arguments_('x'), '--layers', 'conv9');
    expect(layer.status).toBe(1);
    expect(layer.stderr).toMatch(/there is no layer 'conv9'/);
    const shard = await unpool(...arguments_('x'), '--shard', '0/2');
    expect(shard.status).toBe(2);
    expect(shard.stderr).toMatch(/'0\/2' is no shard; give 1\/8 to 8\/8/);
    expect(existsSync(store('x'))).toBe(false);
  });
});

function began(): string | undefined {
  if (!existsSync('/proc/self/stat')) {
    return undefined;
  }
  const text = readFileSync('/proc/self/stat', 'latin1');
  return text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
}
