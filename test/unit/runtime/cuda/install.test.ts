import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import type { Engine } from '../../../../src/core/engine.js';
import { CancelledError, UserError } from '../../../../src/core/errors.js';
import { contextOf } from '../../../../src/core/jobs/job.js';
import { CUDA_LIBRARIES, CUDA_PACKAGE } from '../../../../src/runtime/cuda/cudaPackage.js';
import type { CudaPackage } from '../../../../src/runtime/cuda/cudaPackage.js';
import {
  checkCudaPlatform,
  cudaInstallationJob,
  installedCuda,
} from '../../../../src/runtime/cuda/install.js';
import { CudaFeed, makeWheel, MISSING_LIBRARY, packageOf } from '../../../cudaFeed.js';
import { startTestEngine } from '../testEngine.js';

const PACKAGES = resolve('node_modules');
const { version } = CUDA_PACKAGE;
const isCudaPlatform = process.platform === 'linux' && process.arch === 'x64';

let wheel: Buffer;
let feed: CudaFeed;
let wanted: CudaPackage;
let folder: string;
let storage: string;

beforeAll(async () => {
  wheel = await makeWheel();
});

beforeEach(async () => {
  feed = new CudaFeed();
  wanted = packageOf(wheel, await feed.start());
  folder = mkdtempSync(join(tmpdir(), 'unpool-cuda-'));
  storage = join(folder, 'storage');
});

afterEach(async () => {
  await feed.stop();
  rmSync(folder, { recursive: true, force: true });
});

function serve(bytes: Buffer): void {
  feed.answer = (response) => {
    response.writeHead(200, { 'content-length': bytes.length }).end(bytes);
  };
}

interface Try {
  readonly package?: Partial<CudaPackage>;
  readonly packages?: string;
  readonly signal?: AbortSignal;
  readonly onBytes?: (received: number) => void;
}

const NO_ENGINE: Engine = { run: () => Promise.reject(new Error('an installation runs no network')) };

function install({ package: changed, packages = PACKAGES, signal, onBytes }: Try = {}): Promise<string> {
  const job = cudaInstallationJob({ package: { ...wanted, ...changed }, storage, packages });
  return job.run(
    contextOf(NO_ENGINE, {
      ...(signal && { signal }),
      report: (_stage, _share, count) => count && onBytes?.(count.done),
    }),
  );
}

const left = (): string[] => (existsSync(storage) ? readdirSync(storage) : []);

/** Fails with one line that has `reason` in it and says what to do, and leaves nothing behind. */
async function failsWith(reason: string | RegExp, options: Try = {}): Promise<void> {
  const error: unknown = await install(options).then(
    () => undefined,
    (reported: unknown) => reported,
  );
  expect(error).toBeInstanceOf(UserError);
  const { message } = error as UserError;
  expect(message).toMatch(reason);
  expect(message).toMatch(/^The CUDA libraries of onnxruntime \S+ cannot be installed: /);
  expect(message).toContain(`run "npm install onnxruntime-node@${version}"`);
  expect(message).toContain('unpool.runtime.path');
  expect(message).not.toContain('\n');
  expect(left()).toEqual([]);
}

