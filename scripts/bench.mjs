// `npm run bench -- [--networks alexnet,vgg16] [--providers cpu,cuda] [--threads 2] [--rounds 3] [--json FILE]`: how fast
// Unpool is beside onnxruntime alone, beside PyTorch and Captum where UNPOOL_BENCH_PYTHON names a Python that has them, and beside the
// arithmetic's limit. Networks have random weights and lie in a cache outside the tree (UNPOOL_BENCH_CACHE). What is
// compared is measured in turns, and the median of the turns is given.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, homedir, totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import * as ort from 'onnxruntime-node';
import { unpool } from '../test/bench/core.mjs';
import { NETWORKS, networkFile } from '../test/bench/networks.mjs';

const { values: options } = parseArgs({
  options: {
    networks: { type: 'string', default: Object.keys(NETWORKS).join() },
    threads: { type: 'string', default: '2' },
    rounds: { type: 'string', default: '3' },
    size: { type: 'string', default: '32' },
    stride: { type: 'string', default: '8' },
    providers: { type: 'string', default: 'cpu,webgpu,cuda' },
    json: { type: 'string', default: 'out/bench.json' },
  },
});
const [threads, rounds, size, stride] = [options.threads, options.rounds, options.size, options.stride].map(
  Number,
);
const cache = process.env.UNPOOL_BENCH_CACHE ?? join(homedir(), '.cache/unpool/bench');
const python = process.env.UNPOOL_BENCH_PYTHON;
const FILL = [0.3, -0.2, 0.5];
/** About as many positions have the plain sweep and the bare loop in one turn: they cost the same everywhere. */
const PLAIN_POSITIONS = 64;
/** Captum's sweep takes a step this much larger: its time a position is the same, and its default takes minutes. */
const PEER_STEP = 4;
/** Of layers with more than MOST_MAPS maps about SOME_MAPS are projected: the others would cost the same. */
const MOST_MAPS = 256;
const SOME_MAPS = 64;
const MEGABYTE = 2 ** 20;

const u = unpool();
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const report = {
  machine: `${cpus().length} cores of ${cpus()[0]?.model.trim()}, ${(totalmem() / 2 ** 30).toFixed(0)} GiB`,
  node: process.version,
  threads,
  occluder: { size, stride },
  peak: await peakRate(),
  rows: [],
};
print(`${report.machine}, ${threads} threads, Node ${report.node}`);
for (const provider of options.providers.split(',')) {
  if (await works(provider)) {
    for (const name of options.networks.split(',')) {
      await benchmark(name, provider);
    }
  }
}
mkdirSync(dirname(resolve(options.json)), { recursive: true });
writeFileSync(options.json, JSON.stringify(report, null, 2));
print(`\nwritten to ${options.json}`);

/** A GPU is used where there is one; the report says where there is none. */
async function works(provider) {
  const engine = u.startEngine({ provider, threads, processFile: u.processFile });
  try {
    await engine.status();
    return true;
  } catch (error) {
    print(`\n${provider}: not measured. ${error.message}`);
    report.rows.push({ network: '', provider, what: 'all', note: `not measured: ${error.message}` });
    return false;
  } finally {
    engine.dispose();
  }
}

async function benchmark(name, provider) {
  // What else the machine does takes from one measurement: the best of several is the machine's.
  report.peak = Math.max(report.peak, await peakRate());
  print(
    `\n${name} on ${provider} (matrix product: ${(report.peak / 1e9).toFixed(0)} GMAC/s on the processor)`,
  );
  const file = networkFile(name, cache, u.encodeModelProto);
  const engine = u.startEngine({ provider, threads, processFile: u.processFile });
  try {
    await engine.status();
    const opening = await timed(() => u.openNetwork(file));
    const network = opening.result;
    const photo = photoFor(network.input.shape);
    const context = { name, provider, file, engine, network, photo };
    const first = await timed(() => u.classProbabilities(engine, network, photo));
    row(context, 'open the file', { ms: opening.ms });
    row(context, 'first prediction, with its session', { ms: first.ms });
    if (provider !== 'cpu') {
      await agreementWithProcessor(context);
    }
    const bare = await bareLoop(network, provider);
    await forward(context, bare);
    const peer = python === undefined || provider === 'webgpu' ? undefined : await askPeer(context);
    await occlusions(context, bare, peer);
    await projections(context, peer);
    const { processId } = await engine.status();
    row(context, 'memory of the engine at the end', { megabytes: residentMegabytes(processId) });
    await bare.session.release();
  } finally {
    engine.dispose();
  }
}

