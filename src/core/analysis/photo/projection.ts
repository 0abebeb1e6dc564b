/** What in the photo made a unit answer? (Zeiler & Fergus 2013, section 2.1 and figure 2.) */

import { PROJECTION } from '../../backward/project.js';
import { mapsNeeded, seedAt } from '../../backward/seed.js';
import type { Activations, Seed, Target, Unit } from '../../backward/seed.js';
import { namingFile, UserError } from '../../errors.js';
import type { Engine, Step, TensorMap } from '../../engine.js';
import { toFloat32 } from '../../floats.js';
import type { Network } from '../../network/network.js';
import type { Layer } from '../../network/layers.js';
import { mapsStep, strongestStep } from '../../network/reducers.js';
import type { PixelWindow } from '../../network/receptiveWindow.js';
import { elementCount, floatTensor } from '../../tensor.js';
import type { FloatTensor, Tensor } from '../../tensor.js';
import { allFinite, explainNotFinite } from './notFinite.js';
import { wholePass } from './projectionPass.js';
import type { ProjectedPart, ProjectionPass, ProjectionSetting } from './projectionPass.js';
import { passFor } from './windowedPass.js';

export interface ProjectionRequest extends ProjectionSetting {
  readonly target: Target;
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
  const { model, positions, input: image } = network;
  const { layer, target, signal } = request;
  const pass = target.kind === 'map' ? wholePass(network, request) : passFor(network, request, 1);
  const [seed] = await seedsAt(engine, network, input, pass, [target], request);
  if (seed === undefined) {
    throw new Error('one target has no seed');
  }
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
  const [part] = await projectSeeds(engine, network, input, pass, [seed], signal);
  if (part === undefined) {
    throw new Error('a projection of one unit has no part');
  }
  const projection = wholeProjection(part, image.shape);
  // A signal that grows from layer to layer can leave float32 without anyone's fault; the caller sees the infinities.
  if (!allFinite(projection.data)) {
    await refuseNotFinite('the projection');
  }
  const [first, last] = seed.corners;
  const windowAt = ({ y, x }: Unit): PixelWindow => positions.windowOf(layer.output, [y, x]);
  return {
    layer,
    projection,
    unit: seed.unit,
    activation: seed.activation,
    window: hull(windowAt(first), windowAt(last)),
  };
}

/**
 * Where signals start at units of a layer; the engine keeps what the pass reads. Of the layer's maps no more leaves it
 * than those of single units and of whole maps.
 * @throws UserError for units that the layer does not have
 */
export async function seedsAt(
  engine: Engine,
  network: Network,
  input: FloatTensor,
  pass: ProjectionPass,
  targets: readonly Target[],
  { layer, signal }: { readonly layer: Layer; readonly signal?: AbortSignal | undefined },
): Promise<readonly Seed[]> {
  const { model, shapes } = network;
  const shape = shapes.staticShapeOf(layer.output) ?? [];
  const channels = namingFile(`${model.file}: layer '${layer.name}'`, () => mapsNeeded(shape, targets));
  // A step of which nothing is fetched is not run, but what it would read is kept.
  const reads = Object.fromEntries(pass.reads.map((tensor) => [tensor, { step: 0, output: tensor }]));
  const reader: Step = { model: pass.forward, feeds: reads, fetch: [] };
  const reduced = { of: { step: 0, output: layer.output }, dtype: shapes.typeOf(layer.output) };
  const [, , strongest, chosen] = await engine.run(
    [
      forwardStep(network, input, pass),
      reader,
      strongestStep(reduced),
      ...(channels.length > 0 ? [mapsStep(reduced, channels)] : []),
    ],
    { signal },
  );
  const values = chosen === undefined ? new Float32Array(0) : numbersOf(chosen, 'chosen');
  const size = values.length / Math.max(1, channels.length);
  const activations: Activations = {
    shape,
    largest: numbersOf(strongest, 'largest'),
    places: fetched(strongest, 'places').data,
    maps: new Map(channels.map((channel, row) => [channel, values.subarray(row * size, (row + 1) * size)])),
  };
  return targets.map((target) => seedAt(activations, target));
}

/** Projects at most `pass.batch` seeds. */
export async function projectSeeds(
  engine: Engine,
  network: Network,
  input: FloatTensor,
  pass: ProjectionPass,
  seeds: readonly Seed[],
  signal: AbortSignal | undefined,
): Promise<readonly ProjectedPart[]> {
  const steps = [forwardStep(network, input, pass), ...pass.steps(input, seeds)];
  const result = (await engine.run(steps, { signal })).at(-1);
  return pass.parts(toFloat32(fetched(result, PROJECTION), PROJECTION), seeds);
}

function forwardStep({ input: image }: Network, input: FloatTensor, { forward }: ProjectionPass): Step {
  return { model: forward, feeds: { [image.name]: input }, fetch: [], memo: true };
}

/** A part of a projection as a whole one, of the image's shape. */
export function wholeProjection({ corner, part }: ProjectedPart, shape: readonly number[]): FloatTensor {
  if (elementCount(part.shape) === elementCount(shape)) {
    return part;
  }
  const [, channels = 1, height = 1, width = 1] = shape;
  const [, , rows = 1, columns = 1] = part.shape;
  const data = new Float32Array(elementCount(shape));
  for (let plane = 0; plane < channels * rows; plane++) {
    const [channel, row] = [Math.floor(plane / rows), plane % rows];
    const start = (channel * height + corner[0] + row) * width + corner[1];
    data.set(part.data.subarray(plane * columns, (plane + 1) * columns), start);
  }
  return floatTensor([1, channels, height, width], data);
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

function numbersOf(outputs: TensorMap | undefined, name: string): Float32Array {
  return toFloat32(fetched(outputs, name), name).data;
}

function fetched(outputs: TensorMap | undefined, name: string): Tensor {
  const tensor = outputs?.[name];
  if (tensor === undefined) {
    throw new Error(`the engine gave no '${name}'`);
  }
  return tensor;
}
