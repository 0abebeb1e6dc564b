/** The tests in an extension host, as the outside sees them: what VS Code is told to run, on which folder. */

import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

import { unpool } from '../unit/cli/run.js';
import { COLLAPSING, collapsing } from '../vscode/collapsing.js';
import { MODEL, modelAndPhotos, ROOT } from '../vscode/window.js';
import type { HostResults } from './run.js';

/** The extension that VS Code wants to be given for tests to run at all. */
export const HARNESS = resolve(import.meta.dirname, 'harness');

/** @returns the file whose `run` VS Code is to call */
export async function buildSuite(): Promise<string> {
  const outfile = join(ROOT, 'out/host-suite.cjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'run.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    // mocha loads parts of itself by path.
    external: ['vscode', 'mocha'],
  });
  return outfile;
}

/** Puts what workspace.ts names into the folder that is to be open. */
export async function fillWorkspace(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await modelAndPhotos(folder);
  await cp(join(ROOT, 'samples/zfnet.py'), join(folder, 'zfnet.py'));
  await writeFile(join(folder, COLLAPSING), collapsing());
  const { stdout } = await unpool('info', join(folder, 'models', MODEL), '--json');
  await writeFile(join(folder, 'facts.json'), stdout);
}

/** @throws Error where the tests did not come to their end */
export async function resultsIn(folder: string): Promise<HostResults> {
  return JSON.parse(await readFile(join(folder, 'results.json'), 'utf8')) as HostResults;
}
