// `npm run bench -- [--networks alexnet,vgg16] [--providers cpu,cuda] [--threads 2] [--rounds 3] [--json FILE]`: how fast
// Unpool is beside onnxruntime alone, beside PyTorch and Captum where UNPOOL_BENCH_PYTHON names a Python that has them, and beside the
// arithmetic's limit. Networks have random weights and lie in a cache outside the tree (UNPOOL_BENCH_CACHE). What is
// compared is measured in turns, and the median of the turns is given.
import { agreementWithProcessor, works } from './bench/providers.mjs';
import { bareLoop, forward } from './bench/forward.mjs';
import { peakRate, residentMegabytes, timed } from './bench/measures.mjs';
import { occlusions } from './bench/occlusions.mjs';
import { askPeer } from './bench/peer.mjs';
import { projections } from './bench/projections.mjs';
import { print, report, row, writeReport } from './bench/report.mjs';
import { cache, jsonFile, networks, providers, python, threads, u } from './bench/settings.mjs';
import { networkFile } from '../test/bench/networks.mjs';

report.peak = await peakRate();
print(`${report.machine}, ${threads} threads, Node ${report.node}`);
for (const provider of providers) {
  if (await works(provider)) {
    for (const name of networks) {
      await benchmark(name, provider);
    }
  }
}
writeReport(jsonFile);
print(`\nwritten to ${jsonFile}`);

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

function photoFor(shape) {
  const count = shape.reduce((a, b) => a * b);
  const value = (_, index) => Math.sin(index * 0.7) + (index % 5) / 3 - 0.5 + Math.sin(index * 0.0013);
  return u.floatTensor(shape, Float32Array.from({ length: count }, value));
}
