/** A process that begins a sweep, answers to its first batches alone, and waits to be killed. */

import { occlusionJob } from '../../../../src/core/analysis/photo/occlusion.js';
import { checkpointFolder } from '../../../../src/core/jobs/checkpoints.js';
import { contextOf } from '../../../../src/core/jobs/job.js';
import { openNetwork } from '../../../../src/core/network/open.js';
import { startEngine } from '../../../../src/runtime/client.js';
import { photo, SWEEP } from './sweep.js';

/** Batches of the sweep that are answered; each is a request of two steps. */
const ANSWERED = 3;

const [model = '', folder = '', processFile = ''] = process.argv.slice(2);
const engine = startEngine({ provider: 'cpu', threads: 1, processFile });
let batches = 0;
const held = contextOf(
  {
    run: (steps, options) =>
      steps.length === 2 && ++batches > ANSWERED ? new Promise(() => undefined) : engine.run(steps, options),
  },
  { checkpoints: checkpointFolder(folder, { interval: 0 }) },
);
// It is held for ever, and so is this process.
setInterval(() => undefined, 1000);
void openNetwork(model).then((network) => occlusionJob(network, photo, SWEEP).run(held));
