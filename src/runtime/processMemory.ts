/** How much memory this process has for itself. */

import { readFileSync } from 'node:fs';

/**
 * Bytes of memory that only this process uses. On Linux the mapped weight files do not count, the system can
 * drop them at any time; elsewhere they do, as far as they have been read.
 */
export function privateMemory(): number {
  if (process.platform === 'linux') {
    const kilobytes = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (kilobytes !== undefined) {
      return Number(kilobytes) * 1024;
    }
  }
  return process.memoryUsage.rss();
}
