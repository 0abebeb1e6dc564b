/** Runs every analysis of a report. */

import { overview } from '../problems/overview.js';
import type { Overview } from '../problems/overview.js';
import { featureMaps } from '../analysis/photo/featureMaps.js';
import type { FeatureMaps } from '../analysis/photo/featureMaps.js';
import { firstConvolution, kernels } from '../analysis/weights/kernels.js';
import type { KernelSet } from '../analysis/weights/kernels.js';
import { lastSpatialLayer } from '../analysis/photo/unoccluded.js';
import { occlusionJob } from '../analysis/photo/occlusion.js';
import type { OcclusionResult } from '../analysis/photo/occlusionResult.js';
import { classProbabilities, topPredictions } from '../analysis/photo/predictions.js';
import type { Prediction } from '../analysis/photo/predictions.js';
import { projectUnit } from '../analysis/photo/projection.js';
import type { UnitProjection } from '../analysis/photo/projection.js';
import { looksUntrained } from '../analysis/photo/untrained.js';
import type { Engine } from '../engine.js';
import { UserError } from '../errors.js';
import { partOf } from '../jobs/job.js';
import type { Job, JobContext } from '../jobs/job.js';
import { jobKey } from '../jobs/key.js';
import type { Network } from '../network/network.js';
import type { Layer } from '../network/layers.js';
import type { FloatTensor } from '../tensor.js';
import { indexedAmong, topPhotosOf } from './topPhotosOf.js';
import type { LayerTopPhotos, ReportedIndex } from './topPhotosOf.js';

export interface LayerReport {
  readonly layer: Layer;
  readonly features: FeatureMaps;
  /** Projections of the strongest unit of the strongest maps, strongest first. */
  readonly projections: readonly UnitProjection[];
}

export interface ReportedPredictions {
  readonly top: readonly Prediction[];
  readonly looksUntrained: boolean;
}

/** Everything a report shows; `undefined` where the network has no such thing. */
export interface ReportContent {
  readonly overview: Overview;
  readonly predictions: ReportedPredictions | undefined;
  readonly kernels: KernelSet | undefined;
  readonly layers: readonly LayerReport[];
  /** Of those layers that are in the index. */
  readonly topPhotos: readonly LayerTopPhotos[];
  readonly occlusion: OcclusionResult | undefined;
  readonly mapProjection: UnitProjection | undefined;
  /** What could not be done, in words. */
  readonly omissions: readonly string[];
}

export interface ReportOptions {
  /** The occluder's fill in the model's input units, one value a channel. */
  readonly fill: readonly number[];
  readonly size: number;
  readonly stride: number;
  /** Photos whose strongest are shown; left out where there is no index. */
  readonly photos?: ReportedIndex | undefined;
}

const TOP = 5;
const PROJECTIONS = 9;
/** Deeper networks are sampled evenly: a report is to be read. */
const LAYER_LIMIT = 5;

/** Where the parts of a report end, by about how long they take. */
const ENDS = { predictions: 0.02, kernels: 0.04, layers: 0.4, topPhotos: 0.55, occlusion: 0.98 } as const;

/** @param photo the network's input, [1, C, H, W] or NHWC */
export function reportJob(
  network: Network,
  photo: FloatTensor,
  options: ReportOptions,
): Job<never, ReportContent> {
  const { fill, size, stride, photos } = options;
  const index = photos && [photos.index.store, photos.index.manifest.set.sha256];
  return {
    key: jobKey('report 1', network, [photo], [fill, size, stride, index]),
    run: (context) => collect(context, network, photo, options),
  };
}

