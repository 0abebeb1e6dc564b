/** How alive are the activation functions on some photos? Zeros, dead units and saturation, layer by layer. */

import { throwIfCancelled } from '../errors.js';
import type { TensorMap } from '../engine.js';
import type { JobContext } from '../jobs/job.js';
import type { Network } from '../network/network.js';
import { forwardOf } from '../network/forward.js';
import { clipBounds } from '../network/layerDetail.js';
import type { Layer } from '../network/layers.js';
import { countsStep } from '../network/reducers.js';
import type { FloatTensor } from '../tensor.js';
import { problem } from './problem.js';
import type { Problem } from './problem.js';
import { listed } from './weightHealth.js';

export interface LayerActivity {
  readonly layer: Layer;
  readonly kind: 'rectifier' | 'sigmoid' | 'tanh';
  /** Maps of the layer, or units where it has no maps. */
  readonly units: number;
  /** Activations looked at, on all photos together. */
  readonly activations: number;
  /** Share of all activations on all photos that are exactly zero. */
  readonly zeros: number;
  /** Maps or units that are zero at every place of every photo. */
  readonly dead: readonly number[];
  /** Share of activations where the derivative is below SATURATED of its largest value; 0 for rectifiers. */
  readonly saturated: number;
  /** Maps or units that are so at every place of every photo. */
  readonly saturatedUnits: readonly number[];
}

/** Share of the largest derivative below which a sigmoid or tanh is said to be saturated. */
export const SATURATED = 0.05;
/** Share of a layer that has to be saturated for a finding. */
const MUCH_SATURATED = 0.5;
/** Share of zeros from which a rectified layer is silent. */
const SILENT = 0.98;
/** Photos from which a unit that is zero on all of them is worth a warning. */
const MANY_PHOTOS = 20;
/** Layers looked at in one run; bounds what the engine keeps at once. */
const CHUNK = 16;

/** The layers that are rectifiers, sigmoids or tanh; scores that should saturate are not watched. */
export function watchedLayers(network: Network): readonly (readonly [Layer, LayerActivity['kind']])[] {
  const outputs = new Set(network.model.graph.outputs.map(({ name }) => name));
  return network.layers.flatMap((layer): (readonly [Layer, LayerActivity['kind']])[] => {
    const kind = kindOf(layer, network);
    const isScore = kind !== 'rectifier' && outputs.has(layer.output);
    return kind === undefined || isScore ? [] : [[layer, kind]];
  });
}

function kindOf({ node }: Layer, { shapes }: Network): LayerActivity['kind'] | undefined {
  switch (node.opType) {
    case 'Relu':
    case 'ThresholdedRelu':
      return 'rectifier';
    case 'Clip':
      return clipBounds(node, shapes)[0] === 0 ? 'rectifier' : undefined;
    case 'Sigmoid':
      return 'sigmoid';
    case 'Tanh':
      return 'tanh';
    default:
      return undefined;
  }
}

/**
 * The activity of every watched layer over some photos.
 * @param inputs network inputs of one image each
 */
export async function activity(
  { engine, signal, report }: JobContext<never>,
  network: Network,
  inputs: readonly FloatTensor[],
): Promise<readonly LayerActivity[]> {
  const { input } = network;
  const tallies = watchedLayers(network).map(([layer, kind]) => new Tally(layer, kind));
  const chunks = Array.from({ length: Math.ceil(tallies.length / CHUNK) }, (_, at) =>
    tallies.slice(at * CHUNK, (at + 1) * CHUNK),
  );
  for (const [place, image] of inputs.entries()) {
    for (const [part, chunk] of chunks.entries()) {
      throwIfCancelled(signal);
      report('photos', (place + part / chunks.length) / inputs.length, {
        done: place,
        of: inputs.length,
        unit: 'photos',
      });
      const outputs = chunk.map(({ layer }) => layer.output);
      const forward = { model: forwardOf(network, outputs), feeds: { [input.name]: image }, fetch: [] };
      const [, ...counted] = await engine.run(
        [
          forward,
          ...chunk.map(({ layer, limits: [low, high] }) => {
            const of = { step: 0, output: layer.output };
            return countsStep({ of, dtype: network.shapes.typeOf(layer.output) }, low, high);
          }),
        ],
        { signal },
      );
      counted.forEach((counts, place) => chunk[place]?.add(counts));
    }
  }
  return tallies.map((tally) => tally.result());
}

/** Adds up what is counted of one layer, photo after photo. */
class Tally {
  private alive: boolean[] = [];
  private moving: boolean[] = [];
  private count = 0;
  private zeros = 0;
  private saturated = 0;

  constructor(
    readonly layer: Layer,
    private readonly kind: LayerActivity['kind'],
  ) {}

