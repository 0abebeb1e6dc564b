/**
 * What switching off every map of a layer costs beside running the whole network for each, as a ratio of one run: AlexNet and
 * ResNet-18 with random weights on one photo and on sixteen.
 * Run it by hand: node test/bench/ablation.bench.mjs [FOLDER for the networks]
 */

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundle, medians } from './bundle.mjs';
import { networkFile } from './networks.mjs';

const load = bundle([
  'runtime/client',
  'runtime/engineProcess',
  'core/network/open',
  'core/network/layers',
  'core/network/gate',
  'core/onnx/schema',
  'core/tensor',
  'core/analysis/photo/ablatedScores',
]);
const { AblatedScores } = load('core/analysis/photo/ablatedScores');
const { gateOf } = load('core/network/gate');
const { findLayer } = load('core/network/layers');
const { elementCount } = load('core/tensor');
const { encodeModelProto } = load('core/onnx/schema');
const engine = load('runtime/client').startEngine({ provider: 'cpu' });

const folder = process.argv[2] ?? join(tmpdir(), 'unpool-bench-networks');
/** Maps that are switched off one by one; all of a layer would take the whole network minutes. */
const MAPS = 32;

for (const [name, layers] of [
  ['alexnet', ['relu1', 'relu5']],
  ['resnet18', ['conv5', 'conv18']],
]) {
  const network = await load('core/network/open').openNetwork(networkFile(name, folder, encodeModelProto));
  for (const layer of layers) {
    for (const photos of [1, 16]) {
      const gate = gateOf(network, findLayer(network.layers, layer));
      const ablations = Array.from({ length: MAPS }, (_, map) => [{ gate, maps: [map] }]);
      const length = photos * elementCount(network.input.shape);
      const images = Float32Array.from({ length }, (_, index) => Math.sin(index / 50) + Math.sin(index / 3));
      const incremental = new AblatedScores(network, ablations, new Map(), { photos, rows: 16 });
      // The same models, asked about one ablation at a time, from the photo on.
      const single = ablations.map(
        (each) => new AblatedScores(network, [each], new Map(), { photos, rows: photos }),
      );
      let [ours, theirs] = [[], []];
      const [kept, whole] = await medians(
        1,
        async () => (ours = await incremental.of(engine, images, {})),
        async () => {
          theirs = [];
          for (const each of single) {
            theirs.push((await each.of(engine, images, {}))[0]);
          }
        },
      );
      let largest = 0;
      ours.forEach((rows, map) =>
        rows.forEach((row, photo) =>
          row.forEach((value, index) => {
            largest = Math.max(largest, Math.abs(value - theirs[map][photo][index]));
          }),
        ),
      );
      process.stdout.write(
        `${name} ${layer.padEnd(7)} ${String(photos).padStart(2)} photos, ${MAPS} maps: ${kept.toFixed(0).padStart(6)} ms, ` +
          `whole networks ${whole.toFixed(0).padStart(6)} ms, ${(whole / kept).toFixed(1)} times; scores differ by ${largest.toExponential(1)}\n`,
      );
    }
  }
}
engine.dispose();
