/** Switching off feature maps or layers while a network looks at one image. */

import type { Engine, RunOptions } from '../../engine.js';
import { toFloat32 } from '../../floats.js';
import { forwardOf } from '../../network/forward.js';
import type { Network } from '../../network/network.js';
import { statistics } from '../../statistics.js';
import type { FloatTensor } from '../../tensor.js';
import { ablatedScores } from '../photo/ablatedPrediction.js';
import type { Fills } from '../photo/ablatedScores.js';
import { scoresOf } from '../photo/scores.js';
import { ablatedAnswers } from './ablatedAnswers.js';
import { nothingOff } from './ablation.js';
import type { AblatedPart, AblationResult } from './ablation.js';
import { AblationSums } from './ablationSums.js';

/**
 * The same as for a set of this one image, without a label; the mean of a map is that over its positions.
 * @param input the network's input, [1, C, H, W] or NHWC
 * @throws UserError as `ablatedScores` does
 */
export async function photoAblation(
  engine: Engine,
  network: Network,
  photo: { readonly path: string; readonly input: FloatTensor },
  asked: Pick<AblationResult, 'fill' | 'layer' | 'parts' | 'names'>,
  options?: RunOptions,
): Promise<AblationResult> {
  const { parts, fill } = asked;
  const ablations = [nothingOff(parts), ...parts.map(({ ablation }) => ablation)];
  const fills = fill === 'mean' ? await means(engine, network, photo.input, parts, options) : new Map();
  const rows = await ablatedScores(engine, network, photo.input, { ablations, fills }, options);
  const sums = new AblationSums(ablations.length);
  sums.add(0, undefined, ablatedAnswers(rows, scoresOf(network).kind, undefined) ?? []);
  const photos = [{ path: photo.path, label: undefined, bytes: undefined }];
  return { ...asked, sums, photos, problems: [] };
}

async function means(
  engine: Engine,
  network: Network,
  input: FloatTensor,
  parts: readonly AblatedPart[],
  options?: RunOptions,
): Promise<Fills> {
  const gates = parts.flatMap(({ ablation }) => ablation.map(({ gate }) => gate));
  const filled = gates.filter(({ bypass }) => bypass === undefined);
  const tensors = [...new Set(filled.map(({ tensor }) => tensor))];
  const model = forwardOf(network, tensors);
  const [result] = await engine.run(
    [{ model, feeds: { [network.input.name]: input }, fetch: tensors }],
    options,
  );
  return new Map(
    filled.map(({ tensor, maps }) => {
      const output = result?.[tensor];
      if (output === undefined) {
        throw new Error(`the engine gave no '${tensor}'`);
      }
      const { data } = toFloat32(output, tensor);
      const size = data.length / maps;
      return [
        tensor,
        Float32Array.from(
          { length: maps },
          (_, map) => statistics(data.subarray(map * size, (map + 1) * size)).mean,
        ),
      ];
    }),
  );
}
