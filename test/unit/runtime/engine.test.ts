import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CancelledError, UserError } from '../../../src/core/errors.js';
import { floatTensor } from '../../../src/core/tensor.js';
import type { Tensor } from '../../../src/core/tensor.js';
import type { Step, TensorMap } from '../../../src/core/engine.js';
import type { EngineClient, EngineOptions } from '../../../src/runtime/client.js';
import { EngineError } from '../../../src/runtime/engineError.js';
import { FOLDER, fixture, row, times } from './fixtures.js';
import { startTestEngine } from './testEngine.js';

const engines: EngineClient[] = [];

function start(options: Partial<EngineOptions> = {}): EngineClient {
  const engine = startTestEngine(options);
  engines.push(engine);
  return engine;
}

afterEach(() => engines.splice(0).forEach((engine) => engine.dispose()));

function scaleStep(x: Tensor, extra: Partial<Step> = {}): Step {
  return { model: fixture('scale'), feeds: { x }, fetch: ['z'], ...extra };
}

function slowStep(count: number): Step {
  return { model: fixture('slow'), feeds: { times: times(count) }, fetch: ['y'] };
}

async function values(engine: EngineClient, step: Step): Promise<number[][]> {
  const results = await engine.run([step]);
  return step.fetch.map((name) => Array.from(results[0]?.[name]?.data ?? [], Number));
}

describe('running', () => {
  it('gives the fetched outputs of weights that lie at an offset of a file in the folder', async () => {
    const both = { ...scaleStep(row(1, 2, 3)), fetch: ['z', 'y'] };
    // w = [2, 3, -1]
    expect(await values(start(), both)).toEqual([
      [2, 6, 0],
      [2, 6, -3],
    ]);
  });

  it('feeds a step with the output of an earlier one, which does not come back', async () => {
    const results = await start().run([
      scaleStep(row(1, 2, 3), { fetch: [] }),
      { model: fixture('add'), feeds: { a: { step: 0, output: 'y' }, b: row(10, 20, 30) }, fetch: ['s'] },
    ]);
    expect(results).toEqual([{}, { s: floatTensor([1, 3], [12, 26, 27]) }]);
  });

  it('leaves out a step whose outputs nobody needs', async () => {
    const engine = start();
    expect(await engine.run([scaleStep(row(1, 2, 3), { fetch: [] })])).toEqual([{}]);
    expect((await engine.status()).runs).toBe(0);
  });

  it('carries every element type unchanged', async () => {
    const data = {
      float32: Float32Array.of(1.5, NaN, -Infinity),
      float64: Float64Array.of(Math.PI, 1e300, -0),
      float16: Uint16Array.of(0x3c00, 0x7bff, 0x0001),
      int8: Int8Array.of(-128, 0, 127),
      int16: Int16Array.of(-32768, 0, 32767),
      int32: Int32Array.of(-2147483648, 0, 2147483647),
      int64: BigInt64Array.of(-(2n ** 63n), 0n, 2n ** 63n - 1n),
      uint8: Uint8Array.of(0, 1, 255),
      uint16: Uint16Array.of(0, 1, 65535),
      uint32: Uint32Array.of(0, 1, 4294967295),
      uint64: BigUint64Array.of(0n, 1n, 2n ** 64n - 1n),
      bool: Uint8Array.of(1, 0, 1),
    } as const;
    const feeds = Object.fromEntries(
      Object.entries(data).map(([dtype, elements]) => [
        dtype,
        { dtype: dtype as keyof typeof data, shape: [3], data: elements },
      ]),
    );
    const fetch = Object.keys(data).map((dtype) => `${dtype}_out`);
    const [outputs] = await start().run([{ model: fixture('types'), feeds, fetch }]);
    const expected = Object.entries(feeds).map(([dtype, tensor]) => [`${dtype}_out`, tensor]);
    expect(outputs).toEqual(Object.fromEntries(expected));
  });

  it('reads a feed that is a view into a larger buffer', async () => {
    const view = Float32Array.of(9, 9, 1, 2, 3, 9).subarray(2, 5);
    expect(await values(start(), scaleStep({ dtype: 'float32', shape: [1, 3], data: view }))).toEqual([
      [2, 6, 0],
    ]);
  });

  it('answers requests in the order of their arrival', async () => {
    const engine = start();
    const order: string[] = [];
    await Promise.all([
      engine.run([slowStep(50)]).then(() => order.push('first')),
      engine.run([scaleStep(row(1, 2, 3))]).then(() => order.push('second')),
      engine.status().then(() => order.push('third')),
    ]);
    expect(order).toEqual(['first', 'second', 'third']);
  });
});

