/** How a layer answers the photo. */

import type { Handlers } from '../../protocol/channel.js';
import type { FeatureMapsRequests } from '../../protocol/panels.js';
import { toPicture } from '../pictures.js';
import { commonHandlers } from './common.js';
import { layerOnPhoto, mapsSource } from './context.js';
import type { PanelContext } from './context.js';

export function featureMapsHandlers(context: PanelContext): Handlers<FeatureMapsRequests> {
  const mapsOf = mapsSource(context);
  return {
    ...commonHandlers(context),
    featureMaps: async ({ layer, photo }, signal) => {
      const of = await layerOnPhoto(context, layer, photo);
      const { maps, perMap, whole, histogram, dead, notFinite } = await mapsOf(of, signal);
      return {
        layer: of.layer.name,
        photo,
        shape: maps.shape,
        // A copy: the array may be a part of a larger buffer, all of which would travel.
        values: maps.data.slice(),
        perMap,
        whole,
        edges: histogram.edges,
        counts: histogram.counts,
        dead,
        notFinite,
        picture: toPicture(of.picture),
      };
    },
  };
}
