/** What do the maps of a checkpoint answer, over a whole set of photos? One pass: maps stay in the engine. */

import type { JobContext } from '../../jobs/job.js';
import { summaryModel } from '../../network/mapSummaries.js';
import type { Network } from '../../network/network.js';
import type { Preprocessing } from '../../network/preprocessing.js';
import type { ClassMatch } from '../../photos/classMatch.js';
import type { PhotoSet } from '../../photos/photo.js';
import { PhotoThreads } from '../../photos/preparing.js';
import type { IndexedLayer } from '../../store/indexManifest.js';
import type { LayerSummary } from '../../store/layerSummary.js';
import type { PhotoProblem } from '../../store/photoIndex.js';
import { PartNumbers } from '../photoSet/partNumbers.js';
import { labelMeans, selectivityIndex, strongestLabel } from '../photoSet/selectivity.js';
import { answeredBatches } from '../photoSet/summaryRuns.js';
import { usualBatch } from '../photoSet/usualBatch.js';

/** The photos that checkpoints are asked about, and how. */
export interface AskedPhotos {
  readonly set: PhotoSet;
  readonly preprocessing: Preprocessing;
  /** The class of each label; empty where no photo has one. */
  readonly matches: readonly ClassMatch[];
  /** Photos that the network is given at once; as many as fit into memory where left out. */
  readonly batch?: number | undefined;
  /** The built photoWorker.js; the one beside this bundle where left out. */
  readonly workerFile?: string | undefined;
}

/** A layer's maps over all photos. Nothing but what JSON can hold, so that it can be kept. */
export interface LayerActivity {
  readonly layer: string;
  readonly maps: number;
  /** Maps whose largest value is above zero on no photo. */
  readonly dead: number;
  /** Over photos, maps and places; undefined where no photo gives finite numbers. */
  readonly mean: number | undefined;
  /** By map: the number of the photo that excites it most, its largest value there and its place, counted row by row. */
  readonly photos: readonly number[];
  readonly values: readonly number[];
  readonly places: readonly number[];
  /** By map: the class selectivity index for the label that it answers most; null where it has no meaning. */
  readonly selectivity: readonly (number | null)[];
}

/** Of the photos whose label is a class: how many have it as their most probable one. */
export interface Accuracy {
  readonly right: number;
  readonly of: number;
}

export interface Activity {
  readonly layers: readonly LayerActivity[];
  /** Undefined where no photo has a label that is a class. */
  readonly accuracy: Accuracy | undefined;
  readonly problems: readonly PhotoProblem[];
}

/** @param told how many photos are done */
export async function activityOf(
  network: Network,
  layers: readonly IndexedLayer[],
  asked: AskedPhotos,
  context: Pick<JobContext<never>, 'engine' | 'signal'>,
  told: (photos: number) => void,
): Promise<Activity> {
  const { set, preprocessing, matches, workerFile } = asked;
  const { photos } = set;
  const summary = summaryModel(network, layers, network.scores?.tensor, asked.batch ?? usualBatch(network));
  const { batch } = summary;
  const firsts = Array.from({ length: Math.ceil(photos.length / batch) }, (_, place) => place * batch);
  const numbers = new PartNumbers({ network, summary, manifest: { layers: [...layers], strongest: 1 } });
  const classOf = new Map(matches.map(({ label, classIndex }) => [label, classIndex]));
  const problems: PhotoProblem[] = [];
  const accuracy = { right: 0, of: 0 };
  const threads = new PhotoThreads({ inputs: [{ preprocessing, input: network.input }] }, workerFile);
  try {
    const pass = { photos, set, batch, network, summary };
    for await (const answer of answeredBatches(firsts, pass, threads, context)) {
      numbers.add(answer);
      for (const { path, label, problem, top } of numbers.rows) {
        const truth = classOf.get(label ?? '');
        const [first] = top;
        if (problem !== undefined) {
          problems.push({ path, problem });
        } else if (label !== undefined && truth !== undefined && first !== undefined) {
          accuracy.of++;
          accuracy.right += first.index === truth ? 1 : 0;
        }
      }
      numbers.rows = [];
      told(Math.min(photos.length, answer.batch.first + batch));
    }
  } finally {
    await threads.close();
  }
  return {
    layers: layers.map((layer, place) => layerActivity(layer, numbers.summaries[place])),
    accuracy: accuracy.of > 0 ? accuracy : undefined,
    problems,
  };
}

function layerActivity({ name, maps }: IndexedLayer, summary: LayerSummary | undefined): LayerActivity {
  if (summary === undefined) {
    throw new Error(`'${name}' has no summary`);
  }
  const { strongest, photos, sums } = summary;
  const means = labelMeans(summary);
  const counted = photos.reduce((sum, count) => sum + count, 0);
  const values = Array.from(strongest.values, (value, map) => (strongest.filled[map] === 0 ? 0 : value));
  return {
    layer: name,
    maps,
    dead: values.filter((value) => !(value > 0)).length,
    mean: counted === 0 ? undefined : sums.reduce((total, sum) => total + sum, 0) / counted,
    photos: [...strongest.photos],
    values,
    places: [...strongest.places],
    selectivity: Array.from({ length: maps }, (_, map) => {
      const own = means.of(map);
      return selectivityIndex(own, strongestLabel(own)) ?? null;
    }),
  };
}
