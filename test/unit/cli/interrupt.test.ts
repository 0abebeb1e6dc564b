import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

import { ROOT } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'unpool-interrupt-'));
/** What a stopped sweep has kept would shorten those of later runs. */
const cache = mkdtempSync(join(tmpdir(), 'unpool-interrupt-cache-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(cache, { recursive: true, force: true });
});

interface Sweep {
  readonly cli: ChildProcess;
  /** Process id of the engine. */
  readonly engine: number;
  readonly end: Promise<{ readonly status: number | null; readonly stderr: string }>;
}

/** A sweep of 16,641 positions, which takes far longer than the test, seen to be under way. */
async function sweepUnderWay(): Promise<Sweep> {
  const model = join(ROOT, 'media/models/zfnet-caltech101.onnx');
  const photo = join(ROOT, 'media/photos/panda.jpg');
  const out = join(folder, 'map.npy');
  const args = ['occlude', model, photo, '--size', '3', '--stride', '1', '--method', 'plain', '--out', out];
  const cli = spawn(process.execPath, [join(ROOT, 'dist/cli.js'), ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, XDG_CACHE_HOME: cache },
  });
  let stderr = '';
  cli.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const end = once(cli, 'close').then(([status]) => ({ status: status as number | null, stderr }));
  const children = `/proc/${cli.pid}/task/${cli.pid}/children`;
  for (;;) {
    const [engine] = readFileSync(children, 'utf8').trim().split(' ').filter(Boolean);
    // Its memory grows when onnxruntime and the network are in it.
    if (engine !== undefined && residentMegabytes(Number(engine)) > 80) {
      return { cli, engine: Number(engine), end };
    }
    await pause(50);
  }
}

function residentMegabytes(processId: number): number {
  const status = readFileSync(`/proc/${processId}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024;
}

async function hasEnded(processId: number): Promise<boolean> {
  for (let tries = 0; tries < 200; tries++) {
    // A process that nobody has waited for yet is a zombie, which has ended too.
    const status = existsSync(`/proc/${processId}`)
      ? readFileSync(`/proc/${processId}/status`, 'utf8')
      : 'State:\tZ';
    if (/^State:\s+Z/m.test(status)) {
      return true;
    }
    await pause(50);
  }
  return false;
}

/** Ends once a process waits: its processor time stands still. */
async function untilIdle(processId: number): Promise<void> {
  const time = (): string =>
    readFileSync(`/proc/${processId}/stat`, 'utf8').split(' ').slice(13, 15).join(' ');
  for (let before = ''; before !== time();) {
    before = time();
    await pause(500);
  }
}

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

describe.skipIf(process.platform !== 'linux')('a sweep that is stopped', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('by %s ends with 130 and leaves nothing', async (signal) => {
    const { cli, engine, end } = await sweepUnderWay();
    cli.kill(signal);
    expect(await end).toMatchObject({
      status: 130,
      stderr: expect.not.stringContaining('unpool:') as string,
    });
    expect(await hasEnded(engine)).toBe(true);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('by the end of its engine says so in one line', async () => {
    const { cli, engine, end } = await sweepUnderWay();
    // An engine that ends while nobody waits for it is replaced, and the sweep goes on: let somebody wait.
    process.kill(engine, 'SIGSTOP');
    await untilIdle(cli.pid ?? 0);
    process.kill(engine, 'SIGKILL');
    const { status, stderr } = await end;
    expect(status).toBe(1);
    expect(stderr.match(/^unpool: .*engine process was stopped.*$/gm)).toHaveLength(1);
    expect(readdirSync(folder)).toEqual([]);
  });
});
