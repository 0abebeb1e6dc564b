/** Where the command line keeps what it can make again. */

import { homedir } from 'node:os';
import { join } from 'node:path';

/** The folder `name` in the user's cache, as the system has it; not made yet. */
export function cacheFolder(name: string): string {
  const home = homedir();
  const caches =
    process.platform === 'win32'
      ? (process.env['LOCALAPPDATA'] ?? join(home, 'AppData/Local'))
      : process.platform === 'darwin'
        ? join(home, 'Library/Caches')
        : process.env['XDG_CACHE_HOME'] || join(home, '.cache');
  return join(caches, 'unpool', name);
}