describe.skipIf(!isCudaPlatform)('an installation', () => {
  it('is a folder that the engine loads, and the engine says what the libraries lack', async () => {
    serve(wheel);
    const received: number[] = [];
    const runtimePath = await install({ onBytes: (bytes) => received.push(bytes) });
    expect(runtimePath).toBe(installedCuda(storage, version));
    expect(left()).toEqual([version]);
    expect(received.at(-1)).toBe(wheel.length);
    expect(readdirSync(runtimePath).sort()).toEqual(['node_modules', 'package.json']);
    const libraries = join(runtimePath, 'node_modules/onnxruntime-node/bin/napi-v6/linux/x64');
    expect(readdirSync(libraries).sort()).toEqual(
      ['libonnxruntime.so.1', 'onnxruntime_binding.node', ...Object.keys(CUDA_LIBRARIES)].sort(),
    );

    const engine = startTestEngine({ provider: 'auto', runtimePath });
    expect(await engine.status()).toMatchObject({
      version,
      unused: expect.arrayContaining([
        {
          provider: 'cuda',
          why: expect.stringMatching(`^the system lacks ${MISSING_LIBRARY}, which .*need`) as string,
        },
      ]) as unknown,
    });
    engine.dispose();
    const strict = startTestEngine({ provider: 'cuda', runtimePath });
    await expect(strict.status()).rejects.toThrow(
      new RegExp(
        `^The provider cuda does not work here: the system lacks ${MISSING_LIBRARY}, .*auto or cpu\\.$`,
      ),
    );
    strict.dispose();
  });

  it('says so when a library is none at all', async () => {
    serve(wheel);
    const runtimePath = await install();
    const libraries = join(runtimePath, 'node_modules/onnxruntime-node/bin/napi-v6/linux/x64');
    Object.keys(CUDA_LIBRARIES).forEach((name) => {
      writeFileSync(join(libraries, name), 'no library');
    });
    const engine = startTestEngine({ provider: 'cuda', runtimePath });
    await expect(engine.status()).rejects.toThrow(
      `does not work here: the CUDA libraries in ${libraries} cannot be loaded: install them again.`,
    );
    engine.dispose();
  });

  it('takes the place of those before, and of what ended processes have left half done', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const ofOthers = `.part-${process.ppid}-abc`;
    ['1.0.0', version, `.part-${pid}-abc`, ofOthers].forEach((name) => {
      mkdirSync(join(storage, name), { recursive: true });
      writeFileSync(join(storage, name, 'old'), '');
    });
    serve(wheel);
    const runtimePath = await install();
    expect(left().sort()).toEqual([ofOthers, version]);
    expect(existsSync(join(runtimePath, 'old'))).toBe(false);
  });

  it('goes on with what a killed process has downloaded', async () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    const begun = Math.floor(wheel.length / 3);
    const abandoned = join(storage, `.part-${pid}-abc`);
    mkdirSync(abandoned, { recursive: true });
    writeFileSync(join(abandoned, `download-${wanted.sha512.slice(0, 16)}`), wheel.subarray(0, begun));
    const ranges: (string | undefined)[] = [];
    feed.answer = (response, request) => {
      ranges.push(request.headers.range);
      response
        .writeHead(206, { 'content-range': `bytes ${begun}-${wheel.length - 1}/${wheel.length}` })
        .end(wheel.subarray(begun));
    };
    const received: number[] = [];
    await install({ onBytes: (bytes) => received.push(bytes) });
    expect(ranges).toEqual([`bytes=${begun}-`]);
    expect([received[0], received.at(-1)]).toEqual([begun, wheel.length]);
    expect(left()).toEqual([version]);
  });

  it('begins anew where the server gives no part of a file, or the part is of another', async () => {
    for (const sha512 of [wanted.sha512, '0'.repeat(128)]) {
      const { pid } = spawnSync(process.execPath, ['-e', '']);
      const abandoned = join(storage, `.part-${pid}-abc`);
      mkdirSync(abandoned, { recursive: true });
      writeFileSync(join(abandoned, `download-${sha512.slice(0, 16)}`), wheel.subarray(0, 100));
      serve(wheel);
      await install();
      expect(left()).toEqual([version]);
    }
  });

  it('of before stays when a new one fails', async () => {
    serve(wheel);
    const runtimePath = await install();
    serve(Buffer.alloc(wheel.length));
    await expect(install()).rejects.toThrow('SHA-512');
    expect(left()).toEqual([version]);
    expect(statSync(join(runtimePath, 'node_modules')).isDirectory()).toBe(true);
  });
});