/** Probabilities and projections of a GPU beside those of the processor, relative to the largest number. */
async function agreementWithProcessor({ engine, network, photo, ...context }) {
  const processor = u.startEngine({ provider: 'cpu', threads, processFile: u.processFile });
  try {
    const ask = async (on) => {
      const [probabilities] = await u.classProbabilities(on, network, photo);
      const projected = network.layers.filter(({ node }) => node.opType === 'Conv').at(-1);
      const request = { layer: projected, method: 'deconvnet', normalization: 'exact' };
      const target = { kind: 'unit', channel: 0, y: 3, x: 3 };
      const { projection } = await u.projectUnit(on, network, photo, { ...request, target });
      return [probabilities, projection.data];
    };
    const [own, expected] = [await ask(engine), await ask(processor)];
    const off = expected.map((numbers, index) => {
      const largest = numbers.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      return (
        numbers.reduce((most, value, at) => Math.max(most, Math.abs(value - own[index][at])), 0) / largest
      );
    });
    const note = `probabilities ${off[0].toExponential(1)}, projection ${off[1].toExponential(1)}`;
    row(context, 'relative difference from the processor', { note });
  } finally {
    processor.dispose();
  }
}

/** The network's own file in onnxruntime-node, in this process, batched as the plain sweep is. */
async function bareLoop(network, provider) {
  const session = await ort.InferenceSession.create(network.model.file, {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    // Threads that spin when their work is done would take the processor from what is measured next.
    extra: { session: { 'intra_op.allow_spinning': '0' } },
  });
  const [input] = session.inputNames;
  const [output] = session.outputNames;
  return {
    session,
    run: (photo, batch) => {
      const one = photo.data.length;
      const data = new Float32Array(batch * one);
      for (let index = 0; index < batch; index++) {
        data.set(photo.data, index * one);
      }
      const feeds = { [input]: new ort.Tensor('float32', data, [batch, ...photo.shape.slice(1)]) };
      return session.run(feeds, [output]);
    },
  };
}

async function forward(context, bare) {
  const { engine, network, photo } = context;
  const predict = () => u.classProbabilities(engine, network, photo);
  const loop = () => bare.run(photo, 1);
  await predict();
  await loop();
  const turns = [];
  for (let round = 0; round < 5 * rounds; round++) {
    // Another photo each time: the engine keeps what it has computed.
    photo.data[0] += 1e-3;
    turns.push({ own: (await timed(predict)).ms, bare: (await timed(loop)).ms });
  }
  row(context, 'forward', {
    ms: median(turns.map(({ own }) => own)),
    bare: median(turns.map(({ own, bare: other }) => own / other)),
  });
}

