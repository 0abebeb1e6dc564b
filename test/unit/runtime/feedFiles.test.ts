/** Large feeds reach the engine through files, each with its own request, and leave nothing behind. */

import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';

import { CancelledError } from '../../../src/core/errors.js';
import { sumsStep } from '../../../src/core/network/reducers.js';
import { floatTensor } from '../../../src/core/tensor.js';
import type { Tensor } from '../../../src/core/tensor.js';
import type { EngineClient } from '../../../src/runtime/client.js';
import { FedFiles, FeedFiles } from '../../../src/runtime/feedFiles.js';
import type { WireModelStep } from '../../../src/runtime/messages.js';
import { startTestEngine } from './testEngine.js';

const engines: EngineClient[] = [];
function start(): EngineClient {
  const engine = startTestEngine();
  engines.push(engine);
  return engine;
}
afterEach(() => {
  engines.splice(0).forEach((engine) => {
    engine.dispose();
  });
});

const own = (): readonly string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith(`unpool-feeds-${process.pid}-`));

const SIZE = 200 * 200;
/** Two maps: one of `value`, one of zeros. */
function mapsOf(value: number): Tensor {
  return floatTensor([1, 2, 200, 200], new Float32Array(2 * SIZE).fill(value, 0, SIZE));
}
async function sumsOf(engine: EngineClient, maps: Tensor, signal?: AbortSignal): Promise<unknown> {
  const [answer] = await engine.run([sumsStep({ of: maps, dtype: 'float32' })], { signal });
  return answer?.['sums']?.data;
}

it('feeds what a request was given, whatever happens to it later and however many wait', async () => {
  const engine = start();
  const maps = mapsOf(0);
  const answers = [];
  for (let value = 1; value <= 8; value++) {
    (maps.data as Float32Array).fill(value, 0, SIZE);
    answers.push(sumsOf(engine, maps));
  }
  maps.data.fill(-1 as never);
  expect(await Promise.all(answers)).toEqual(
    Array.from({ length: 8 }, (_, index) => Float32Array.of((index + 1) * SIZE, 0)),
  );
  // Files are used again: another eight need no more of them.
  const [folder = ''] = own();
  const before = readdirSync(join(tmpdir(), folder)).length;
  for (let value = 1; value <= 8; value++) {
    expect(await sumsOf(engine, mapsOf(value))).toEqual(Float32Array.of(value * SIZE, 0));
  }
  expect(readdirSync(join(tmpdir(), folder))).toHaveLength(before);
});

it('gives the files of a cancelled request to others', async () => {
  const engine = start();
  await sumsOf(engine, mapsOf(1));
  for (let round = 1; round <= 20; round++) {
    const controller = new AbortController();
    const cancelled = sumsOf(engine, mapsOf(-round), controller.signal);
    controller.abort();
    const next = sumsOf(engine, mapsOf(round));
    await expect(cancelled).rejects.toThrow(CancelledError);
    expect(await next).toEqual(Float32Array.of(round * SIZE, 0));
  }
});

it('removes its files with the engine, and what a killed process has left', async () => {
  // No process has that number: Linux's largest is 4,194,304.
  const left = join(tmpdir(), 'unpool-feeds-99999999-abandoned');
  mkdirSync(left);
  writeFileSync(join(left, '0'), 'left');
  const engine = start();
  await sumsOf(engine, mapsOf(3));
  expect(own()).toHaveLength(1);
  expect(readdirSync(tmpdir())).not.toContain('unpool-feeds-99999999-abandoned');
  engine.dispose();
  expect(own()).toEqual([]);
});

it('sends small feeds, and those of steps whose results are kept, as they are', () => {
  const files = new FeedFiles();
  const step = (feed: Tensor, memo: boolean): WireModelStep => ({
    model: '',
    feeds: { maps: feed },
    fetch: [],
    memo,
  });
  const feedOf = (each: WireModelStep): unknown => {
    const { request } = files.write({ type: 'run', id: 1, lane: 'batch', steps: [each] });
    const [written] = request.type === 'run' ? request.steps : [];
    return written !== undefined && 'model' in written ? written.feeds['maps'] : undefined;
  };
  const [large, small] = [mapsOf(1), floatTensor([1, 1], [1])];
  expect(feedOf(step(small, false))).toBe(small);
  expect(feedOf(step(large, true))).toBe(large);
  const filed = feedOf(step(large, false));
  expect(new FedFiles().read(filed as never)).toEqual(large);
  files.dispose();
});