describe('a download fails', () => {
  it('when the content is another', async () => {
    const changed = Buffer.from(wheel);
    changed[wheel.length >> 1] = (changed[wheel.length >> 1] ?? 0) ^ 1;
    serve(changed);
    await failsWith(/what http.* gives is not the file that Unpool knows, its SHA-512 is another/);
  });

  it('when it is too long, before all has come', async () => {
    let sent = 0;
    feed.answer = (response) => {
      const send = (): void => {
        while (!response.destroyed && sent < 100 * wheel.length) {
          sent += wheel.length;
          if (!response.write(wheel)) {
            response.once('drain', send);
            return;
          }
        }
        response.end();
      };
      send();
    };
    await failsWith(`gives more than the ${wheel.length} bytes`);
    expect(sent).toBeLessThan(100 * wheel.length);
  });

  it('when it ends early', async () => {
    feed.answer = (response) => {
      response.writeHead(200).end(wheel.subarray(0, 1000));
    };
    await failsWith(`ended after 1000 of ${wheel.length} bytes`);
  });

  it('when the connection breaks', async () => {
    feed.answer = (response) => {
      response.writeHead(200, { 'content-length': wheel.length });
      response.write(wheel.subarray(0, 1000), () => response.destroy());
    };
    await failsWith(/terminated|closed/);
  });

  it.each([
    [404, 'Not Found'],
    [500, 'Internal Server Error'],
  ])('when the server answers %d', async (status, words) => {
    feed.answer = (response) => {
      response.writeHead(status).end('no');
    };
    await failsWith(`/cuda.whl answers ${status} ${words}`);
  });

  it('when nobody answers', async () => {
    await feed.stop();
    await failsWith(/fetch failed \(.*ECONNREFUSED/);
    feed = new CudaFeed();
    await feed.start();
  });

  it('when the archive lacks a library', async () => {
    const [first = ''] = Object.values(CUDA_LIBRARIES);
    const less = await makeWheel([first]);
    serve(less);
    await failsWith('the archive has no onnxruntime/capi/libonnxruntime_providers_shared.so', {
      package: packageOf(less, wanted.url),
    });
  });

  it('when there is no archive', async () => {
    const text = Buffer.from('<html>log in first</html>');
    serve(text);
    await failsWith(/End of central directory record signature not found/, {
      package: packageOf(text, wanted.url),
    });
  });

  it('when the libraries are for another onnxruntime, without asking the server', async () => {
    let requests = 0;
    feed.answer = () => requests++;
    await failsWith(`they do not fit onnxruntime ${version}`, { package: { version: '1.0.0' } });
    expect(requests).toBe(0);
  });

  it('when the storage cannot be written', async () => {
    writeFileSync(join(folder, 'file'), '');
    storage = join(folder, 'file', 'storage');
    serve(wheel);
    await failsWith(/ENOTDIR|EEXIST/);
  });
});

describe('cancelling', () => {
  it('halfway through the download leaves nothing', async () => {
    const controller = new AbortController();
    feed.answer = (response) => {
      response.writeHead(200, { 'content-length': wheel.length });
      response.write(wheel.subarray(0, wheel.length >> 1));
    };
    const installing = install({
      signal: controller.signal,
      onBytes: (received) => {
        if (received === wheel.length >> 1) {
          controller.abort();
        }
      },
    });
    await expect(installing).rejects.toBeInstanceOf(CancelledError);
    expect(left()).toEqual([]);
  });

  it('after the download leaves nothing', async () => {
    const controller = new AbortController();
    serve(wheel);
    const installing = install({
      signal: controller.signal,
      onBytes: (received) => {
        if (received === wheel.length) {
          // The last piece is still to be written.
          setImmediate(() => {
            controller.abort();
          });
        }
      },
    });
    await expect(installing).rejects.toBeInstanceOf(CancelledError);
    expect(left()).toEqual([]);
  });
});

describe('the platform', () => {
  it('may be Linux on x64', () => {
    expect(() => {
      checkCudaPlatform({ platform: 'linux', arch: 'x64' });
    }).not.toThrow();
  });

  it.each([
    ['darwin', 'arm64'],
    ['linux', 'arm64'],
    ['win32', 'x64'],
  ])('may not be %s on %s', (platform, arch) => {
    expect(() => {
      checkCudaPlatform({ platform, arch });
    }).toThrow(
      `onnxruntime's CUDA libraries exist for Linux on x64 processors, and this is ${platform} on ${arch}: ` +
        'choose the provider auto, webgpu or cpu.',
    );
  });
});

// 247 MB from the internet: only where it is asked for.
it.skipIf(process.env['UNPOOL_TEST_DOWNLOAD'] === undefined)('installs what is really there', async () => {
  const runtimePath = await install({ package: CUDA_PACKAGE });
  const { version: copied } = JSON.parse(
    readFileSync(join(runtimePath, 'node_modules/onnxruntime-node/package.json'), 'utf8'),
  ) as { version: string };
  expect(copied).toBe(version);
  const engine = startTestEngine({ provider: 'auto', runtimePath });
  const { provider, unused } = await engine.status();
  // With CUDA 13 and a driver it works; without them that is what is missing.
  const why = unused.find((each) => each.provider === 'cuda')?.why ?? '';
  expect(provider === 'cuda' || /the system lacks lib\w+\.so|CUDA failure/.test(why)).toBe(true);
  engine.dispose();
});
