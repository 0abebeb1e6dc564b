/**
 * Imported in the extension host: notes when its event loop stood still, and how much memory it has.
 * Lines of UNPOOL_PROBE/PID.log: milliseconds since 1970, length of the gap, processor time of this process in it, and
 * resident memory; both in milliseconds and MB.
 */
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

const INTERVAL_MS = 5;
/** Shorter gaps are timers being late. */
const GAP_MS = 15;

if (process.argv.some((argument) => argument.includes('extensionHost'))) {
  const file = join(process.env.UNPOOL_PROBE, `${process.pid}.log`);
  let last = performance.now();
  let used = process.cpuUsage();
  let written = 0;
  setInterval(() => {
    const now = performance.now();
    const gap = now - last - INTERVAL_MS;
    const { user, system } = process.cpuUsage(used);
    if (gap > GAP_MS || now - written > 500) {
      written = now;
      const memory = process.memoryUsage.rss() / 1e6;
      const fields = [Date.now(), gap.toFixed(1), ((user + system) / 1000).toFixed(1), memory.toFixed(1)];
      appendFileSync(file, `${fields.join(' ')}\n`);
    }
    last = performance.now();
    used = process.cpuUsage();
  }, INTERVAL_MS).unref();
}
