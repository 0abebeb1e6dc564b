/** Which part of the photo the answer hangs on. */

import { occlusion } from '../../core/analysis/occlusion.js';
import type { OcclusionResult } from '../../core/analysis/occlusion.js';
import { projectUnit } from '../../core/analysis/projection.js';
import { labelLegend } from '../../core/figures/occlusion.js';
import { projectionPicture } from '../../core/figures/projection.js';
import { indexOf, sizeOf, toImage } from '../../core/imaging/preprocess.js';
import type { ImageInput } from '../../core/network.js';
import { fillValues } from '../../core/occlusion/fill.js';
import { nearestDone } from '../../core/occlusion/positions.js';
import type { FloatTensor } from '../../core/tensor.js';
import type { Handlers } from '../../protocol/channel.js';
import type {
  OcclusionEvents,
  OcclusionParams,
  OcclusionRequests,
  OcclusionView,
} from '../../protocol/panels.js';
import type { OpenModel } from '../modelFiles.js';
import { toPicture } from '../pictures.js';
import { commonHandlers } from './common.js';
import { layerOnPhoto } from './context.js';
import type { PanelContext } from './context.js';
import { predictionView } from './predictions.js';
import type { Tell } from './webviewServer.js';

/** Time between two partial results: more would only keep the webview drawing. */
const PARTIAL_MS = 100;
const TOP = 5;

export function occlusionHandlers(
  context: PanelContext,
  tell: Tell<OcclusionEvents>,
): Handlers<OcclusionRequests> {
  const { file, prepared, engine } = context;
  /** A page that comes back into sight asks again for what it showed. */
  let last: { readonly of: Sweep; readonly view: OcclusionView } | undefined;
  let running = new AbortController();
  return {
    ...commonHandlers(context),
    occlude: async ({ run, ...params }, signal) => {
      // A page that was hidden during a sweep could not cancel it.
      running.abort();
      running = new AbortController();
      const anySignal = AbortSignal.any([signal, running.signal]);
      const model = await file.get();
      const { tensor } = await prepared.prepare(model, params.photo);
      const of = { model, tensor, params: JSON.stringify(params) };
      if (last !== undefined && isSame(last.of, of)) {
        return last.view;
      }
      let told = performance.now();
      const result = await occlusion(engine, model.network, tensor, {
        classIndex: params.classIndex ?? undefined,
        size: params.size,
        stride: params.stride,
        fill: fillOf(params, model),
        signal: anySignal,
        onPartial: (partial) => {
          const now = performance.now();
          if (now - told >= PARTIAL_MS) {
            told = now;
            tell('occlusionPartial', { run, view: viewOf(partial) });
          }
        },
      });
      last = { of, view: viewOf(result) };
      return last.view;
    },
    mapProjection: async ({ photo, layer, channel }, signal) => {
      const of = await layerOnPhoto(context, layer, photo);
      const { network, preprocessing } = of.model;
      const { projection, window } = await projectUnit(engine, network, of.tensor, {
        layer: of.layer,
        target: { kind: 'strongestOfMap', channel },
        method: 'deconvnet',
        normalization: 'pass',
        signal,
      });
      return {
        picture: toPicture(projectionPicture(projection, network.input, preprocessing.preprocessing, window)),
        shape: projection.shape,
        values: projection.data.slice(),
      };
    },
    photo: async ({ photo }) => toPicture((await prepared.prepare(await file.get(), photo)).picture),
    occludedPrediction: async (params, signal) => {
      const model = await file.get();
      const { tensor } = await prepared.prepare(model, params.photo);
      const { input } = model.network;
      const occluded = cover(tensor, input, params, fillOf(params, model));
      const picture = toImage(occluded, model.preprocessing.preprocessing, input);
      return predictionView(context, model, params.photo, { picture }, occluded, TOP, signal);
    },
  };
}

/** All that a sweep's result hangs on. */
interface Sweep {
  readonly model: OpenModel;
  readonly tensor: FloatTensor;
  readonly params: string;
}

function isSame(a: Sweep, b: Sweep): boolean {
  return a.model === b.model && a.tensor === b.tensor && a.params === b.params;
}

function fillOf({ fill }: OcclusionParams, { network, preprocessing }: OpenModel): readonly number[] {
  return fillValues(fill, preprocessing.preprocessing, network.input);
}

/** The input with the occluder at one place. */
function cover(
  tensor: FloatTensor,
  input: ImageInput,
  { top, left, size }: { readonly top: number; readonly left: number; readonly size: number },
  fill: readonly number[],
): FloatTensor {
  const { height, width, channels } = sizeOf(input);
  const data = tensor.data.slice();
  for (let y = Math.max(0, top); y < Math.min(height, top + size); y++) {
    for (let x = Math.max(0, left); x < Math.min(width, left + size); x++) {
      for (let channel = 0; channel < channels; channel++) {
        data[indexOf(y * width + x, channel, height * width, channels, input)] = fill[channel] ?? 0;
      }
    }
  }
  return { ...tensor, data };
}

/** A copy: the sweep goes on writing into its arrays. */
function viewOf(result: OcclusionResult): OcclusionView {
  const { grid, classIndex, baseline, probability, label, activity, map, done, finished } = result;
  return {
    rows: grid.rows,
    columns: grid.columns,
    size: grid.size,
    stride: grid.stride,
    classIndex,
    baseline,
    probability: probability.slice(),
    label: label.slice(),
    activity: activity.slice(),
    map: map === undefined ? null : { layer: map.layer.name, channel: map.channel, baseline: map.baseline },
    finished,
    nearest: nearestDone(grid, done),
    legend: labelLegend(result),
  };
}
