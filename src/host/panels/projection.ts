/** What in the photo made a unit answer. */

import type { FeatureMaps } from '../../core/analysis/photo/featureMaps.js';
import { projectUnit } from '../../core/analysis/photo/projection.js';
import { projectionContrast, projectionPicture } from '../../core/figures/projection.js';
import type { Handlers } from '../../protocol/channel.js';
import type { ProjectionRequests, ProjectionView } from '../../protocol/panels/projection.js';
import { toPicture } from '../pictures.js';
import { everyPanelHandlers } from './everyPanel.js';
import { layerOnPhoto, mapsSource } from './context.js';
import type { PanelContext } from './context.js';
import { unitAt } from './unitAt.js';

/** Maps offered for a next look. */
const STRONGEST = 24;

export function projectionHandlers(context: PanelContext): Handlers<ProjectionRequests> {
  const mapsOf = mapsSource(context);
  return {
    ...everyPanelHandlers(context),
    project: async ({ layer, photo, unit: target, method, normalization, percentile }, signal) => {
      const of = await layerOnPhoto(context, layer, photo);
      const { network, preprocessing } = of.model;
      const features = await mapsOf(of, signal);
      const { projection, unit, activation, window } = await projectUnit(context.engine, network, of.tensor, {
        layer: of.layer,
        target,
        method,
        normalization,
        signal,
      });
      return {
        layer: of.layer.name,
        unit,
        activation,
        window,
        receptiveField: of.layer.receptiveField?.size,
        shape: projection.shape,
        values: projection.data.slice(),
        projection: toPicture(
          projectionPicture(projection, network.input, preprocessing.preprocessing, window, percentile),
        ),
        contrast: projectionContrast(projection, network.input, window, percentile),
        photo: toPicture(of.picture),
        strongest: strongestMaps(features),
        map: mapOf(features, unit.channel),
      };
    },
    unitAt: async ({ layer, photo, y, x }, signal) => {
      const of = await layerOnPhoto(context, layer, photo);
      return unitAt(of.model.network, await mapsOf(of, signal), y, x);
    },
  };
}

function strongestMaps({ perMap }: FeatureMaps): ProjectionView['strongest'] {
  return perMap
    .map(({ max }, channel) => ({ channel, activation: max }))
    .filter(({ activation }) => Number.isFinite(activation))
    .sort((a, b) => b.activation - a.activation)
    .slice(0, STRONGEST);
}

function mapOf({ maps }: FeatureMaps, channel: number): ProjectionView['map'] {
  const [, , height = 1, width = 1] = maps.shape;
  const size = height * width;
  return { height, width, values: maps.data.slice(channel * size, (channel + 1) * size) };
}
