/**
 * What an index costs beside the network: its throughput against a bare loop of onnxruntime over tensors that are ready, with
 * the same batch and threads, in turns in one process; with decoding, against the slower of the two stages alone; and the
 * memory of both processes at 1,000 and 9,000 photos.
 * Run it by hand: node test/bench/index.bench.mjs [--networks alexnet,embedded] [--threads 0] [--batches 32] [--memory]
 */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as ort from 'onnxruntime-node';
import { unpool } from './core.mjs';
import { networkFile } from './networks.mjs';

const { values: options } = parseArgs({
  options: {
    networks: { type: 'string', default: 'embedded,squeezenet,alexnet,resnet18' },
    threads: { type: 'string', default: '0' },
    batches: { type: 'string', default: '32' },
    rounds: { type: 'string', default: '3' },
    memory: { type: 'boolean', default: false },
  },
});
const ROOT = resolve(import.meta.dirname, '../..');
const EMBEDDED = join(ROOT, 'media/models/zfnet-caltech101.onnx');
const PHOTO = readFileSync(join(ROOT, 'media/photos/panda.jpg'));
const threads = Number(options.threads);

const u = unpool();
const cache = process.env.UNPOOL_BENCH_CACHE ?? join(homedir(), '.cache/unpool/bench');
const scratch = mkdtempSync(join(tmpdir(), 'unpool-bench-index-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

/** A thread that has its tensors ready: what decoding would give at once. */
const readyFile = join(scratch, 'ready.cjs');
writeFileSync(
  readyFile,
  `const { parentPort, workerData } = require('node:worker_threads');
const length = workerData.inputs[0].input.shape.reduce((a, b) => a * b);
const ready = Float32Array.from({ length }, (_, index) => Math.sin(index * 12.9898) * 2);
parentPort.on('message', ({ into }) => {
  into[0].set(ready);
  parentPort.postMessage({ sha256: ''.padEnd(64, '0') });
});`,
);

function photoSet(count) {
  const photos = Array.from({ length: count }, (_, index) => ({
    path: `${String(index % 10)}/${String(index).padStart(6, '0')}.jpg`,
    label: String(index % 10),
    bytes: PHOTO.length,
  })).sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    kind: 'list',
    root: join(scratch, 'list.csv'),
    photos,
    read: async () => PHOTO,
    close: async () => {},
  };
}

let stores = 0;

/** Photos a second of an index. */
async function indexed(network, engine, preprocessing, count, workerFile) {
  const store = join(scratch, `store-${stores++}`);
  // From the first answer on: reading the model and starting threads are no matter of photos.
  let first;
  const report = (_, __, progress) => (first ??= progress && { done: progress.done, at: performance.now() });
  const job = await u.indexJob(network, photoSet(count), { store, preprocessing, batch: 16, workerFile });
  const { problems } = await job.run(u.contextOf(engine, { report }));
  if (problems.length > 0) {
    throw new Error(`${problems.length} photos are in no index: ${problems[0].problem}`);
  }
  const rate = (1000 * (count - first.done)) / (performance.now() - first.at);
  rmSync(store, { recursive: true });
  return rate;
}

/** Photos a second of decoding alone. */
async function decoded(network, preprocessing, count) {
  const pool = new u.PhotoThreads({ inputs: [{ preprocessing, input: network.input }] }, u.workerFile);
  const into = [new Float32Array(new SharedArrayBuffer(4 * network.input.shape.reduce((a, b) => a * b)))];
  await pool.prepare({ path: 'x', bytes: PHOTO, into });
  const start = performance.now();
  await Promise.all(Array.from({ length: count }, () => pool.prepare({ path: 'x', bytes: PHOTO, into })));
  const rate = (1000 * count) / (performance.now() - start);
  await pool.close();
  return rate;
}

/** Milliseconds of processor time that a process has had, by Linux in hundredths of a second. */
function processorTime(pid) {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
  const [user, system] = text
    .slice(text.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return 10 * (Number(user) + Number(system));
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const print = (line) => process.stdout.write(`${line}\n`);

async function throughput(name, file) {
  const network = await u.openNetwork(file);
  const { preprocessing } = await u.choosePreprocessing({ sidecar: network.sidecar });
  const engine = u.startEngine({ provider: 'cpu', threads, processFile: u.processFile });
  const session = await ort.InferenceSession.create(file, {
    executionProviders: ['cpu'],
    ...(threads > 0 && { intraOpNumThreads: threads }),
  });
  const shape = [16, ...network.input.shape.slice(1)];
  const data = Float32Array.from(
    { length: shape.reduce((a, b) => a * b) },
    (_, i) => Math.sin(i * 12.9898) * 2,
  );
  const bare = async (batches) => {
    const start = performance.now();
    for (let batch = 0; batch < batches; batch++) {
      await session.run({ [network.input.name]: new ort.Tensor('float32', data, shape) });
    }
    return (16_000 * batches) / (performance.now() - start);
  };
  const batches = Number(options.batches) * (name === 'embedded' ? 4 : 1);
  // Both warm up: sessions are made, memory is taken.
  await bare(2);
  await indexed(network, engine, preprocessing, 64, readyFile);
  const { processId } = await engine.status();
  const rounds = { bare: [], ready: [], decoding: [], both: [] };
  const spent = { bare: 0, engine: 0, own: 0 };
  const all = 16 * batches * Number(options.rounds);
  for (let round = 0; round < Number(options.rounds); round++) {
    const [begun, engineBegun] = [processorTime('self'), processorTime(processId)];
    rounds.bare.push(await bare(batches));
    const between = processorTime('self');
    rounds.ready.push(await indexed(network, engine, preprocessing, 16 * batches, readyFile));
    spent.bare += (between - begun) / all;
    spent.own += (processorTime('self') - between) / all;
    spent.engine += (processorTime(processId) - engineBegun) / all;
    rounds.decoding.push(await decoded(network, preprocessing, 16 * batches));
    rounds.both.push(await indexed(network, engine, preprocessing, 16 * batches, u.workerFile));
  }
  const [plain, ready, decoding, both] = [rounds.bare, rounds.ready, rounds.decoding, rounds.both].map(
    median,
  );
  const ratio = median(rounds.ready.map((rate, round) => rate / rounds.bare[round]));
  print(
    `${name.padEnd(12)} bare ${plain.toFixed(0)} photos/s, index of ready tensors ${ready.toFixed(0)} (${ratio.toFixed(2)} times); ` +
      `decoding alone ${decoding.toFixed(0)}, index with decoding ${both.toFixed(0)} (${(both / Math.min(ready, decoding)).toFixed(2)} of the slower stage)`,
  );
  print(
    `${''.padEnd(12)} processor time a photo: bare ${spent.bare.toFixed(2)} ms, engine ${spent.engine.toFixed(2)} ms, beside it ${spent.own.toFixed(2)} ms`,
  );
  await session.release();
  engine.dispose();
}

/** Bytes that a process holds, by Linux. */
function resident(pid) {
  const [, kilobytes = NaN] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

async function memory(count) {
  const network = await u.openNetwork(EMBEDDED);
  const { preprocessing } = await u.choosePreprocessing({ sidecar: network.sidecar });
  const engine = u.startEngine({ provider: 'cpu', threads, processFile: u.processFile });
  const { processId } = await engine.status();
  let [own, engines] = [0, 0];
  const timer = setInterval(() => {
    own = Math.max(own, resident('self'));
    engines = Math.max(engines, resident(processId));
  }, 50);
  await indexed(network, engine, preprocessing, count, u.workerFile);
  clearInterval(timer);
  engine.dispose();
  print(
    `${count} photos: at most ${(own / 1e6).toFixed(0)} MB, and ${(engines / 1e6).toFixed(0)} MB of the engine`,
  );
}

if (options.memory) {
  await memory(1000);
  await memory(9000);
} else {
  for (const name of options.networks.split(',')) {
    await throughput(name, name === 'embedded' ? EMBEDDED : networkFile(name, cache, u.encodeModelProto));
  }
}
