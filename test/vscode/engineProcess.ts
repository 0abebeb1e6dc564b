/** The engine process of the running code-server, as the system knows it. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Ends the process without asking, as a crash would. */
export function killEngine(userDataDir: string): void {
  signal(userDataDir, 'SIGKILL');
}

/** Keeps the process from doing anything, so that what it works on is not done before a test says so. */
export function holdEngine(userDataDir: string): void {
  signal(userDataDir, 'SIGSTOP');
}

/** Lets it go on. */
export function releaseEngine(userDataDir: string): void {
  enginesOf(userDataDir).forEach((pid) => process.kill(pid, 'SIGCONT'));
}

function signal(userDataDir: string, name: NodeJS.Signals): void {
  const engines = enginesOf(userDataDir);
  if (engines.length === 0) {
    throw new Error('the engine process is not running');
  }
  engines.forEach((pid) => process.kill(pid, name));
}

function enginesOf(userDataDir: string): readonly number[] {
  // The extension, and with it the engine's script, lies in the same temporary folder.
  const folder = dirname(userDataDir);
  return readdirSync('/proc')
    .filter((pid) => {
      const [, script = ''] = commandLine(pid);
      return script.startsWith(folder) && script.endsWith('engineProcess.js');
    })
    .map(Number);
}

function commandLine(pid: string): string[] {
  try {
    return /^\d+$/.test(pid) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0') : [];
  } catch {
    // It has ended meanwhile.
    return [];
  }
}