async function occlusions(context, bare, peer) {
  const { engine, network, photo, provider } = context;
  const shareOfPeak = (multiplyAdds, ms) =>
    provider === 'cpu' ? (1000 * multiplyAdds) / report.peak / ms : undefined;
  const layer = u.lastSpatialLayer(network);
  const followed = u.followedGraph(network.model.graph, network.scores.tensor, {
    tensor: layer.output,
    channel: 0,
  });
  const [, , height, width] = network.input.shape;
  const grid = u.positionGrid(height, width, size, stride);
  const plain = u.plainRunner(network, followed, { photo, fill: FILL, size }, 512 * MEGABYTE);
  // Whole batches, for the last one of a sweep repeats a position where there are not enough.
  const batches = Math.max(1, Math.round(PLAIN_POSITIONS / plain.batch));
  const some = grid.positions.slice(0, batches * plain.batch);
  // One batch ahead, as a sweep does it.
  const runPlain = async () => {
    const starts = Array.from({ length: batches }, (_, index) => index * plain.batch);
    const values = [];
    let ahead;
    for (const at of starts) {
      const next = plain.run(some.slice(at, at + plain.batch), { engine });
      values.push(...((await ahead) ?? []));
      ahead = next;
    }
    return [...values, ...(await ahead)];
  };
  const runBare = async () => {
    for (let at = 0; at < some.length; at += plain.batch) {
      await bare.run(photo, Math.min(plain.batch, some.length - at));
    }
  };
  const sweeping = { size, stride, fill: FILL, tunings: u.tuningFolder(join(cache, 'tuning')) };
  const chosen = await u.openSweep(engine, network, photo, sweeping);
  let coarse;
  const started = performance.now();
  const first = u.contextOf(engine, { partial: () => (coarse ??= performance.now() - started) });
  const opened = await timed(() => chosen.job().run(first));
  const sweep = await u.openSweep(engine, network, photo, { ...sweeping, method: 'incremental' });
  const swept = () => sweep.job().run(u.contextOf(engine));
  await swept();
  await runPlain();
  await runBare();
  const { processId } = await engine.status();
  const turns = [];
  let values;
  let result;
  for (let round = 0; round < rounds; round++) {
    const own = await timed(swept, processId);
    const whole = await timed(runPlain, processId);
    const loop = await timed(runBare);
    [result, values] = [own.result, whole.result];
    turns.push({
      own: own.ms / grid.positions.length,
      plain: whole.ms / some.length,
      cpu: whole.cpu / some.length / (own.cpu / grid.positions.length),
      bare: loop.ms / some.length,
    });
  }
  const drags = [];
  for (let step = 0; step < 10; step++) {
    drags.push((await timed(() => sweep.at({ top: 40 + 5 * step, left: 61 + 3 * step }))).ms);
  }
  const arithmetic = sweep.arithmetic;
  const own = median(turns.map((turn) => turn.own));
  const limit = arithmetic.plain / arithmetic.incremental;
  const ratio = median(turns.map((turn) => turn.plain / turn.own));
  row(context, 'occlusion, plain, a position', {
    ms: median(turns.map((turn) => turn.plain)),
    bare: median(turns.map((turn) => turn.plain / turn.bare)),
    peak: shareOfPeak(arithmetic.plain, median(turns.map((turn) => turn.plain))),
  });
  row(context, 'occlusion, incremental, a position', {
    ms: own,
    bare: median(turns.map((turn) => turn.own / turn.bare)),
    peak: shareOfPeak(arithmetic.incremental, own),
    note: `${ratio.toFixed(2)} times as fast as plain (${turns.map((turn) => (turn.plain / turn.own).toFixed(2)).join(', ')}), ${median(turns.map((turn) => turn.cpu)).toFixed(2)} times by processor time; by multiply-adds ${limit.toFixed(2)}, of which ${((100 * ratio) / limit).toFixed(0)} %; probabilities differ by at most ${differenceOf(result, values, grid, network).toExponential(1)}`,
  });
  row(context, 'first sweep, with sessions and tuning', {
    ms: opened.ms,
    note: `coarse map after ${coarse.toFixed(0)} ms; then the ${chosen.method} way`,
  });
  row(context, 'one place by hand', { ms: median(drags) });
  if (peer !== undefined) {
    for (const [batch, ms] of Object.entries(peer.occlusion)) {
      row(context, `Captum Occlusion, perturbations_per_eval=${batch}, a position`, {
        ms,
        note: `${(ms / own).toFixed(1)} times the incremental sweep's; ${agreement(result, peer, context)}`,
      });
    }
  }
}

/** The largest difference of any class's probability between the two ways, over the positions of both. */
function differenceOf(result, values, grid, network) {
  const classes = result.baselines.length;
  let worst = 0;
  values.forEach(([row], index) => {
    const powers = network.scores.isProbability ? row : softmax(row);
    powers.forEach((value, each) => {
      worst = Math.max(worst, Math.abs(value - result.probabilities[index * classes + each]));
    });
  });
  return worst;
}

function softmax(row) {
  const top = row.reduce((most, value) => Math.max(most, value), -Infinity);
  const powers = Float64Array.from(row, (value) => Math.exp(value - top));
  const sum = powers.reduce((total, value) => total + value, 0);
  return powers.map((value) => value / sum);
}

/**
 * Captum gives each pixel the mean drop of the probability over the windows that cover it. Its last windows may hang
 * over the image; what they cover is left out.
 */
