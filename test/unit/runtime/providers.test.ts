import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { UserError } from '../../../src/core/errors.js';
import type { OnnxRuntime, OrtTensor } from '../../../src/runtime/onnxruntime.js';
import { chooseProvider } from '../../../src/runtime/providers.js';
import type { ProviderSearch } from '../../../src/runtime/providers.js';
import { startTestEngine } from './testEngine.js';

interface FakeProvider {
  readonly fails?: string;
  /** Milliseconds of one trial run. */
  readonly takes?: number;
  /** What the trial convolution of 64 channels gives in its interior. */
  readonly gives?: number;
}

/** A search over an onnxruntime with these providers. */
function searchOver(providers: Readonly<Record<string, FakeProvider>>): ProviderSearch {
  class FakeTensor implements OrtTensor {
    constructor(
      readonly type: string,
      readonly data: unknown,
      readonly dims: readonly number[],
    ) {}
  }
  const ort: OnnxRuntime = {
    Tensor: FakeTensor,
    env: { versions: {} },
    listSupportedBackends: () => Object.keys(providers).map((name) => ({ name })),
    InferenceSession: {
      create: (_model, { executionProviders: [used] }) => {
        const { fails, takes = 1, gives = 9 * 64 } = providers[used?.name ?? ''] ?? {};
        if (fails !== undefined) {
          return Promise.reject(new Error(fails));
        }
        return Promise.resolve({
          inputMetadata: [],
          outputNames: ['y'],
          release: () => Promise.resolve(),
          run: async ({ x }) => {
            await new Promise((done) => setTimeout(done, takes));
            const dims = x?.dims ?? [];
            const data = new Float32Array(dims.reduce((a, b) => a * b, 1)).fill(gives);
            return { y: new FakeTensor('float32', data, dims) };
          },
        });
      },
    },
  };
  return { ort, threads: 1, crashed: [], trying: () => Promise.resolve() };
}

describe('auto', () => {
  it('prefers cuda', async () => {
    const search = searchOver({ cpu: {}, webgpu: {}, cuda: {} });
    expect(await chooseProvider('auto', search)).toEqual({ provider: 'cuda', unused: [] });
  });

  it('takes webgpu when cuda fails and webgpu is the faster', async () => {
    const search = searchOver({ cpu: { takes: 40 }, webgpu: { takes: 2 }, cuda: { fails: 'no driver' } });
    expect(await chooseProvider('auto', search)).toEqual({
      provider: 'webgpu',
      unused: [{ provider: 'cuda', why: 'no driver.' }],
    });
  });

  it('leaves a webgpu that is slower than the processor, as software adapters are', async () => {
    const search = searchOver({ cpu: { takes: 1 }, webgpu: { takes: 60 } });
    const { provider, unused } = await chooseProvider('auto', search);
    expect(provider).toBe('cpu');
    expect(unused).toMatchObject([
      { provider: 'cuda', why: 'onnxruntime has no cuda on this system.' },
      { provider: 'webgpu', why: expect.stringMatching(/the processor ran .* times as fast/) as string },
    ]);
  });

  it('leaves a provider that computes wrongly or has crashed', async () => {
    const search = { ...searchOver({ cpu: {}, webgpu: { gives: 0 }, cuda: {} }), crashed: ['cuda' as const] };
    const { provider, unused } = await chooseProvider('auto', search);
    expect(provider).toBe('cpu');
    expect(unused.map(({ why }) => why)).toEqual([
      'the engine process crashed when it was tried.',
      'a trial convolution gave wrong numbers.',
    ]);
  });
});

describe('a provider asked for by name', () => {
  it('is used without looking at others', async () => {
    const search = searchOver({ cpu: {}, webgpu: { takes: 60 } });
    expect(await chooseProvider('webgpu', search)).toEqual({ provider: 'webgpu', unused: [] });
  });

  it('is an error that says what to do when it does not work', async () => {
    const chosen = chooseProvider('cuda', searchOver({ cpu: {}, cuda: { fails: 'no driver' } }));
    await expect(chosen).rejects.toThrow(
      /^The provider cuda does not work here: no driver\. CUDA needs .* auto or cpu\.$/,
    );
    await expect(chosen).rejects.toBeInstanceOf(UserError);
  });
});

const [platform, arch] = [process.platform, process.arch];
const binaries = resolve(`node_modules/onnxruntime-node/bin/napi-v6/${platform}/${arch}`);
const hasCuda = existsSync(join(binaries, 'libonnxruntime_providers_cuda.so'));

it.skipIf(hasCuda)('cuda without the CUDA build of onnxruntime is a clear error, each time', async () => {
  const engine = startTestEngine({ provider: 'cuda' });
  await expect(engine.status()).rejects.toThrow(
    /^The provider cuda does not work here: .* not installed\. .*Install CUDA Runtime.*npm install/,
  );
  await expect(engine.run([])).rejects.toBeInstanceOf(UserError);
  engine.dispose();
});

describe('a runtime path', () => {
  const folders: string[] = [];

  afterEach(() => folders.splice(0).forEach((folder) => rmSync(folder, { recursive: true })));

  /** An onnxruntime-node whose cuda aborts the process, as a broken driver does. */
  function brokenRuntime(folder: string): string {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"name": "onnxruntime-node", "main": "index.js"}');
    writeFileSync(
      join(folder, 'index.js'),
      `exports.env = { versions: { node: 'broken' } };
       exports.listSupportedBackends = () => [{ name: 'cuda' }, { name: 'cpu' }];
       exports.InferenceSession = { create: () => process.abort() };`,
    );
    return folder;
  }

  function emptyFolder(): string {
    const folder = mkdtempSync(join(tmpdir(), 'unpool-runtime-'));
    folders.push(folder);
    return folder;
  }

  it('may be the package or a folder that has it installed; what crashes while tried is passed over', async () => {
    const installed = emptyFolder();
    writeFileSync(join(installed, 'package.json'), '{}');
    const paths = [brokenRuntime(emptyFolder()), installed];
    brokenRuntime(join(installed, 'node_modules/onnxruntime-node'));
    for (const runtimePath of paths) {
      const engine = startTestEngine({ provider: 'auto', runtimePath });
      expect(await engine.status()).toMatchObject({
        provider: 'cpu',
        version: 'broken',
        unused: [
          { provider: 'cuda', why: 'the engine process crashed when it was tried.' },
          { provider: 'webgpu', why: 'onnxruntime has no webgpu on this system.' },
        ],
      });
      engine.dispose();
    }
  });

  it('without the package is a clear error', async () => {
    const runtimePath = emptyFolder();
    const engine = startTestEngine({ runtimePath });
    await expect(engine.status()).rejects.toThrow(
      `No onnxruntime-node can be loaded from the runtime path ${runtimePath}`,
    );
    engine.dispose();
  });
});
