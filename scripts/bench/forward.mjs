// One forward run, beside onnxruntime without Unpool.
import * as ort from 'onnxruntime-node';
import { median, timed } from './measures.mjs';
import { row } from './report.mjs';
import { rounds, threads, u } from './settings.mjs';

/** The network's own file in onnxruntime-node, in this process, batched as the plain sweep is. */
export async function bareLoop(network, provider) {
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

export async function forward(context, bare) {
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
