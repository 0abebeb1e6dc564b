// The same questions, asked of Captum on PyTorch.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { cache, FILL, python, size, stride, threads, u } from './settings.mjs';

/** Captum's sweep takes a step this much larger: its time a position is the same, and its default takes minutes. */
export const PEER_STEP = 4;

export async function askPeer({ name, provider, file, engine, network, photo }) {
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
