/**
 * What Unpool costs against the bare onnxruntime on AlexNet, as ratios of one run:
 * a plain occlusion sweep against a loop over the same batches, one projection of conv5 against one forward pass,
 * `unpool info` on a small file against a large one, and its memory.
 * Run it by hand behind `npm run build`: node test/bench/plain.bench.mjs
 */

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as ort from 'onnxruntime-node';
import { writeAlexnet } from './alexnet.mjs';
import { bundle, medians, print, ROOT, scratch } from './bundle.mjs';

const CLI = join(ROOT, 'dist/cli.js');
if (!existsSync(CLI)) {
  throw new Error('dist/cli.js is missing: run npm run build');
}
const load = bundle([
  'runtime/client',
  'runtime/engineProcess',
  'core/network/open',
  'core/onnx/schema',
  'core/analysis/photo/projection',
  'core/analysis/photo/occlusion',
  'core/jobs/job',
]);
const { encodeModelProto } = load('core/onnx/schema');
const model = join(scratch, 'alexnet.onnx');
const bytes = writeAlexnet(model, encodeModelProto);

const engine = load('runtime/client').startEngine({ provider: 'cpu' });
const network = await load('core/network/open').openNetwork(model);
const photo = {
  dtype: 'float32',
  shape: [1, 3, 227, 227],
  data: Float32Array.from(
    { length: 3 * 227 * 227 },
    (_, index) => Math.sin(index / 50) + Math.sin(index / 3),
  ),
};
const session = await ort.InferenceSession.create(model, {
  executionProviders: ['cpu'],
  // Threads that spin when their work is done would take the processor from what is measured next.
  extra: { session: { 'intra_op.allow_spinning': '0' } },
});

await occlusionAgainstLoop();
await projectionAgainstForward();
engine.dispose();
await session.release();
infoBySize();

/** The bare loop covers the photo in JavaScript and runs the whole network on batches of the same size. */
async function occlusionAgainstLoop() {
  const { occlusionJob } = load('core/analysis/photo/occlusion');
  const { contextOf } = load('core/jobs/job');
  const [size, stride] = [32, 12];
  let sweep;
  const ours = async () => {
    const options = { size, stride, fill: [0, 0, 0], classIndex: 0, method: 'plain' };
    sweep = await occlusionJob(network, photo, options).run(contextOf(engine));
  };
  await ours();
  const { positions } = sweep.grid;
  const batch = sweep.batch;
  const bare = async () => {
    const length = 3 * 227 * 227;
    for (let at = 0; at < positions.length; at += batch) {
      const data = new Float32Array(batch * length);
      for (let place = 0; place < batch; place++) {
        data.set(photo.data, place * length);
        const { top, left } = positions[Math.min(at + place, positions.length - 1)];
        for (let row = 0; row < 3 * size; row++) {
          const start =
            place * length + Math.floor(row / size) * 227 * 227 + (top + (row % size)) * 227 + left;
          data.fill(0, start, start + size);
        }
      }
      await session.run({ image: new ort.Tensor('float32', data, [batch, 3, 227, 227]) }, ['prob']);
    }
  };
  const [unpool, loop] = await medians(3, ours, bare);
  print(`plain sweep, ${positions.length} positions in batches of ${batch}`, unpool, 'bare loop', loop, 1.1);
}

async function projectionAgainstForward() {
  const { projectUnit } = load('core/analysis/photo/projection');
  const { layerNamed } = load('core/network');
  const layer = layerNamed(network, 'conv5');
  let seed = 0;
  const projection = () => {
    // Another photo each time: nothing is left over from the last.
    seed += 1e-3;
    const input = { ...photo, data: photo.data.map((value) => value + seed) };
    return projectUnit(engine, network, input, {
      layer,
      target: { kind: 'strongest' },
      method: 'deconvnet',
      normalization: 'pass',
    });
  };
  const forward = () =>
    session.run({ image: new ort.Tensor('float32', photo.data.slice(), photo.shape) }, ['prob']);
  const [project, run] = await medians(15, projection, forward);
  print('one projection of conv5, forward pass included', project, 'one forward pass', run, 1.5);
}

/** The same graph with 10 MB and with 1,000 MB of weights, and the memory that the 244 MB network takes. */
function infoBySize() {
  const files = [
    ['small.onnx', [64, 64]],
    ['large.onnx', [16_384, 5_400]],
  ].map(([name, widths]) => {
    const file = join(scratch, name);
    return { file, megabytes: writeAlexnet(file, encodeModelProto, widths) / 1e6 };
  });
  const times = files.map(() => []);
  for (let call = 0; call < 9; call++) {
    files.forEach(({ file }, place) => times[place].push(info(file).milliseconds));
  }
  const [small, large] = times.map((each) => each.sort((a, b) => a - b)[4]);
  const [from, to] = files.map(({ megabytes }) => `${megabytes.toFixed(0)} MB`);
  print(`info on ${to} of weights`, large, from, small, 1.5);
  const { peak } = info(model);
  process.stdout.write(
    `info on AlexNet, ${(bytes / 1e6).toFixed(0)} MB: ${peak.toFixed(0)} MB resident at most (bound 150)\n`,
  );
}

/** Time and peak resident memory of the whole process, which reports the latter when it ends. */
function info(file) {
  const report = `process.on('exit', () => process.stderr.write('peak ' + process.resourceUsage().maxRSS))`;
  const start = performance.now();
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(report)}`, CLI, 'info', file],
    { encoding: 'utf8' },
  );
  const milliseconds = performance.now() - start;
  if (status !== 0) {
    throw new Error(stderr);
  }
  return { milliseconds, peak: Number(/peak (\d+)/.exec(stderr)?.[1]) / 1024 };
}
