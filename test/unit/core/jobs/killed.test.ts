/** A sweep goes on where a process was that was killed. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { occlusionJob } from '../../../../src/core/analysis/photo/occlusion.js';
import type { OcclusionResult } from '../../../../src/core/analysis/photo/occlusionResult.js';
import { checkpointFolder } from '../../../../src/core/jobs/checkpoints.js';
import { contextOf } from '../../../../src/core/jobs/job.js';
import { openNetwork } from '../../../../src/core/network/open.js';
import type { Network } from '../../../../src/core/network/network.js';
import type { EngineClient } from '../../../../src/runtime/client.js';
import { engineDist, startTestEngine } from '../../runtime/testEngine.js';
import { modelBytes, smallGraph, value, writeFile } from '../onnx/modelFile.js';
import { photo, SIDE, SWEEP } from './sweep.js';

let folder: string;
let model: string;
let network: Network;
let engine: EngineClient;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'unpool-killed-'));
  const graph = smallGraph();
  graph.input = [value('image', ['N', 3, SIDE, SIDE])];
  model = writeFile('killed.onnx', modelBytes(graph));
  network = await openNetwork(model);
  engine = startTestEngine();
});

afterAll(() => {
  engine.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const checkpoints = (): string => join(folder, 'checkpoints');

/** Bytes of the records that are on disk. */
function kept(): number {
  try {
    return readdirSync(checkpoints()).reduce(
      (sum, name) => sum + statSync(join(checkpoints(), name)).size,
      0,
    );
  } catch {
    return 0;
  }
}

async function killASweep(): Promise<void> {
  const script = join(folder, 'sweepToKill.cjs');
  buildSync({
    entryPoints: [resolve(import.meta.dirname, 'sweepToKill.ts')],
    outfile: script,
    bundle: true,
    platform: 'node',
    format: 'cjs',
  });
  const processFile = join(engineDist(), 'engineProcess.js');
  const child = spawn(process.execPath, [script, model, checkpoints(), processFile], { stdio: 'inherit' });
  const ended = once(child, 'exit');
  while (kept() === 0 && child.exitCode === null) {
    await pause(20);
  }
  child.kill('SIGKILL');
  const [, signal] = (await ended) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
}

/** The result of a sweep, the shares that it reported, and how many positions it ran. */
async function swept(
  store?: string,
): Promise<{ result: OcclusionResult; shares: number[]; requests: number }> {
  const shares: number[] = [];
  let requests = 0;
  const context = contextOf<OcclusionResult>(
    {
      run: (steps, options) => {
        requests++;
        return engine.run(steps, options);
      },
    },
    {
      report: (_, share) => shares.push(share),
      ...(store !== undefined && { checkpoints: checkpointFolder(store) }),
    },
  );
  return { result: await occlusionJob(network, photo, SWEEP).run(context), shares, requests };
}

describe.skipIf(process.platform === 'win32')('a sweep whose process was killed', () => {
  it('goes on with the other positions, to the same result, and forgets what it kept then', async () => {
    await killASweep();
    const whole = await swept();
    const rest = await swept(checkpoints());
    const { result } = rest;
    expect(result.resumed).toBeGreaterThan(0);
    expect(result.resumed).toBeLessThan(result.grid.positions.length);
    expect(rest.requests).toBeLessThan(whole.requests);
    // The first thing that it tells behind its preparations is what was there.
    expect(rest.shares[1]).toBe(result.resumed / result.grid.positions.length);
    expect(result.finished).toBe(result.grid.positions.length);
    expect(result.label).toEqual(whole.result.label);
    for (const values of ['probability', 'activity', 'probabilities'] as const) {
      const expected = whole.result[values] ?? new Float32Array(1);
      const off = result[values]?.map((each, index) => Math.abs(each / (expected[index] ?? NaN) - 1));
      expect(Math.max(...(off ?? [NaN]))).toBeLessThan(1e-5);
    }
    expect(readdirSync(checkpoints())).toEqual([]);
    expect((await swept(checkpoints())).result.resumed).toBe(0);
  });

  it('begins anew where anything is another that the result depends on', async () => {
    await killASweep();
    const other = occlusionJob(network, photo, { ...SWEEP, fill: [0, 0, 0] });
    const store = checkpointFolder(checkpoints());
    expect((await other.run(contextOf(engine, { checkpoints: store }))).resumed).toBe(0);
    expect((await swept(checkpoints())).result.resumed).toBeGreaterThan(0);
  });
});
