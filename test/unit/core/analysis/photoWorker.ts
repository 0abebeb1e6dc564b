/** The thread that makes photos ready, built as the build does it. */

import { cpSync } from 'node:fs';
import { basename, join } from 'node:path';

import { buildSync } from 'esbuild';

const ROOT = join(import.meta.dirname, '../../../..');

/** Builds it into a folder. @returns its file */
export function buildPhotoWorker(folder: string): string {
  const outfile = join(folder, 'photoWorker.cjs');
  const entryPoints = [join(ROOT, 'src/core/photos/photoWorker.ts')];
  buildSync({ entryPoints, outfile, bundle: true, platform: 'node', format: 'cjs' });
  // Decoders lie beside the thread's file, as in the build.
  for (const wasm of ['@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm', '@jsquash/webp/codec/dec/webp_dec.wasm']) {
    cpSync(join(ROOT, 'node_modules', wasm), join(folder, basename(wasm)));
  }
  return outfile;
}
