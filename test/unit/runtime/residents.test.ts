import { afterEach, describe, expect, it } from 'vitest';
import type { ResidentStep, Step } from '../../../src/core/engine.js';
import { ResidentsLostError, UserError } from '../../../src/core/errors.js';
import { floatTensor } from '../../../src/core/tensor.js';
import type { Tensor } from '../../../src/core/tensor.js';
import type { EngineClient, EngineOptions } from '../../../src/runtime/client.js';
import { EngineError } from '../../../src/runtime/engineError.js';
import { fixture, row, times } from './fixtures.js';
import { startTestEngine } from './testEngine.js';

const engines: EngineClient[] = [];

function start(options: Partial<EngineOptions> = {}): EngineClient {
  const engine = startTestEngine(options);
  engines.push(engine);
  return engine;
}

afterEach(() => engines.splice(0).forEach((engine) => engine.dispose()));

const SET = 'training 1';

/** Keeps one tensor in a set. */
function kept(value: Tensor, set = SET): ResidentStep {
  return { set, keep: { sum: value }, fetch: [] };
}

/** Adds to the resident, and puts the result in its place. */
function addition(value: Tensor, first: number): Step[] {
  return [
    { model: fixture('add'), feeds: { a: { set: SET, name: 'sum' }, b: value }, fetch: [] },
    { set: SET, keep: { sum: { step: first, output: 's' } }, fetch: [] },
  ];
}

async function read(engine: EngineClient, set = SET): Promise<number[]> {
  const [result] = await engine.run([{ set, fetch: ['sum'] }]);
  return Array.from(result?.['sum']?.data ?? [], Number);
}

const floats = (count: number, value = 1): Tensor =>
  floatTensor([count / 3, 3], new Float32Array(count).fill(value));

describe('residents', () => {
  it('are read and replaced by steps of later requests, and come back when they are fetched', async () => {
    const engine = start();
    await engine.run([kept(row(10, 20, 30))]);
    await engine.run(addition(row(1, 2, 3), 0));
    await engine.run(addition(row(1, 2, 3), 0));
    expect(await read(engine)).toEqual([12, 24, 36]);
  });

  it('go from step to step of one request', async () => {
    const engine = start();
    const count = 50;
    const additions = Array.from({ length: count }, (_, index) => addition(row(1, 2, 3), 1 + 2 * index));
    const results = await engine.run([
      kept(row(0, 0, 0)),
      ...additions.flat(),
      { set: SET, fetch: ['sum'], drop: true },
    ]);
    expect(results.at(-1)).toEqual({ sum: floatTensor([1, 3], [count, 2 * count, 3 * count]) });
    expect((await engine.status()).residents).toEqual({ sets: 0, bytes: 0 });
  });

  it('are replaced one by one where a set has several, and can be copied to another set', async () => {
    const engine = start();
    await engine.run([{ set: SET, keep: { sum: row(1, 1, 1), other: row(2, 2, 2) }, fetch: [] }]);
    const results = await engine.run([
      { set: 'best', keep: { sum: { set: SET, name: 'sum' } }, fetch: [] },
      { set: SET, keep: { sum: row(3, 3, 3) }, fetch: ['sum', 'other'] },
    ]);
    expect(results[1]).toEqual({
      sum: floatTensor([1, 3], [3, 3, 3]),
      other: floatTensor([1, 3], [2, 2, 2]),
    });
    expect(await read(engine, 'best')).toEqual([1, 1, 1]);
    expect((await engine.status()).residents).toEqual({ sets: 2, bytes: 3 * 12 });
  });

  it('stay as they were where a request that would replace them fails or is cancelled', async () => {
    const engine = start();
    await engine.run([kept(row(1, 1, 1))]);
    const wrong = addition(floatTensor([1, 2], [1, 2]), 0);
    await expect(engine.run(wrong)).rejects.toThrow(UserError);
    const signal = AbortSignal.abort();
    await expect(engine.run(addition(row(1, 2, 3), 0), { signal })).rejects.toThrow();
    expect(await read(engine)).toEqual([1, 1, 1]);
  });

  it('are told by name where a set does not have them', async () => {
    const engine = start();
    await engine.run([kept(row(1, 1, 1))]);
    await expect(engine.run([{ set: SET, fetch: ['momentum'] }])).rejects.toThrow(
      "the residents 'training 1' have no tensor 'momentum'",
    );
  });

  it('are not read by a step whose outputs are kept for the same feeds', async () => {
    const engine = start();
    await engine.run([kept(row(1, 1, 1))]);
    const step = { ...addition(row(1, 2, 3), 0)[0], memo: true } as Step;
    await expect(engine.run([{ ...step, fetch: ['s'] }])).rejects.toThrow(/residents change/);
  });
});

