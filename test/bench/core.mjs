/** Unpool's core and engine, built for a benchmark beside a link to node_modules, as they are shipped. */

import { copyFileSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { buildSync } from 'esbuild';

const ROOT = resolve(import.meta.dirname, '../..');

const ENTRY = `
export { startEngine } from './src/runtime/client.js';
export { inLane } from './src/core/engine.js';
export { openNetwork } from './src/core/network/open.js';
export { inspectionJob } from './src/core/problems/inspection.js';
export { choosePreprocessing } from './src/core/imaging/preprocess.js';
export { encodeModelProto } from './src/core/onnx/schema.js';
export { encodeNpy } from './src/core/npy.js';
export { elementCount, floatTensor } from './src/core/tensor.js';
export { deriveForward } from './src/core/onnx/derive.js';
export { lastSpatialLayer } from './src/core/analysis/photo/unoccluded.js';
export { openSweep } from './src/core/analysis/photo/occlusion.js';
export { contextOf } from './src/core/jobs/job.js';
export { classProbabilities } from './src/core/analysis/photo/predictions.js';
export { activationValues } from './src/core/analysis/photo/tensorValues.js';
export { projectSeeds, projectUnit, seedsAt } from './src/core/analysis/photo/projection.js';
export { wholePass } from './src/core/analysis/photo/projectionPass.js';
export { strongestOfMaps, unitProjectionsJob } from './src/core/analysis/photo/unitProjections.js';
export { followedGraph } from './src/core/occlusion/followed.js';
export { plainRunner } from './src/core/occlusion/plain.js';
export { indexJob } from './src/core/analysis/photoSet/index.js';
export { PhotoThreads } from './src/core/photos/preparing.js';
export { positionGrid } from './src/core/occlusion/positions.js';
export { NearestPhotos, VectorBlock } from './src/core/analysis/photoSet/neighbours.js';
export { computeSetMap } from './src/core/analysis/photoSet/setMapLayout.js';
export { numberToHalf } from './src/core/floats.js';
export { tuningFolder } from './src/core/occlusion/tuning.js';
`;

/** @returns the core's functions, with `processFile` for startEngine and `workerFile` for indexJob */
export function unpool() {
  const dist = mkdtempSync(join(tmpdir(), 'unpool-bench-'));
  process.on('exit', () => rmSync(dist, { recursive: true, force: true }));
  symlinkSync(join(ROOT, 'node_modules'), join(dist, 'node_modules'), 'junction');
  const options = { bundle: true, platform: 'node', format: 'cjs', external: ['onnxruntime-node'] };
  buildSync({
    ...options,
    stdin: { contents: ENTRY, resolveDir: ROOT, loader: 'ts' },
    outfile: join(dist, 'core.js'),
  });
  const processFile = join(dist, 'engineProcess.js');
  buildSync({
    ...options,
    entryPoints: [join(ROOT, 'src/runtime/engineProcess.ts')],
    outfile: processFile,
  });
  const workerFile = join(dist, 'photoWorker.js');
  buildSync({ ...options, entryPoints: [join(ROOT, 'src/core/photos/photoWorker.ts')], outfile: workerFile });
  for (const wasm of ['@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm', '@jsquash/webp/codec/dec/webp_dec.wasm']) {
    copyFileSync(join(ROOT, 'node_modules', wasm), join(dist, basename(wasm)));
  }
  return { ...createRequire(import.meta.url)(join(dist, 'core.js')), processFile, workerFile };
}
