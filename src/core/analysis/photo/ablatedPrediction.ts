/** What does the network take a photo for when feature maps are switched off? */

import type { Engine, RunOptions } from '../../engine.js';
import { UserError } from '../../errors.js';
import type { Network } from '../../network/network.js';
import type { FloatTensor } from '../../tensor.js';
import { AblatedScores } from './ablatedScores.js';
import type { Ablation, Fills } from './ablatedScores.js';
import { singleImages } from './predictions.js';
import { probabilities, scoresOf } from './scores.js';

/** Images that run at once: a photo with that many ablations. */
const ROWS = 16;

/**
 * Rows of class scores by ablation, of one photo.
 * @param input the network's input, [1, C, H, W] or NHWC
 * @throws UserError where the network does not classify, a place does not reach its scores, or a score is NaN or infinite
 */
export async function ablatedScores(
  engine: Engine,
  network: Network,
  input: FloatTensor,
  { ablations, fills }: { readonly ablations: readonly Ablation[]; readonly fills: Fills },
  options: RunOptions = {},
): Promise<readonly Float32Array[]> {
  const [image = input] = singleImages(network, input);
  const asked = new AblatedScores(network, ablations, fills, { photos: 1, rows: ROWS });
  const rows = (await asked.of(engine, image.data, options)).map(([row = new Float32Array()]) => row);
  if (rows.some((row) => !row.every(Number.isFinite))) {
    throw new UserError(`${network.model.file}: the class scores are NaN or infinite on this photo`);
  }
  return rows;
}

/** Probabilities of all classes without anything off, and with these maps of a layer off, set to zero. */
export async function ablatedPrediction(
  engine: Engine,
  network: Network,
  input: FloatTensor,
  ablation: Ablation,
  options?: RunOptions,
): Promise<{ readonly before: Float32Array; readonly after: Float32Array }> {
  const nothing = ablation.map(({ gate }) => ({ gate, maps: [] }));
  const asked = { ablations: [nothing, ablation], fills: new Map() };
  const rows = await ablatedScores(engine, network, input, asked, options);
  const [before, after] = rows.map((row) => probabilities(row, scoresOf(network)));
  return { before: before ?? new Float32Array(), after: after ?? new Float32Array() };
}
