/** The backward pass of a projection as steps of the engine, behind a forward run that keeps what they read. */

import { buildProjection, PROJECTION, SIGNAL } from '../../backward/project.js';
import type { ProjectionSource } from '../../backward/project.js';
import type { Method, NormalizationMode } from '../../backward/rule.js';
import type { Seed } from '../../backward/seed.js';
import type { FromStep, Step } from '../../engine.js';
import type { Network } from '../../network/network.js';
import { forwardOf } from '../../network/forward.js';
import type { Layer } from '../../network/layers.js';
import type { DerivedModel } from '../../onnx/model.js';
import { smallModel } from '../../onnx/smallModel.js';
import { elementCount, floatTensor, int64Tensor } from '../../tensor.js';
import type { FloatTensor, Tensor } from '../../tensor.js';

/** What is projected, and how. */
export interface ProjectionSetting {
  readonly layer: Layer;
  readonly method: Method;
  readonly normalization: NormalizationMode;
}

/** The part of a projection that is not zero. */
export interface ProjectedPart {
  /** Row and column of its top-left pixel in the image. */
  readonly corner: readonly [number, number];
  /** Of the network input's axes; [1, C, height, width] where it is smaller than the image. */
  readonly part: FloatTensor;
}

export interface ProjectionPass {
  /** Gives the layer's output and `reads`. */
  readonly forward: DerivedModel;
  /** Forward tensors, the image aside, that the steps read as outputs of step 0. */
  readonly reads: readonly string[];
  /** The most seeds of one run. */
  readonly batch: number;
  /** Behind the forward run, which is step 0; the last of them fetches PROJECTION. */
  steps(input: FloatTensor, seeds: readonly Seed[]): readonly Step[];
  /** The projection of each seed. @param projected the value of PROJECTION */
  parts(projected: FloatTensor, seeds: readonly Seed[]): readonly ProjectedPart[];
}

const SPREAD = smallModel('signal', (g) => {
  const [carried, pads] = [g.input('carried', 'float32', ['n']), g.input('pads', 'int64', [2])];
  const shape = g.input('shape', 'int64', ['rank']);
  g.output(SIGNAL, 'float32', 'Reshape', [g.emit('Pad', [carried, pads]), shape]);
});

/** The signal of a seed, of the layer's shape: zeros around what is carried need not travel to the engine. */
export function signalStep({ shape, carried, first }: Seed): Step {
  const behind = elementCount(shape) - first - carried.length;
  const feeds = {
    carried: floatTensor([carried.length], carried),
    pads: int64Tensor([2], [first, behind]),
    shape: int64Tensor([shape.length], shape),
  };
  return { model: SPREAD, feeds, fetch: [] };
}

/** What a backward graph needs to know of the network's model. */
export function sourceOf({ model, index, shapes }: Network): ProjectionSource {
  const { opsets, irVersion, folder, file } = model;
  return { index, shapes, opsets, irVersion, folder, file };
}

/**
 * The pass through all of the network, one seed at a time.
 * @throws UserError naming every node on the way whose operator has no backward rule
 */
export function wholePass(
  network: Network,
  { layer, method, normalization }: ProjectionSetting,
): ProjectionPass {
  const image = network.input.name;
  const options = { image, target: layer.output, method, normalization };
  const { saved, backward } = buildProjection(sourceOf(network), options);
  const reads = saved.map(({ tensor }) => tensor).filter((tensor) => tensor !== image);
  return {
    forward: forwardOf(network, [layer.output, ...reads]),
    reads,
    batch: 1,
    steps: (input, [seed]) => {
      const steps: Step[] = [];
      const feeds: Record<string, Tensor | FromStep> = {};
      for (const { input: name, tensor } of saved) {
        feeds[name] = tensor === image ? input : { step: 0, output: tensor };
      }
      if (seed !== undefined) {
        steps.push(signalStep(seed));
        feeds[SIGNAL] = { step: steps.length, output: SIGNAL };
      }
      return [...steps, { model: backward, feeds, fetch: [PROJECTION] }];
    },
    parts: (projected) => [{ corner: [0, 0], part: projected }],
  };
}
