/** Which part of the photo the answer hangs on. */

import * as vscode from 'vscode';

import { forClass } from '../../core/analysis/photo/occlusionResult.js';
import { openSweep } from '../../core/analysis/photo/occlusion.js';
import type { OcclusionResult } from '../../core/analysis/photo/occlusionResult.js';
import type { OcclusionSweep } from '../../core/analysis/photo/occlusion.js';
import { argMax } from '../../core/analysis/photo/scores.js';
import { projectUnit } from '../../core/analysis/photo/projection.js';
import { labelLegend } from '../../core/figures/occlusion.js';
import { projectionContrast, projectionPicture } from '../../core/figures/projection.js';
import { toImage } from '../../core/imaging/preprocess.js';
import { fillValues } from '../../core/occlusion/fill.js';
import { nearestDone } from '../../core/occlusion/positions.js';
import { floatTensor } from '../../core/tensor.js';
import type { FloatTensor } from '../../core/tensor.js';
import type { Handlers } from '../../protocol/channel.js';
import type { OcclusionParams, OcclusionRequests, OcclusionView } from '../../protocol/panels/occlusion.js';
import type { JobAbout } from '../jobs/about.js';
import type { OpenModel } from '../modelFiles.js';
import { toPicture } from '../pictures.js';
import { everyPanelHandlers } from './everyPanel.js';
import { layerOnPhoto } from './context.js';
import type { PanelContext } from './context.js';
import { topClasses } from './predictions.js';

/** Time between two partial results: more would only keep the webview drawing. */
const PARTIAL_MS = 100;
const TOP = 5;

export function occlusionHandlers(context: PanelContext): Handlers<OcclusionRequests> {
  const { file, prepared, engine, jobs } = context;
  const open = sweepSource(context);
  /** A page that comes back into sight asks again for what it showed, and classes change without a new sweep. */
  let last: { readonly of: OpenSweep; readonly result: OcclusionResult } | undefined;
  return {
    ...everyPanelHandlers(context),
    occlude: async (params, signal, partial) => {
      const of = await open(params);
      const { classIndex } = params;
      const kept = last?.of === of ? last.result : undefined;
      const known = kept && forClass(kept, classIndex ?? argMax(kept.baselines));
      if (known !== undefined) {
        return viewOf(known);
      }
      let told = -Infinity;
      const sweeping = jobs.start(of.sweep.job(classIndex ?? undefined), aboutSweep(context, of, params), {
        signal,
        partial: (result) => {
          const now = performance.now();
          if (now - told >= PARTIAL_MS) {
            told = now;
            partial(viewOf(result));
          }
        },
      });
      const result = await sweeping.result;
      last = { of, result };
      return viewOf(result);
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
        limit: projectionContrast(projection, network.input, window).limit,
      };
    },
    photo: async ({ photo }) => toPicture((await prepared.prepare(await file.get(), photo)).picture),
    occludedPrediction: async ({ top, left, ...params }, signal) => {
      const { model, sweep } = await open(params);
      const answer = await sweep.at({ top, left }, signal);
      return {
        fill: colourOf(fillOf(params, model), model),
        top: topClasses(model, answer.probabilities, TOP),
      };
    },
  };
}

/** A sweep that is ready to run, and what it was made for. */
interface OpenSweep {
  readonly model: OpenModel;
  readonly tensor: FloatTensor;
  readonly sweep: OcclusionSweep;
}

/** Prepares sweeps, and gives the last one again for any class and place: whoever asked for it may be gone by then. */
function sweepSource({
  file,
  prepared,
  engine,
  tunings,
  log,
}: PanelContext): (params: OcclusionParams) => Promise<OpenSweep> {
  let last: { readonly settings: string; readonly of: Promise<OpenSweep>; readonly made: Made } | undefined;
  return async (params) => {
    const model = await file.get();
    const { tensor } = await prepared.prepare(model, params.photo);
    const { photo, size, stride, fill, method } = params;
    const settings = JSON.stringify([photo, size, stride, fill, method]);
    if (last?.settings === settings && last.made.model === model && last.made.tensor === tensor) {
      return last.of;
    }
    const of = openSweep(engine, model.network, tensor, {
      size,
      stride,
      fill: fillOf(params, model),
      method,
      tunings,
      log: (line) => {
        log.info(line);
      },
    }).then((sweep) => ({ model, tensor, sweep }));
    const made = { settings, of, made: { model, tensor } };
    last = made;
    of.catch(() => {
      // The next question tries again.
      if (last === made) {
        last = undefined;
      }
    });
    return of;
  };
}

function aboutSweep(
  { selection, file }: PanelContext,
  { model }: OpenSweep,
  { photo }: OcclusionParams,
): JobAbout {
  const uri = file.uri.toString();
  return {
    subject: `occlusion ${uri}`,
    title: vscode.l10n.t('Occlusion'),
    detail: `${model.view.name}, ${selection.photos.nameOf(photo)}`,
    place: { kind: 'panel', panel: 'occlusion', model: uri },
    again: { command: 'showOcclusion', argument: { uri } },
    turn: 'now',
    canPause: true,
  };
}

/** What a sweep was prepared from. */
type Made = Pick<OpenSweep, 'model' | 'tensor'>;

function fillOf({ fill }: OcclusionParams, { network, preprocessing }: OpenModel): readonly number[] {
  return fillValues(fill, preprocessing.preprocessing, network.input);
}

/** An input value of each channel as the colour that stands for it. */
function colourOf(values: readonly number[], { network, preprocessing }: OpenModel): readonly number[] {
  const { layout } = network.input;
  const shape = layout === 'NCHW' ? [1, values.length, 1, 1] : [1, 1, 1, values.length];
  const pixel = floatTensor(shape, Float32Array.from(values));
  return [...toImage(pixel, preprocessing.preprocessing, { ...network.input, shape }).data];
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