async function collect(
  context: JobContext<never>,
  network: Network,
  photo: FloatTensor,
  { fill, size, stride, photos }: ReportOptions,
): Promise<ReportContent> {
  const { engine, signal } = context;
  const omissions: string[] = [];
  /** A part that the network does not allow is left out with its reason; everything else is an error. */
  const attempt = async <T>(what: string, part: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await part();
    } catch (error) {
      if (error instanceof UserError) {
        omissions.push(`${what}: ${error.message}`);
        return undefined;
      }
      throw error;
    }
  };

  context.report('predictions', 0);
  const predictions = await attempt('predictions', async () => {
    const [row = new Float32Array(0)] = await classProbabilities(engine, network, photo, { signal });
    const { scores } = network;
    return {
      top: topPredictions(row, TOP),
      looksUntrained: scores !== undefined && looksUntrained(row, scores),
    };
  });
  context.report('kernels', ENDS.predictions);
  const first = firstConvolution(network);
  const kernelSet = first && (await attempt('kernels', () => kernels(engine, network, first)));
  const shown = shownLayers(network);
  const layers: LayerReport[] = [];
  for (const [done, layer] of shown.entries()) {
    const share = ENDS.kernels + ((ENDS.layers - ENDS.kernels) * done) / shown.length;
    const count = { done, of: shown.length, unit: 'layers' } as const;
    context.report('feature maps', share, count);
    const features = await attempt(`feature maps of ${layer.name}`, () =>
      featureMaps(engine, network, photo, layer, { signal }),
    );
    if (features !== undefined) {
      context.report('projections', share, count);
      const projections = await attempt(`projections of ${layer.name}`, () =>
        strongestProjections(engine, network, photo, layer, features, signal),
      );
      layers.push({ layer, features, projections: projections ?? [] });
    }
  }
  const topPhotos: LayerTopPhotos[] = [];
  const indexed = photos === undefined ? [] : indexedAmong(photos, shown);
  for (const [done, layer] of indexed.entries()) {
    const [from, to] = [done, done + 1].map(
      (count) => ENDS.layers + ((ENDS.topPhotos - ENDS.layers) * count) / indexed.length,
    ) as [number, number];
    const found =
      photos &&
      (await attempt(`top photos of ${layer}`, () =>
        topPhotosOf(partOf(context, from, to), network, photos, layer),
      ));
    topPhotos.push(...(found === undefined ? [] : [found]));
  }
  const begun = indexed.length > 0 ? ENDS.topPhotos : ENDS.layers;
  const swept = await attempt('occlusion', () =>
    occlusionJob(network, photo, { size, stride, fill }).run(partOf(context, begun, ENDS.occlusion)),
  );
  context.report('projections', ENDS.occlusion);
  const map = swept?.map;
  const mapProjection =
    map &&
    (await attempt('projection of the occluded map', () =>
      projectUnit(engine, network, photo, {
        layer: map.layer,
        target: { kind: 'strongestOfMap', channel: map.channel },
        method: 'deconvnet',
        normalization: 'pass',
        signal,
      }),
    ));
  return {
    overview: overview(network),
    predictions,
    kernels: kernelSet,
    layers,
    topPhotos,
    occlusion: swept,
    mapProjection,
    omissions,
  };
}

/** The activations behind convolutions, at most LAYER_LIMIT of them, the first and the last among them. */
function shownLayers(network: Network): readonly Layer[] {
  const spatial = network.layers.filter(({ node, outputShape }) => {
    const isConvolution = node.opType === 'Conv' || node.opType === 'FusedConv';
    return isConvolution && outputShape?.length === 4 && Number(outputShape[2]) * Number(outputShape[3]) > 1;
  });
  const behind = spatial.map(
    (layer) => lastSpatialLayer({ ...network, layers: behindOf(network, layer) }) ?? layer,
  );
  const count = Math.min(LAYER_LIMIT, behind.length);
  const picked = Array.from({ length: count }, (_, index) =>
    count === 1 ? 0 : Math.round((index * (behind.length - 1)) / (count - 1)),
  );
  return picked.flatMap((index) => behind[index] ?? []);
}

/** A convolution and what reads its output. */
function behindOf(network: Network, layer: Layer): readonly Layer[] {
  return network.layers.filter((other) => other === layer || other.node.inputs[0] === layer.output);
}

async function strongestProjections(
  engine: Engine,
  network: Network,
  photo: FloatTensor,
  layer: Layer,
  features: FeatureMaps,
  signal: AbortSignal | undefined,
): Promise<UnitProjection[]> {
  const channels = [...features.perMap.keys()]
    .filter((channel) => (features.perMap[channel]?.max ?? 0) > 0)
    .sort((a, b) => (features.perMap[b]?.max ?? 0) - (features.perMap[a]?.max ?? 0))
    .slice(0, PROJECTIONS);
  const projections: UnitProjection[] = [];
  for (const channel of channels) {
    projections.push(
      await projectUnit(engine, network, photo, {
        layer,
        target: { kind: 'strongestOfMap', channel },
        method: 'deconvnet',
        normalization: 'pass',
        signal,
      }),
    );
  }
  return projections;
}
