// Installs the npm packages of the lockfile when they are missing or older than it.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/** Runs a command in the repository with its output shown; gives the exit status. */
export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options });
  if (error) {
    throw error;
  }
  return status ?? 1;
}

/** The same, ending this process where the command fails. */
export function mustRun(command, args, options) {
  const status = run(command, args, options);
  if (status !== 0) {
    console.error(`'${command} ${args.join(' ')}' failed with exit status ${status}`);
    process.exit(status);
  }
}

/** Makes node_modules match package-lock.json. */
export function installPackages() {
  const marker = join(root, 'node_modules/.package-lock.json');
  const lock = join(root, 'package-lock.json');
  if (!existsSync(marker) || statSync(marker).mtimeMs < statSync(lock).mtimeMs) {
    mustRun('npm', ['ci', '--no-audit', '--no-fund']);
  }
}

/** Installs packages and builds dist/. */
export function build() {
  installPackages();
  mustRun('npm', ['run', '--silent', 'build']);
}
