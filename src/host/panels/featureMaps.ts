/** How a layer answers the photo. */

import * as vscode from 'vscode';

import { unitProjectionsJob } from '../../core/analysis/photo/unitProjections.js';
import type { PartialProjection } from '../../core/analysis/photo/unitProjections.js';
import { throwIfCancelled } from '../../core/errors.js';
import { patchPicture } from '../../core/figures/projection.js';
import { shrink } from '../../core/imaging/resample.js';
import type { Handlers } from '../../protocol/channel.js';
import type { FeatureMapsRequests, MapProjectionView } from '../../protocol/panels/featureMaps.js';
import type { JobAbout } from '../jobs/about.js';
import { toPicture } from '../pictures.js';
import { everyPanelHandlers } from './everyPanel.js';
import { layerOnPhoto, mapsSource } from './context.js';
import type { LayerOnPhoto, PanelContext } from './context.js';

/** Side in pixels of the largest projection that is sent: a tile of the grid is not larger. */
const LARGEST_PATCH = 128;

export function featureMapsHandlers(context: PanelContext): Handlers<FeatureMapsRequests> {
  const mapsOf = mapsSource(context);
  return {
    ...everyPanelHandlers(context),
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
    projections: async ({ layer, photo, channels }, signal, partial) => {
      const of = await layerOnPhoto(context, layer, photo);
      const job = unitProjectionsJob(of.model.network, of.tensor, {
        layer: of.layer,
        targets: channels.map((channel) => ({ kind: 'strongestOfMap', channel })),
        method: 'deconvnet',
        normalization: 'pass',
      });
      let colouring = Promise.resolve();
      const { result } = context.jobs.start(job, aboutProjections(context, of, photo), {
        signal,
        partial: (found) => {
          colouring = colouring.then(async () => {
            partial(await coloured(of, found, signal));
          });
          // An error of the job is told first, and nobody waits for these then.
          colouring.catch(() => undefined);
        },
      });
      await result;
      await colouring;
      return null;
    },
  };
}

/** What a page draws of units. */
async function coloured(
  { model, layer }: LayerOnPhoto,
  found: readonly PartialProjection[],
  signal: AbortSignal,
): Promise<readonly MapProjectionView[]> {
  const { network, preprocessing } = model;
  const views: MapProjectionView[] = [];
  for (const each of found) {
    throwIfCancelled(signal);
    const { channel, y, x } = each.unit;
    const window = network.positions.windowOf(layer.output, [y, x]);
    const patch = patchPicture(each, network.input, preprocessing.preprocessing, window);
    views.push({ channel, picture: toPicture(shrink(patch, LARGEST_PATCH)) });
    // Colouring takes some milliseconds a picture, and others wait for the host too.
    await new Promise(setImmediate);
  }
  return views;
}

function aboutProjections(
  { selection, file }: PanelContext,
  { model, layer }: LayerOnPhoto,
  photo: string,
): JobAbout {
  const uri = file.uri.toString();
  return {
    subject: `projections ${uri}`,
    title: vscode.l10n.t('Projections of {0}', layer.name),
    detail: `${model.view.name}, ${selection.photos.nameOf(photo)}`,
    place: { kind: 'panel', panel: 'featureMaps', model: uri, layer: layer.name },
    again: { command: 'showFeatureMaps', argument: { uri, layer: layer.name } },
    turn: 'now',
    canPause: true,
  };
}
