/** What a part of an index holds, while its photos come. */

import type { TensorMap } from '../../engine.js';
import { numberToHalf, toFloat32 } from '../../floats.js';
import type { SummaryModel } from '../../network/mapSummaries.js';
import type { PhotoRow } from '../../store/indexPart.js';
import type { IndexedLayer, IndexManifest } from '../../store/indexManifest.js';
import { TOP_CLASSES } from '../../store/indexTables.js';
import { LayerSummary } from '../../store/layerSummary.js';
import type { PhotoNumbers } from '../../store/layerSummary.js';
import { topPredictions } from '../photo/predictions.js';
import { probabilities } from '../photo/scores.js';
import type { Answered, IndexRun } from './summaryRuns.js';

/** What is asked of which network. */
export interface NumberedRun extends Pick<IndexRun, 'network' | 'summary'> {
  readonly manifest: Pick<IndexManifest, 'layers' | 'strongest'>;
}

/** Batches are added in the order of their photos. */
export class PartNumbers {
  readonly summaries: readonly LayerSummary[];
  rows: PhotoRow[] = [];
  private readonly vectors = new Map<string, Uint16Array[]>();

  constructor(private readonly run: NumberedRun) {
    this.summaries = run.manifest.layers.map((layer) => new LayerSummary(layer, run.manifest.strongest));
  }

  add({ batch: { first, photos }, outputs }: Answered): void {
    const { summary, manifest, network } = this.run;
    const answers = outputs.map((answer) => ({
      layers: manifest.layers.map((layer, index) => layerNumbers(layer, summary, index, answer)),
      scores: rowsOf(answer, network.scores?.tensor),
    }));
    photos.forEach(({ path, label, sha256, problem }, slot) => {
      const answer = answers[Math.floor(slot / summary.batch)];
      const row = slot % summary.batch;
      const isIn = problem === undefined && answer !== undefined;
      if (isIn) {
        manifest.layers.forEach((layer, index) => {
          const numbers = answer.layers[index]?.(row);
          if (numbers !== undefined) {
            this.summaries[index]?.add(first + slot, label, numbers);
            if (layer.vectors) {
              const vectors = this.vectors.get(layer.name) ?? [];
              vectors.push(
                new Uint16Array(layer.maps).map((_, map) => numberToHalf(numbers.means[map] ?? 0)),
              );
              this.vectors.set(layer.name, vectors);
            }
          }
        });
      }
      const top = isIn ? this.topClasses(answer.scores, row) : [];
      this.rows.push({ photo: first + slot, path, label, sha256, problem, top });
    });
  }

  /** The vectors of the photos since the last call, one after another. */
  takeVectors(): ReadonlyMap<string, Uint16Array> {
    const taken = new Map(
      [...this.vectors].map(([layer, vectors]) => {
        const length = vectors[0]?.length ?? 0;
        const numbers = new Uint16Array(vectors.length * length);
        vectors.forEach((vector, index) => {
          numbers.set(vector, index * length);
        });
        return [layer, numbers];
      }),
    );
    this.vectors.clear();
    return taken;
  }

  private topClasses(scores: Float32Array | undefined, row: number): PhotoRow['top'] {
    const { scores: known } = this.run.network;
    if (scores === undefined || known === undefined) {
      return [];
    }
    const { classes } = known;
    const shares = probabilities(scores.slice(row * classes, (row + 1) * classes), known);
    return shares.every(Number.isFinite) ? topPredictions(shares, TOP_CLASSES) : [];
  }
}

function rowsOf(answer: TensorMap, name: string | undefined): Float32Array | undefined {
  const tensor = name === undefined ? undefined : answer[name];
  return tensor && toFloat32(tensor, name ?? '').data;
}

/** Takes a photo's numbers of a layer out of an answer, by the photo's row in it. */
function layerNumbers(
  { maps, rows, columns }: IndexedLayer,
  { outputs }: SummaryModel,
  index: number,
  answer: TensorMap,
): (row: number) => PhotoNumbers {
  const names = outputs[index];
  const all = (name: string | undefined): Float32Array | undefined => rowsOf(answer, name);
  const [largest = new Float32Array(), means, nonZeros] = [
    all(names?.largest),
    all(names?.means),
    all(names?.nonZeros),
  ];
  const placesOf = (name: string | undefined): Int32Array | undefined =>
    answer[name ?? '']?.data as Int32Array | undefined;
  const [atRow, atColumn] = [placesOf(names?.row), placesOf(names?.column)];
  const size = rows * columns;
  return (row) => {
    const [from, to] = [row * maps, (row + 1) * maps];
    const values = largest.subarray(from, to);
    return {
      largest: values,
      means: means?.subarray(from, to) ?? values,
      places: new Int32Array(maps).map(
        (_, map) => (atRow?.[from + map] ?? 0) * columns + (atColumn?.[from + map] ?? 0),
      ),
      zeros: new Int32Array(maps).map((_, map) =>
        nonZeros === undefined
          ? Number(values[map] === 0)
          : size - Math.round((nonZeros[from + map] ?? 0) * size),
      ),
    };
  };
}