describe('lanes', () => {
  /** A batch request of very many steps, each of which goes on with what the last one gave. */
  function longBatch(
    engine: EngineClient,
    count: number,
    signal?: AbortSignal,
  ): Promise<readonly TensorMap[]> {
    const add = (index: number): Step => ({
      model: fixture('add'),
      feeds: { a: index === 0 ? row(0, 0, 0) : { step: index - 1, output: 's' }, b: row(1, 2, 3) },
      fetch: index === count - 1 ? ['s'] : [],
    });
    return engine.run(
      Array.from({ length: count }, (_, index) => add(index)),
      { signal, lane: 'batch' },
    );
  }

  /** An engine, and the moment when its first session has been made. */
  function startWatched(): { engine: EngineClient; begun: Promise<void> } {
    let tell = (): void => undefined;
    const begun = new Promise<void>((resolve) => (tell = resolve));
    const log = (line: string): void => {
      if (line.startsWith('session created')) {
        tell();
      }
    };
    return { engine: start({ log }), begun };
  }

  it('answer an interactive request in the middle of a batch one, which goes on behind it', async () => {
    const { engine, begun } = startWatched();
    const ending = new AbortController();
    const endless = longBatch(engine, 100_000, ending.signal);
    await begun;
    expect(await values(engine, scaleStep(row(1, 2, 3)))).toEqual([[2, 6, 0]]);
    const { runs } = await engine.status();
    await vi.waitFor(async () => expect((await engine.status()).runs).toBeGreaterThan(runs + 1));
    ending.abort();
    await expect(endless).rejects.toBeInstanceOf(CancelledError);
  });

  it('take nothing from the batch request that others passed', async () => {
    const { engine, begun } = startWatched();
    const batch = longBatch(engine, 300);
    await begun;
    for (let asked = 0; asked < 5; asked++) {
      await engine.run([scaleStep(row(1, 2, asked))]);
    }
    const results = await batch;
    expect(results.at(-1)).toEqual({ s: floatTensor([1, 3], [300, 600, 900]) });
  });
});

describe('the process', () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it.runIf(existsSync('/proc/self/environ'))(
    'lets CUDA calculate in full float32, unless the environment says otherwise',
    async () => {
      const valueIn = async (engine: EngineClient): Promise<string | undefined> => {
        const { processId } = await engine.status();
        const all = readFileSync(`/proc/${processId}/environ`, 'utf8').split('\0');
        return all.find((each) => each.startsWith('NVIDIA_TF32_OVERRIDE='));
      };
      vi.stubEnv('NVIDIA_TF32_OVERRIDE', undefined);
      expect(await valueIn(start())).toBe('NVIDIA_TF32_OVERRIDE=0');
      vi.stubEnv('NVIDIA_TF32_OVERRIDE', '1');
      expect(await valueIn(start())).toBe('NVIDIA_TF32_OVERRIDE=1');
    },
  );

  it('says what it runs on once it has answered', async () => {
    const engine = start({ provider: 'auto' });
    expect(engine.provider).toBeUndefined();
    const { provider } = await engine.status();
    expect(engine.provider).toBe(provider);
    expect(engine.setting).toContain(provider);
  });
});