describe('what residents take', () => {
  it('goes off the memory of kept outputs, and is given back', async () => {
    const engine = start({ memoryBound: 16_000 });
    // A quarter of what residents leave is for kept outputs: 4,000 bytes, then 2,500.
    const remembered = (value: number): Step => ({
      model: fixture('scale'),
      feeds: { x: floats(450, value) },
      fetch: ['y'],
      memo: true,
    });
    await engine.run([remembered(1)]);
    await engine.run([remembered(2)]);
    expect((await engine.status()).memo).toMatchObject({ entries: 2, bytes: 2 * 1800 });
    await engine.run([kept(floats(1500))]);
    expect(await engine.status()).toMatchObject({ memo: { entries: 1 }, residents: { bytes: 6000 } });
    await engine.run([{ set: SET, fetch: [], drop: true }]);
    await engine.run([remembered(3)]);
    expect(await engine.status()).toMatchObject({ memo: { entries: 2 }, residents: { bytes: 0 } });
  });

  it('makes newer sets push out the one that was used longest ago, all of it', async () => {
    const engine = start({ memoryBound: 4000 });
    await engine.run([kept(floats(150, 1), 'a')]);
    await engine.run([kept(floats(150, 2), 'b')]);
    expect((await read(engine, 'a'))[0]).toBe(1);
    await engine.run([kept(floats(300, 3), 'c')]);
    const error: unknown = await read(engine, 'b').catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ResidentsLostError);
    expect(error).toMatchObject({ set: 'b' });
    expect(String(error)).toMatch(/no longer has the tensors 'b': .* have to be sent again/);
    expect((await read(engine, 'a'))[0]).toBe(1);
    // Sent again, they are there.
    await engine.run([kept(floats(150, 2), 'b')]);
    expect((await read(engine, 'b'))[0]).toBe(2);
    expect((await engine.status()).residents.bytes).toBeLessThanOrEqual(2000);
  });

  it('is refused where one set alone is too large, which then stays as it was', async () => {
    const engine = start({ memoryBound: 4000 });
    await engine.run([kept(floats(150))]);
    const error: unknown = await engine.run([kept(floats(600))]).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect(String(error)).toMatch(/take 1 MB, and there is room for 1: use a smaller network/);
    expect(await read(engine)).toHaveLength(150);
  });
});

describe('a process that is killed', () => {
  it('takes them with it: to read them is an error of its own, until they are sent again', async () => {
    const engine = start();
    await engine.run([kept(row(1, 2, 3))]);
    const { processId } = await engine.status();
    const during = engine.run([
      { model: fixture('slow'), feeds: { times: times(1_000_000) }, fetch: ['y'] },
      ...addition(row(1, 1, 1), 1),
    ]);
    process.kill(processId, 'SIGKILL');
    await expect(during).rejects.toBeInstanceOf(EngineError);
    await expect(engine.run(addition(row(1, 1, 1), 0))).rejects.toBeInstanceOf(ResidentsLostError);
    await engine.run([kept(row(1, 2, 3))]);
    await engine.run(addition(row(1, 1, 1), 0));
    expect(await read(engine)).toEqual([2, 3, 4]);
  });
});
