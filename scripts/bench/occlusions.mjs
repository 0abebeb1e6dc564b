// Occlusion sweeps, plain and incremental, beside the bare loop and Captum's.
import { join } from 'node:path';
import { median, timed } from './measures.mjs';
import { PEER_STEP } from './peer.mjs';
import { report, row } from './report.mjs';
import { cache, FILL, rounds, size, stride, u } from './settings.mjs';

/** About as many positions have the plain sweep and the bare loop in one turn: they cost the same everywhere. */
const PLAIN_POSITIONS = 64;
const MEGABYTE = 2 ** 20;

export async function occlusions(context, bare, peer) {
  const { engine, network, photo, provider } = context;
  const shareOfPeak = (multiplyAdds, ms) =>
    provider === 'cpu' ? (1000 * multiplyAdds) / report.peak / ms : undefined;
  const layer = u.lastSpatialLayer(network);
  const followed = u.followedGraph(network, network.scores.tensor, {
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