describe('the memo', () => {
  const step = scaleStep(row(1, 2, 3), { memo: true });

  it('answers the same model on the same feeds without a run', async () => {
    const engine = start();
    const first = await engine.run([step]);
    expect(await engine.run([scaleStep(row(1, 2, 3), { memo: true })])).toEqual(first);
    expect(await engine.status()).toMatchObject({ runs: 1, memo: { hits: 1, entries: 1 } });
  });

  it('runs again for other feeds, and for outputs that were not kept', async () => {
    const engine = start();
    await engine.run([step]);
    expect(await values(engine, { ...step, feeds: { x: row(1, 2, -3) } })).toEqual([[2, 6, 3]]);
    expect(await values(engine, { ...step, fetch: ['y'] })).toEqual([[2, 6, -3]]);
    expect(await engine.status()).toMatchObject({ runs: 3, memo: { hits: 0 } });
    // What was added lies beside what was there.
    await engine.run([{ ...step, fetch: ['y', 'z'] }]);
    expect(await engine.status()).toMatchObject({ runs: 3, memo: { hits: 1 } });
  });

  it('knows a step by what its feeds were computed from', async () => {
    const engine = start();
    const sum = (x: Tensor): Step[] => [
      scaleStep(x, { fetch: [], memo: true }),
      {
        model: fixture('add'),
        feeds: { a: { step: 0, output: 'y' }, b: row(0, 0, 0) },
        fetch: ['s'],
        memo: true,
      },
    ];
    await engine.run(sum(row(1, 2, 3)));
    await engine.run(sum(row(1, 2, 3)));
    expect(await engine.status()).toMatchObject({ runs: 2, memo: { hits: 2 } });
    const results = await engine.run(sum(row(2, 2, 3)));
    expect(results[1]).toEqual({ s: floatTensor([1, 3], [4, 6, -3]) });
  });

  it('keeps nothing that exceeds its bound', async () => {
    const engine = start({ memoryBound: 16 });
    await engine.run([step]);
    expect(await engine.status()).toMatchObject({ memo: { entries: 0, bytes: 0 } });
  });
});

describe('sessions', () => {
  const folders: string[] = [];

  afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

  function copiedWeights(): string {
    const folder = mkdtempSync(join(tmpdir(), 'unpool-weights-'));
    folders.push(folder);
    copyFileSync(join(FOLDER, 'weights.bin'), join(folder, 'weights.bin'));
    return folder;
  }

  it('stay open within the memory bound', async () => {
    const engine = start();
    for (const name of ['scale', 'slow', 'scale', 'slow']) {
      await engine.run([name === 'scale' ? scaleStep(row(1, 2, 3)) : slowStep(1)]);
    }
    expect((await engine.status()).sessions).toMatchObject({ open: 2, created: 2 });
  });

  it('are closed under a small bound, and made anew when wanted again', async () => {
    const engine = start({ memoryBound: 1 });
    await engine.run([scaleStep(row(1, 2, 3))]);
    await engine.run([slowStep(1)]);
    expect(await values(engine, scaleStep(row(1, 2, 3)))).toEqual([[2, 6, 0]]);
    expect((await engine.status()).sessions).toMatchObject({ open: 1, created: 3 });
  });

  it('are not used any more, nor are their outputs, once the weights change on disk', async () => {
    const engine = start();
    const folder = copiedWeights();
    const step = scaleStep(row(1, 2, 3), { model: fixture('scale', folder), memo: true });
    expect(await values(engine, step)).toEqual([[2, 6, 0]]);
    const file = join(folder, 'weights.bin');
    writeFileSync(file, new Float32Array([0, 0, 5, 6, 7]));
    utimesSync(file, new Date(), new Date(Date.now() + 5000));
    expect(await values(engine, step)).toEqual([[5, 12, 21]]);
  });

  it('report weights that are missing', async () => {
    const folder = copiedWeights();
    rmSync(join(folder, 'weights.bin'));
    const step = scaleStep(row(1, 2, 3), { model: fixture('scale', folder) });
    await expect(start().run([step])).rejects.toThrow(/weights\.bin/);
  });
});