  /** Outputs beyond which the layer is saturated: sigmoid' = y (1 - y), at most 1/4; tanh' = 1 - y^2, at most 1. */
  get limits(): readonly [low: number, high: number] {
    const steep = Math.sqrt(1 - SATURATED);
    switch (this.kind) {
      case 'sigmoid':
        return [(1 - steep) / 2, (1 + steep) / 2];
      case 'tanh':
        return [-steep, steep];
      case 'rectifier':
        return [-Infinity, Infinity];
    }
  }

  /** @param counts what `countsStep` gives */
  add({ zeros, beyond, size }: TensorMap): void {
    const [units = 0, length = 0] = Array.from(size?.data ?? [], Number);
    for (let unit = 0; unit < units; unit++) {
      const [silent, flat] = [Number(zeros?.data[unit]), Number(beyond?.data[unit])];
      this.zeros += silent;
      this.saturated += flat;
      this.alive[unit] = (this.alive[unit] ?? false) || silent < length;
      this.moving[unit] = (this.moving[unit] ?? false) || flat < length;
    }
    this.count += units * length;
  }

  result(): LayerActivity {
    const { layer, kind, alive, moving, count, zeros, saturated } = this;
    const without = (units: readonly boolean[]): number[] => [...units.keys()].filter((unit) => !units[unit]);
    return {
      layer,
      kind,
      units: alive.length,
      activations: count,
      zeros: count === 0 ? 0 : zeros / count,
      dead: without(alive),
      saturated: count === 0 ? 0 : saturated / count,
      saturatedUnits: kind === 'rectifier' ? [] : without(moving),
    };
  }
}

/** Findings on the activity over `photos` photos. */
export function activityProblems(layers: readonly LayerActivity[], photos: number): readonly Problem[] {
  const found: Problem[] = [];
  const on = onPhotos(photos);
  for (const { layer, kind, units, zeros, dead, saturated, saturatedUnits } of layers) {
    const about = { node: layer.node.name, layer: layer.name };
    const evidence = { photos, units, zeros, dead, saturated, saturatedUnits };
    if (dead.length > 0 && kind === 'rectifier') {
      found.push(
        problem(
          'dead-units',
          `layer '${layer.name}' has maps that are zero everywhere ${on}: ${dead.length} of ${units} (${listed(dead)})`,
          { ...about, evidence, severity: photos >= MANY_PHOTOS ? 'warning' : 'information' },
        ),
      );
    }
    if (zeros >= SILENT && kind === 'rectifier') {
      found.push(
        problem('silent-layer', `${percent(zeros)} of layer '${layer.name}' is zero ${on}`, {
          ...about,
          evidence,
        }),
      );
    }
    if (saturated >= MUCH_SATURATED || saturatedUnits.length > 0) {
      const wholly =
        saturatedUnits.length > 0
          ? `, ${saturatedUnits.length} of its ${units} maps everywhere (${listed(saturatedUnits)})`
          : '';
      found.push(
        problem(
          'saturated-units',
          `${percent(saturated)} of the activations of layer '${layer.name}' (${layer.node.opType}) are saturated ${on}${wholly}`,
          { ...about, evidence, severity: saturated >= MUCH_SATURATED ? 'warning' : 'information' },
        ),
      );
    }
  }
  return [...found, ...zerosProblems(layers, photos)];
}

/** How many zeros each rectifier makes, the sum over all of them first. */
function zerosProblems(layers: readonly LayerActivity[], photos: number): readonly Problem[] {
  const rectifiers = layers.filter(({ kind }) => kind === 'rectifier');
  // A silent layer has that as a finding of its own.
  const each = rectifiers
    .filter(({ zeros }) => zeros < SILENT)
    .map(({ layer, zeros }) =>
      problem('relu-zeros', `${percent(zeros)} of layer '${layer.name}' is zero ${onPhotos(photos)}`, {
        node: layer.node.name,
        layer: layer.name,
        evidence: { photos, zeros },
      }),
    );
  const sorted = rectifiers.toSorted((a, b) => a.zeros - b.zeros);
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (least === undefined || most === undefined || rectifiers.length === 1) {
    return each;
  }
  const activations = rectifiers.reduce((sum, { activations: count }) => sum + count, 0);
  const zeros = rectifiers.reduce((sum, each) => sum + each.zeros * each.activations, 0) / activations;
  const sum = problem(
    'relu-zeros',
    `${percent(zeros)} of what the ${rectifiers.length} rectifiers give is zero ${onPhotos(photos)}, from ${percent(least.zeros)} ('${least.layer.name}') to ${percent(most.zeros)} ('${most.layer.name}')`,
    {
      evidence: {
        photos,
        zeros: Object.fromEntries(rectifiers.map(({ layer, zeros: share }) => [layer.name, share])),
      },
    },
  );
  return [sum, ...each];
}

function onPhotos(photos: number): string {
  return photos === 1 ? 'on the photo' : `on ${photos} photos`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share > 0.995 && share < 1 ? 2 : 0)} %`;
}
