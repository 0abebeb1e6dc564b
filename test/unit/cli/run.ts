/** Runs the built command line as a person would. */

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '../../..');
const CLI = join(ROOT, 'dist/cli.js');

export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `npm test` builds first; on its own this needs `npm run build`. */
export function unpool(...args: string[]): Promise<Outcome> {
  if (!existsSync(CLI)) {
    throw new Error('dist/cli.js is missing: run npm run build');
  }
  return new Promise((done) => {
    const child = execFile(process.execPath, [CLI, ...args], { cwd: ROOT }, (_, stdout, stderr) => {
      done({ status: child.exitCode, stdout, stderr });
    });
  });
}
