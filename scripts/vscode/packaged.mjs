// The extension's package for this machine, made anew.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';

const ROOT = resolve(import.meta.dirname, '../..');

/**
 * Runs `npm run package`'s script.
 * @returns {Promise<string>} path of the package, which the script says on its last line
 * @throws Error where there is none; what went wrong is on the standard error output
 */
export async function packageExtension() {
  const child = spawn(process.execPath, [join(ROOT, 'scripts/package.mjs')], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [output, status] = await Promise.all([
    text(child.stdout),
    new Promise((ended, failed) => child.on('error', failed).on('exit', ended)),
  ]);
  const vsix = resolve(ROOT, output.trim().split('\n').at(-1).trim());
  if (status !== 0 || !vsix.endsWith('.vsix') || !existsSync(vsix)) {
    throw new Error(`the extension could not be packaged (${status}): ${vsix}`);
  }
  return vsix;
}
