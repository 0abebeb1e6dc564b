/** What in the photo made a unit answer? (Zeiler & Fergus 2013, section 2.1 and figure 2.) */

import { buildProjection, PROJECTION, SIGNAL } from '../backward/project.js';
import type { Method, NormalizationMode } from '../backward/rule.js';
import { seedSignal } from '../backward/seed.js';
import type { Target, Unit } from '../backward/seed.js';
import { namingFile, UserError } from '../errors.js';
import type { Engine, FromStep, Step, TensorMap } from '../engine.js';
import { toFloat32 } from '../floats.js';
import type { Network } from '../network.js';
import { deriveForward } from '../onnx/derive.js';
import type { Layer } from '../onnx/layers.js';
import { receptiveWindow } from '../onnx/receptiveField.js';
import type { PixelWindow } from '../onnx/receptiveField.js';
import type { FloatTensor, Tensor } from '../tensor.js';
import { explainNotFinite } from './notFinite.js';

export interface ProjectionRequest {
  readonly layer: Layer;
  readonly target: Target;
  readonly method: Method;
  readonly normalization: NormalizationMode;
  readonly signal?: AbortSignal | undefined;
}

export interface UnitProjection {
  readonly layer: Layer;
  /** The signal that reached the image, of the network input's shape. */
  readonly projection: FloatTensor;
  /** The projected unit, or the strongest one of the projected map. */
  readonly unit: Unit;
  /** The unit's activation. */
  readonly activation: number;
  /** The input pixels that the unit sees; those that the map sees where all of it was projected. */
  readonly window: PixelWindow;
}

/**
 * Projects units of a layer back to the pixels of a photo.
 *
 * The signal depends on the layer's activation, so there are two requests: one for the activation, and one for
 * the backward pass, whose forward values the engine has kept from the first.
 * @param input the network's input, [1, C, H, W] or NHWC
 * @throws UserError where the layer does not have the unit, or naming every node on the way whose operator has
 * no backward rule, or where a layer or its weights are NaN or infinite; CancelledError
 */
export async function projectUnit(
  engine: Engine,
  network: Network,
  input: FloatTensor,
  request: ProjectionRequest,
): Promise<UnitProjection> {
  const { model, index, shapes, input: image } = network;
  const { layer, target, method, normalization, signal } = request;
  const { saved, backward } = buildProjection(
    {
      index,
      shapes,
      opsets: model.opsets,
      irVersion: model.irVersion,
      folder: model.folder,
      file: model.file,
    },
    { image: image.name, target: layer.output, method, normalization },
  );
  const taps = saved.map(({ tensor }) => tensor).filter((tensor) => tensor !== image.name);
  const inputShapes = new Map([[image.name, image.shape]]);
  const forward: Step = {
    model: deriveForward(model, [layer.output, ...taps], inputShapes, shapes),
    feeds: { [image.name]: input },
    fetch: [layer.output],
    memo: true,
  };
  const kept: Record<string, Tensor | FromStep> = {};
  for (const { input: name, tensor } of saved) {
    kept[name] = tensor === image.name ? input : { step: 0, output: tensor };
  }
  // A step of which nothing is fetched is not run, but what it would read is kept.
  const [activations] = await engine.run([forward, { model: backward, feeds: kept, fetch: [] }], { signal });
  const value = toFloat32(fetched(activations, layer.output), layer.output);
  const seed = namingFile(`${model.file}: layer '${layer.name}'`, () => seedSignal(value, target));
  const refuseNotFinite = async (what: string): Promise<void> => {
    const cause = await explainNotFinite(engine, network, input);
    if (cause !== undefined) {
      throw new UserError(`${model.file}: ${what} of layer '${layer.name}' is NaN or infinite: ${cause}`);
    }
  };
  if (!Number.isFinite(seed.activation)) {
    const { channel, y, x } = seed.unit;
    await refuseNotFinite(`unit (${y}, ${x}) of map ${channel}`);
  }
  const [, result] = await engine.run(
    [
      { ...forward, fetch: [] },
      { model: backward, feeds: { ...kept, [SIGNAL]: seed.signal }, fetch: [PROJECTION] },
    ],
    { signal },
  );
  const projection = toFloat32(fetched(result, PROJECTION), PROJECTION);
  // A signal that grows from layer to layer can leave float32 without anyone's fault; the caller sees the infinities.
  if (!projection.data.every(Number.isFinite)) {
    await refuseNotFinite('the projection');
  }
  const [first, last] = seed.corners;
  const windowAt = ({ y, x }: Unit): PixelWindow =>
    receptiveWindow(index, shapes, image, layer.output, [y, x]);
  return {
    layer,
    projection,
    unit: seed.unit,
    activation: seed.activation,
    window: hull(windowAt(first), windowAt(last)),
  };
}

/** The smallest window that holds both. */
function hull(a: PixelWindow, b: PixelWindow): PixelWindow {
  return {
    top: Math.min(a.top, b.top),
    left: Math.min(a.left, b.left),
    bottom: Math.max(a.bottom, b.bottom),
    right: Math.max(a.right, b.right),
  };
}

function fetched(outputs: TensorMap | undefined, name: string): Tensor {
  const tensor = outputs?.[name];
  if (tensor === undefined) {
    throw new Error(`the engine gave no '${name}'`);
  }
  return tensor;
}
