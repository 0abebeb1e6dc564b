// How long something took, how much memory it holds, and how fast the machine is.
import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-node';
import { threads, u } from './settings.mjs';

export function median(numbers) {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

/** @param pid a process whose processor time is taken too, which other processes on the machine disturb less */
export async function timed(work, pid) {
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

export function residentMegabytes(pid) {
  try {
    const [, kilobytes = '0'] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) / 1024;
  } catch {
    return NaN;
  }
}

/** Multiply-adds a second of a large matrix product in onnxruntime: the best that a convolution could reach. */
export async function peakRate() {
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
