import { readFileSync } from 'node:fs';
import { afterEach, expect, it, vi } from 'vitest';

import { CUDA_PACKAGE, cudaPackage } from '../../../../src/runtime/cuda/cudaPackage.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

it('belongs to the onnxruntime-node that comes along: whoever updates that updates the package', () => {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    dependencies: Record<string, string>;
  };
  expect(CUDA_PACKAGE.version).toBe(dependencies['onnxruntime-node']);
  expect(CUDA_PACKAGE.url).toContain(`onnxruntime_gpu-${CUDA_PACKAGE.version}-`);
  expect(CUDA_PACKAGE.sha512).toMatch(/^[0-9a-f]{128}$/);
});

it('is another one where the environment says so', () => {
  const other = { version: '1.2.3', url: 'http://127.0.0.1:1/x.whl', bytes: 5, sha512: 'ab' };
  vi.stubEnv('UNPOOL_CUDA_PACKAGE', JSON.stringify(other));
  expect(cudaPackage()).toEqual(other);
});

it.each(['', 'x.whl', '{"version": "1.2.3"}'])('cannot be %j', (text) => {
  vi.stubEnv('UNPOOL_CUDA_PACKAGE', text);
  expect(() => cudaPackage()).toThrow(
    'UNPOOL_CUDA_PACKAGE is no JSON with the fields version, url, bytes and sha512',
  );
});
