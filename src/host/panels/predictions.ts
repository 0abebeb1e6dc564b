/** What the network takes the photos for. */

import {
  classProbabilities,
  meanProbabilities,
  topPredictions,
} from '../../core/analysis/photo/predictions.js';
import { looksUntrained } from '../../core/analysis/photo/untrained.js';
import type { Engine } from '../../core/engine.js';
import type { FloatTensor } from '../../core/tensor.js';
import type { Handlers } from '../../protocol/channel.js';
import type { PredictionsRequests, PredictionView } from '../../protocol/panels/predictions.js';
import type { PreparedPhoto } from '../background/requests.js';
import type { OpenModel } from '../modelFiles.js';
import { toPicture } from '../pictures.js';
import { everyPanelHandlers } from './everyPanel.js';
import type { PanelContext } from './context.js';

export function predictionsHandlers(context: PanelContext): Handlers<PredictionsRequests> {
  return {
    ...everyPanelHandlers(context),
    predict: async ({ photos, crops, top }, signal) => {
      const model = await context.file.get();
      const views: PredictionView[] = [];
      for (const photo of photos) {
        const prepared = await context.prepared.prepare(model, photo, crops);
        views.push(await predictionView(context, model, photo, prepared, prepared.tensor, top, signal));
      }
      return views;
    },
  };
}

/** @param tensor the images whose mean probabilities count: `prepared`'s own, or changed ones */
export async function predictionView(
  { engine, selection }: { engine: Engine; selection: PanelContext['selection'] },
  model: OpenModel,
  photo: string,
  { picture }: Pick<PreparedPhoto, 'picture'>,
  tensor: FloatTensor,
  top: number,
  signal: AbortSignal,
): Promise<PredictionView> {
  const rows = await classProbabilities(engine, model.network, tensor, { signal });
  const { scores } = model.network;
  const mean = meanProbabilities(rows);
  return {
    photo,
    name: selection.photos.nameOf(photo),
    picture: toPicture(picture),
    looksUntrained: scores !== undefined && looksUntrained(mean, scores),
    top: topClasses(model, mean, top),
  };
}

/** The most probable classes with their names. @param probabilities of all classes */
export function topClasses(
  { view: { labels } }: OpenModel,
  probabilities: Float32Array,
  top: number,
): PredictionView['top'] {
  return topPredictions(probabilities, top).map(({ index, probability }) => ({
    index,
    label: labels[index] ?? '',
    probability,
  }));
}