function agreement(result, { attribution }, { network }) {
  const [, , height, width] = network.input.shape;
  const { columns } = result.grid;
  const step = PEER_STEP * stride;
  const [rows, across] = [height, width].map((side) => Math.floor((side - size) / step) + 1);
  const [bottom, right] = [rows * step, across * step];
  let [worst, largest] = [0, 0];
  for (let y = 0; y < Math.min(bottom, height); y++) {
    for (let x = 0; x < Math.min(right, width); x++) {
      let [sum, count] = [0, 0];
      const from = (at) => Math.max(0, Math.floor((at - size) / step) + 1);
      for (let row = from(y); row < rows && row * step <= y; row++) {
        for (let column = from(x); column < across && column * step <= x; column++) {
          sum += result.baseline - result.probability[(row * columns + column) * PEER_STEP];
          count++;
        }
      }
      worst = Math.max(worst, Math.abs(attribution[y * width + x] - sum / count));
      largest = Math.max(largest, Math.abs(sum / count));
    }
  }
  return `attributions differ by at most ${worst.toExponential(1)} of ${largest.toExponential(1)}`;
}

async function projections(context, peer) {
  const { engine, network, photo } = context;
  const convolutions = network.layers.filter(({ node }) => node.opType === 'Conv');
  for (const layer of [convolutions[0], convolutions.at(-1)]) {
    const request = { layer, method: 'deconvnet', normalization: 'exact' };
    const strongest = { ...request, target: { kind: 'strongest' } };
    const single = () => u.projectUnit(engine, network, photo, strongest);
    const whole = () => projectWhole(context, request);
    const maps = u.strongestOfMaps(network, layer);
    const every = maps.length > MOST_MAPS ? Math.ceil(maps.length / SOME_MAPS) : 1;
    const targets = maps.filter((_, place) => place % every === 0);
    const all = () => u.unitProjectionsJob(network, photo, { ...request, targets }).run(u.contextOf(engine));
    await single();
    await whole();
    await all();
    const turns = [];
    for (let round = 0; round < rounds; round++) {
      const [one, through, many] = [await timed(single), await timed(whole), await timed(all)];
      const units = many.result.length;
      turns.push({ one: one.ms, whole: through.ms, many: many.ms / units, units });
    }
    row(context, `projection of one unit of ${layer.name}`, {
      ms: median(turns.map(({ one }) => one)),
      note:
        layer === convolutions.at(-1) && peer
          ? peerProjection(peer, median(turns.map(({ one }) => one)), (await single()).projection)
          : '',
    });
    row(context, `the same through all of the network`, { ms: median(turns.map((turn) => turn.whole)) });
    row(context, `the strongest units of ${turns[0].units} of its ${maps.length} maps, a unit`, {
      ms: median(turns.map(({ many }) => many)),
      note: `${(100 * median(turns.map((turn) => turn.many / turn.whole))).toFixed(0)} % of whole projections`,
    });
  }
}

/** The strongest unit, without looking at what it sees; the forward run is kept, as for all others. */
async function projectWhole({ engine, network, photo }, request) {
  const pass = u.wholePass(network, request);
  const seeds = await u.seedsAt(engine, network, photo, pass, [{ kind: 'strongest' }], request);
  return u.projectSeeds(engine, network, photo, pass, seeds);
}

function peerProjection(peer, own, projection) {
  // Captum does not multiply with the activation that the signal starts with.
  const dot = (a, b) => a.reduce((sum, value, index) => sum + value * b[index], 0);
  const scale = dot(projection.data, peer.projection) / dot(peer.projection, peer.projection);
  let [worst, largest] = [0, 0];
  projection.data.forEach((value, index) => {
    worst = Math.max(worst, Math.abs(value - scale * peer.projection[index]));
    largest = Math.max(largest, Math.abs(value));
  });
  return `Captum NeuronDeconvolution ${peer.deconvolution.toFixed(1)} ms, ${(peer.deconvolution / own).toFixed(1)} times; relative difference ${(worst / largest).toExponential(1)}`;
}

