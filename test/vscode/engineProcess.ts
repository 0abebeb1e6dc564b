/** The engine process of the running code-server, as the system knows it. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Ends the process without asking, as a crash would. */
export function killEngine(userDataDir: string): void {
  // The extension, and with it the engine's script, lies in the same temporary folder.
  const folder = dirname(userDataDir);
  const engines = readdirSync('/proc').filter((pid) => {
    const [, script = ''] = commandLine(pid);
    return script.startsWith(folder) && script.endsWith('engineProcess.js');
  });
  if (engines.length === 0) {
    throw new Error('the engine process is not running');
  }
  engines.forEach((pid) => process.kill(Number(pid), 'SIGKILL'));
}

function commandLine(pid: string): string[] {
  try {
    return /^\d+$/.test(pid) ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0') : [];
  } catch {
    // It has ended meanwhile.
    return [];
  }
}
