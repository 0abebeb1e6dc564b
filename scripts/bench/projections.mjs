// Projections of one unit and of all maps of a layer, beside Captum's.
import { median, timed } from './measures.mjs';
import { row } from './report.mjs';
import { rounds, u } from './settings.mjs';

/** Of layers with more than MOST_MAPS maps about SOME_MAPS are projected: the others would cost the same. */
const MOST_MAPS = 256;
const SOME_MAPS = 64;

export async function projections(context, peer) {
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
