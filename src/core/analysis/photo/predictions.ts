/** What does the network take the photo for? */

import { UserError } from '../../errors.js';
import { elementCount, floatTensor } from '../../tensor.js';
import type { FloatTensor, Tensor } from '../../tensor.js';
import type { Engine, RunOptions } from '../../engine.js';
import type { Network } from '../../network/network.js';
import { forwardOf } from '../../network/forward.js';
import { toFloat32 } from '../../floats.js';
import { explainNotFinite } from './notFinite.js';
import { probabilities, scoresOf } from './scores.js';

export interface Prediction {
  /** Class index from 0. */
  readonly index: number;
  /** Probability in [0, 1]. */
  readonly probability: number;
}

/**
 * Class probabilities of each image of `images`, made of the scores as `Scores.kind` says; they sum to one unless the
 * classes are independent.
 * @param images the network's input, [N, C, H, W] or NHWC
 * @returns N rows of K probabilities
 * @throws UserError where the network does not classify, the shape does not fit, or a probability is NaN
 */
export async function classProbabilities(
  engine: Engine,
  network: Network,
  images: FloatTensor,
  options?: RunOptions,
): Promise<readonly Float32Array[]> {
  const scores = scoresOf(network);
  const { input } = network;
  const model = forwardOf(network, [scores.tensor]);
  const steps = singleImages(network, images).map((image) => ({
    model,
    feeds: { [input.name]: image },
    fetch: [scores.tensor],
  }));
  const results = await engine.run(steps, options);
  const rows = results.map((result) =>
    probabilities(scoresRow(result[scores.tensor], scores.tensor), scores),
  );
  const broken = rows.findIndex((row) => row.some(Number.isNaN));
  if (broken >= 0) {
    const image = singleImages(network, images)[broken];
    const cause = image && (await explainNotFinite(engine, network, image));
    throw new UserError(
      `${network.model.file}: the class scores are NaN or infinite: ${cause ?? `'${scores.tensor}' makes them`}`,
    );
  }
  return rows;
}

function scoresRow(tensor: Tensor | undefined, name: string): Float32Array {
  if (tensor === undefined) {
    throw new Error(`the engine gave no '${name}'`);
  }
  return toFloat32(tensor, name).data;
}

/** The `count` most probable classes, most probable first; of equal ones the first. */
export function topPredictions(row: Float32Array, count: number): readonly Prediction[] {
  const top: Prediction[] = [];
  row.forEach((probability, index) => {
    if (top.length < count || probability > (top.at(-1)?.probability ?? Infinity)) {
      // Classes come in the order of their indexes, so behind all that are as probable.
      const place = top.findIndex((better) => better.probability < probability);
      top.splice(place < 0 ? top.length : place, 0, { index, probability });
      top.length = Math.min(top.length, count);
    }
  });
  return top;
}

/** The mean of several rows: the ten-crop average of Krizhevsky et al. 2012, section 4.1. */
export function meanProbabilities(rows: readonly Float32Array[]): Float32Array {
  return Float32Array.from(
    rows[0] ?? [],
    (_, index) => rows.reduce((sum, row) => sum + (row[index] ?? 0), 0) / rows.length,
  );
}

/**
 * The images of a batch, each with the shape of the network's input.
 * @throws UserError where the shape does not fit the input
 */
export function singleImages(network: Network, images: FloatTensor): readonly FloatTensor[] {
  const { shape } = network.input;
  const fits =
    images.shape.length === shape.length &&
    shape.every((size, axis) => axis === 0 || images.shape[axis] === size);
  if (!fits) {
    throw new UserError(
      `an array of shape [${images.shape.join(', ')}] does not fit the input '${network.input.name}' of ${network.model.file}, which is [N, ${shape.slice(1).join(', ')}]`,
    );
  }
  const length = elementCount(shape);
  return Array.from({ length: images.shape[0] ?? 0 }, (_, index) =>
    floatTensor(shape, images.data.slice(index * length, (index + 1) * length)),
  );
}