async function askPeer({ name, provider, file, engine, network, photo }) {
  const input = join(cache, `${name}.input.npy`);
  writeFileSync(input, u.encodeNpy(photo));
  const layer = network.layers.findLast(({ node }) => node.opType === 'Conv');
  const [probabilities] = await u.classProbabilities(engine, network, photo);
  const classIndex = probabilities.indexOf(probabilities.reduce((a, b) => Math.max(a, b)));
  const request = { layer, method: 'deconvnet', normalization: 'exact', target: { kind: 'strongest' } };
  const { unit: strongest } = await u.projectUnit(engine, network, photo, request);
  const unit = [strongest.channel, strongest.y, strongest.x];
  const question = {
    model: file,
    input,
    threads,
    device: provider,
    size,
    stride: PEER_STEP * stride,
    fill: FILL,
    class: classIndex,
    batches: [1, 16],
    runs: 5,
    layer: layer.node.name,
    unit,
  };
  const { status, stdout, stderr } = spawnSync(python, [resolve('test/bench/peer.py')], {
    input: JSON.stringify(question),
    maxBuffer: 2 ** 28,
    encoding: 'utf8',
    // Threads that spin while they wait get nothing done on a machine with other work.
    env: { ...process.env, OMP_WAIT_POLICY: 'PASSIVE' },
  });
  if (status !== 0) {
    throw new Error(`${python} failed: ${stderr.trim().split('\n').at(-1)}`);
  }
  return JSON.parse(stdout);
}

function row({ name, provider }, what, { ms, megabytes, bare, peak, note = '' }) {
  const onProcessor = report.rows.find(
    (each) => provider !== 'cpu' && each.provider === 'cpu' && each.network === name && each.what === what,
  )?.ms;
  const toProcessor = ms === undefined || onProcessor === undefined ? undefined : onProcessor / ms;
  report.rows.push({
    network: name,
    provider,
    what,
    ms,
    megabytes,
    toBare: bare,
    toProcessor,
    shareOfPeak: peak,
    note,
  });
  const parts = [
    ms === undefined ? '' : `${ms.toFixed(2)} ms`,
    megabytes === undefined ? '' : `${megabytes.toFixed(0)} MB`,
    toProcessor === undefined ? '' : `${toProcessor.toPrecision(2)} times as fast as the processor`,
    bare === undefined ? '' : `${bare.toFixed(2)} x bare`,
    peak === undefined ? '' : `${(100 * peak).toFixed(0)} % of peak`,
    note,
  ];
  print(`  ${what.padEnd(58)} ${parts.filter((part) => part !== '').join('; ')}`);
}

function photoFor(shape) {
  const count = shape.reduce((a, b) => a * b);
  const value = (_, index) => Math.sin(index * 0.7) + (index % 5) / 3 - 0.5 + Math.sin(index * 0.0013);
  return u.floatTensor(shape, Float32Array.from({ length: count }, value));
}

/** @param pid a process whose processor time is taken too, which other processes on the machine disturb less */
async function timed(work, pid) {
  const before = pid === undefined ? NaN : processorMilliseconds(pid);
  const start = performance.now();
  const result = await work();
  const ms = performance.now() - start;
  return { result, ms, cpu: pid === undefined ? NaN : processorMilliseconds(pid) - before };
}

/** Linux tells it in hundredths of a second; NaN elsewhere. */
function processorMilliseconds(pid) {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return 10 * (Number(fields[11]) + Number(fields[12]));
  } catch {
    return NaN;
  }
}

function residentMegabytes(pid) {
  try {
    const [, kilobytes = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) / 1024;
  } catch {
    return NaN;
  }
}

/** Multiply-adds a second of a large matrix product in onnxruntime: the best that a convolution could reach. */
async function peakRate() {
  const side = 1024;
  const value = (name) => ({ name, type: { tensorType: { elemType: 1 } } });
  const bytes = u.encodeModelProto({
    irVersion: 8,
    producerName: 'unpool-bench',
    producerVersion: '1',
    graph: {
      name: 'peak',
      node: [
        { name: 'product', opType: 'MatMul', domain: '', input: ['a', 'b'], output: ['c'], attribute: [] },
      ],
      initializer: [],
      input: [value('a'), value('b')],
      output: [value('c')],
      valueInfo: [],
    },
    opsetImport: [{ domain: '', version: 17 }],
    metadataProps: [],
    functions: [],
  });
  const session = await ort.InferenceSession.create(bytes, { intraOpNumThreads: threads });
  const matrix = () => new ort.Tensor('float32', new Float32Array(side * side).fill(0.5), [side, side]);
  const feeds = { a: matrix(), b: matrix() };
  let best = Infinity;
  for (let run = 0; run < 20; run++) {
    best = Math.min(best, (await timed(() => session.run(feeds))).ms);
  }
  await session.release();
  return (1000 * side ** 3) / best;
}

function print(line) {
  process.stdout.write(`${line}\n`);
}
