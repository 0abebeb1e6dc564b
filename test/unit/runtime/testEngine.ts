/** A real engine for tests: the engine process is built beside a link to node_modules, as it is shipped. */

import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll } from 'vitest';
import { startEngine } from '../../../src/runtime/client.js';
import type { EngineClient, EngineOptions } from '../../../src/runtime/client.js';

const ROOT = resolve(import.meta.dirname, '../../..');

let dist: string | undefined;

afterAll(() => {
  if (dist !== undefined) {
    rmSync(dist, { recursive: true, force: true });
  }
});

/** A folder with engineProcess.js and client.js, built once a test file and removed after its tests. */
export function engineDist(): string {
  if (dist === undefined) {
    const folder = mkdtempSync(join(tmpdir(), 'unpool-engine-'));
    buildSync({
      entryPoints: [join(ROOT, 'src/runtime/engineProcess.ts'), join(ROOT, 'src/runtime/client.ts')],
      outdir: folder,
      bundle: true,
      platform: 'node',
      format: 'cjs',
      external: ['onnxruntime-node'],
    });
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
    dist = folder;
  }
  return dist;
}

/** An engine on the processor with one thread; `options` override. */
export function startTestEngine(options: Partial<EngineOptions> = {}): EngineClient {
  return startEngine({
    provider: 'cpu',
    threads: 1,
    processFile: join(engineDist(), 'engineProcess.js'),
    ...options,
  });
}
