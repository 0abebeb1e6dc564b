/** Chosen maps of a checkpoint: what excites each most, or its kernel. (Zeiler & Fergus 2013, figure 4.) */

import type { Engine } from '../../engine.js';
import { UserError } from '../../errors.js';
import { decodeImage } from '../../imaging/decode.js';
import type { RgbImage } from '../../imaging/image.js';
import { toImage, toInput } from '../../imaging/preprocess.js';
import { crop } from '../../imaging/resample.js';
import type { Layer } from '../../network/layers.js';
import type { Network } from '../../network/network.js';
import type { PixelWindow } from '../../network/receptiveWindow.js';
import { floatTensor } from '../../tensor.js';
import type { FloatTensor } from '../../tensor.js';
import type { ProjectedPart } from '../photo/projectionPass.js';
import { projectUnit } from '../photo/projection.js';
import { readWeight } from '../weights/weights.js';
import type { AskedPhotos } from './layerActivity.js';

/** The strongest photo of a map at a checkpoint, and the unit that answers it. */
export interface Strongest {
  readonly map: number;
  /** Its number in the set. */
  readonly photo: number;
  readonly value: number;
  readonly row: number;
  readonly column: number;
}

/** A map at a checkpoint. */
export type WallTile =
  | {
      readonly kind: 'projection';
      readonly unit: Strongest;
      readonly path: string;
      /** Whether it was another photo at the checkpoint before: the sudden jumps of figure 4. */
      readonly jumped: boolean;
      /** The pixels that the unit sees, clipped at the border. */
      readonly window: PixelWindow;
      /** These pixels of the photo, as the network takes it. */
      readonly patch: RgbImage;
      /** The unit's deconvnet projection, of which the window is to be shown. */
      readonly projection: ProjectedPart;
    }
  /** It answers no photo. */
  | { readonly kind: 'silent'; readonly map: number }
  /** Its photo cannot be shown. */
  | { readonly kind: 'lost'; readonly unit: Strongest; readonly path: string; readonly problem: string }
  /** [1, inputs of one group, height, width] */
  | { readonly kind: 'kernel'; readonly map: number; readonly weights: FloatTensor };

/** The paper's own way. */
const PAPER = { method: 'deconvnet', normalization: 'pass' } as const;

/**
 * Projects the strongest unit of each map back to the photo that excites it most.
 * @param before the strongest photos at the checkpoint before, by their maps
 * @throws UserError naming every node on the way whose operator has no backward rule
 */
export async function projectedTiles(
  { engine, signal }: { readonly engine: Engine; readonly signal: AbortSignal },
  network: Network,
  layer: Layer,
  { set, preprocessing }: AskedPhotos,
  { strongest, before }: { readonly strongest: readonly Strongest[]; readonly before: readonly Strongest[] },
): Promise<readonly WallTile[]> {
  const tiles: WallTile[] = [];
  const earlier = new Map(before.map((unit) => [unit.map, unit]));
  for (const unit of strongest) {
    const { map, photo, row, column } = unit;
    if (!(unit.value > 0)) {
      tiles.push({ kind: 'silent', map });
      continue;
    }
    const listed = set.photos[photo];
    if (listed === undefined) {
      throw new Error(`there is no photo ${photo}`);
    }
    const { path } = listed;
    let input: FloatTensor;
    try {
      input = toInput(await decodeImage(await set.read(listed), path), preprocessing, network.input);
    } catch (error) {
      if (!(error instanceof UserError)) {
        throw error;
      }
      tiles.push({ kind: 'lost', unit, path, problem: error.message });
      continue;
    }
    const target = { kind: 'unit', channel: map, y: row, x: column } as const;
    const { projection, window } = await projectUnit(engine, network, input, {
      ...{ ...PAPER, layer, target, signal },
    });
    const { top, left, bottom, right } = window;
    const image = toImage(input, preprocessing, network.input);
    const last = earlier.get(map);
    tiles.push({
      kind: 'projection',
      ...{ unit, path, window },
      jumped: last !== undefined && last.value > 0 && last.photo !== photo,
      patch: crop(image, left, top, right - left, bottom - top),
      projection: { corner: [0, 0], part: projection },
    });
  }
  return tiles;
}

/** Kernels [outputs, inputs, height, width] of a convolution. @throws UserError where the layer has none */
export async function kernelsOf(
  engine: Engine,
  network: Network,
  { name, node }: Layer,
  signal: AbortSignal,
): Promise<FloatTensor> {
  const weight = node.inputs[1];
  const weights =
    node.opType === 'Conv' && weight !== undefined
      ? await readWeight(engine, network, weight, { signal })
      : undefined;
  if (weights?.shape.length !== 4) {
    throw new UserError(
      `${network.model.file}: layer '${name}' (${node.opType}) has no kernels [maps, inputs, height, width]; give a convolution`,
    );
  }
  return weights;
}

/** Some of the kernels. */
export function kernelTiles({ shape, data }: FloatTensor, maps: readonly number[]): readonly WallTile[] {
  const [, ...own] = shape;
  const length = own.reduce((product, size) => product * size, 1);
  return maps.map((map) => ({
    kind: 'kernel',
    map,
    weights: floatTensor([1, ...own], data.slice(map * length, (map + 1) * length)),
  }));
}
