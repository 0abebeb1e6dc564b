/** What the benchmarks share: sources bundled for Node in a folder that goes with the process, and medians. */

import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { buildSync } from 'esbuild';

export const ROOT = resolve(import.meta.dirname, '../..');

/** A folder for what a benchmark writes. */
export const scratch = mkdtempSync(join(tmpdir(), 'unpool-bench-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => process.exit(1));
}

/** Bundles entries of src/ (named as paths without an ending) and gives a loader of what they export. */
export function bundle(entries) {
  symlinkSync(join(ROOT, 'node_modules'), join(scratch, 'node_modules'), 'junction');
  buildSync({
    entryPoints: entries.map((entry) => ({
      in: join(ROOT, `src/${entry}.ts`),
      out: entry.split('/').at(-1),
    })),
    outdir: scratch,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['onnxruntime-node'],
    logLevel: 'error',
  });
  const load = createRequire(import.meta.url);
  return (entry) => load(join(scratch, `${entry.split('/').at(-1)}.js`));
}

/** Milliseconds of the median of `calls`, after one to warm up, of functions that take turns. */
export async function medians(calls, ...functions) {
  const times = functions.map(() => []);
  for (let call = 0; call <= calls; call++) {
    for (const [place, run] of functions.entries()) {
      const start = performance.now();
      await run();
      times[place].push(performance.now() - start);
    }
  }
  return times.map((each) => each.slice(1).sort((a, b) => a - b)[Math.floor(calls / 2)]);
}

export function print(what, milliseconds, base, baseMilliseconds, bound) {
  const ratio = milliseconds / baseMilliseconds;
  process.stdout.write(
    `${what.padEnd(52)} ${milliseconds.toFixed(0).padStart(7)} ms   ${base} ${baseMilliseconds.toFixed(0).padStart(7)} ms   ` +
      `${ratio.toFixed(2)} times (bound ${bound})\n`,
  );
}
