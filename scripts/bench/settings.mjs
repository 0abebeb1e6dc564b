// What a run of the benchmark was asked for, and Unpool's own functions, bundled for it.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { unpool } from '../../test/bench/core.mjs';
import { NETWORKS } from '../../test/bench/networks.mjs';

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

export const networks = options.networks.split(',');
export const providers = options.providers.split(',');
export const jsonFile = options.json;
export const threads = Number(options.threads);
/** What is compared is measured in so many turns. */
export const rounds = Number(options.rounds);
/** The occluder's side, in pixels of the network's input. */
export const size = Number(options.size);
/** Pixels between two positions of the occluder. */
export const stride = Number(options.stride);
/** The occluder's fill, one value a channel, in the network's own units. */
export const FILL = [0.3, -0.2, 0.5];
export const cache = process.env.UNPOOL_BENCH_CACHE ?? join(homedir(), '.cache/unpool/bench');
/** A Python with PyTorch and Captum, where there is one. */
export const python = process.env.UNPOOL_BENCH_PYTHON;
export const u = unpool();