describe('what is wrong with a model or feed', () => {
  const refused = [
    [
      'bytes that are no model',
      { bytes: new TextEncoder().encode('hello'), folder: FOLDER },
      /not a valid ONNX/,
    ],
    ['no bytes', { bytes: new Uint8Array(), folder: FOLDER }, /not a valid ONNX/],
    ['an unknown operator', fixture('unknownOperator'), /node "strange" \(Nope\): .*does not exist/],
    ['shapes that do not fit', fixture('mismatch'), /node "fc1" \(MatMul\): Incompatible dimensions/],
  ] as const;

  it.each(refused)('is told in one line: %s', async (_what, model, message) => {
    const engine = start();
    const run = engine.run([{ model, feeds: { x: row(1, 2, 3) }, fetch: ['y'] }]);
    const error: unknown = await run.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect(String(error)).toMatch(message);
    expect(String(error)).not.toContain('\n');
    expect(await values(engine, scaleStep(row(1, 2, 3)))).toEqual([[2, 6, 0]]);
  });

  const wrongFeeds = [
    [
      'another shape',
      floatTensor([1, 4], [1, 2, 3, 4]),
      /"x" takes the shape \[rows, 3\], but was fed \[1, 4\]/,
    ],
    ['another rank', floatTensor([3], [1, 2, 3]), /"x" takes the shape \[rows, 3\], but was fed \[3\]/],
    ['another type', times(1), /"x" takes float32, but was fed int64/],
  ] as const;

  it.each(wrongFeeds)('names the input of a feed of %s', async (_what, feed, message) => {
    const error: unknown = await start()
      .run([scaleStep(feed)])
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(UserError);
    expect(String(error)).toMatch(message);
  });

  it('names an input that is not fed', async () => {
    await expect(start().run([{ ...scaleStep(row(1, 2, 3)), feeds: {} }])).rejects.toThrow(
      /input "x" is not fed/,
    );
  });

  it('names the node that fails while it runs', async () => {
    const feeds = { a: floatTensor([1, 2], [1, 2]), b: row(1, 2, 3) };
    await expect(start().run([{ model: fixture('add'), feeds, fetch: ['s'] }])).rejects.toThrow(
      /cannot run the model: node "add" \(Add\): /,
    );
  });
});

describe('cancelling', () => {
  it('rejects a request that is cancelled already', async () => {
    const run = start().run([scaleStep(row(1, 2, 3))], { signal: AbortSignal.abort() });
    await expect(run).rejects.toBeInstanceOf(CancelledError);
  });

  it('takes a queued request off the queue at once', async () => {
    const engine = start();
    await engine.status();
    const controller = new AbortController();
    let firstDone = false;
    const first = engine.run([slowStep(200)]).then(() => (firstDone = true));
    const queued = engine.run([scaleStep(row(1, 2, 3))], { signal: controller.signal });
    controller.abort();
    await expect(queued).rejects.toBeInstanceOf(CancelledError);
    expect(firstDone).toBe(false);
    await first;
    expect((await engine.status()).runs).toBe(1);
  });

  it('stops a running request before its next step', async () => {
    const controller = new AbortController();
    const engine = start({ log: (line) => /session created/.test(line) && controller.abort() });
    const steps = Array.from({ length: 1000 }, () => slowStep(10));
    const run = engine.run(steps, { signal: controller.signal });
    await expect(run).rejects.toBeInstanceOf(CancelledError);
    expect((await engine.status()).runs).toBeLessThan(1000);
    expect(await values(engine, scaleStep(row(1, 2, 3)))).toEqual([[2, 6, 0]]);
  });
});

describe('a process that dies', () => {
  it('ends running and queued requests with an error, and the next request starts a new one', async () => {
    const engine = start();
    const deaths: EngineError[] = [];
    engine.onExit((error) => deaths.push(error));
    expect(await values(engine, scaleStep(row(1, 2, 3)))).toEqual([[2, 6, 0]]);
    const { processId } = await engine.status();
    const lost = [engine.run([slowStep(1_000_000)]), engine.run([scaleStep(row(1, 2, 3))])];
    setTimeout(() => process.kill(processId, 'SIGKILL'), 100);
    for (const { status, reason } of (await Promise.allSettled(lost)) as PromiseRejectedResult[]) {
      expect(status).toBe('rejected');
      expect(reason).toBeInstanceOf(EngineError);
      expect(String(reason)).toMatch(/SIGKILL.*memory.*next request starts a new one/);
    }
    expect(deaths).toHaveLength(1);
    // The new process asks again for the model that the old one knew.
    expect(await values(engine, scaleStep(row(1, 2, 3)))).toEqual([[2, 6, 0]]);
    expect((await engine.status()).processId).not.toBe(processId);
  });

  it('is told from one that was closed', async () => {
    const engine = start();
    const run = engine.run([slowStep(1_000_000)]);
    engine.dispose();
    await expect(run).rejects.toThrow('The engine was closed.');
    await expect(engine.status()).rejects.toBeInstanceOf(EngineError);
  });

  it('says what cannot be started', async () => {
    const engine = start({ processFile: join(FOLDER, 'missing.js') });
    await expect(engine.status()).rejects.toThrow(/stopped \(exit code 1\)/);
  });
});
