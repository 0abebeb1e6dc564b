/** Tool: what in a photo made a unit answer. */

import * as vscode from 'vscode';

import { projectUnit } from '../../core/analysis/photo/projection.js';
import type { ProjectionRequest } from '../../core/analysis/photo/projection.js';
import { projectionPair, projectionPicture } from '../../core/figures/projection.js';
import { layerOf, photoOf, withModel } from './subjects.js';
import type { LayerInput, PhotoInput } from './subjects.js';
import type { Tool } from './tool.js';

interface Input extends LayerInput, PhotoInput {
  /** The feature map; without it the strongest unit of the layer. */
  readonly channel?: number;
  /** The unit's place in its map; without it the strongest of the map. */
  readonly y?: number;
  readonly x?: number;
  readonly method?: ProjectionRequest['method'];
}

export const projectUnitTool: Tool<Input> = {
  doing: ({ layer, channel }) =>
    channel === undefined
      ? vscode.l10n.t('Projecting the strongest unit of {0}', layer)
      : vscode.l10n.t('Projecting a unit of map {0} of {1}', channel, layer),
  files: ({ model, photo }) => [model, photo],
  confirm: () => vscode.l10n.t('The network runs forwards and backwards: large networks take some seconds.'),
  run: (services, input, signal) =>
    withModel(services, input, async (model) => {
      const { network, preprocessing } = model;
      const layer = layerOf(model, input.layer);
      const photo = await photoOf(services, input.photo);
      const { tensor, picture } = await services.prepared.prepare(model, photo);
      const method = input.method ?? 'deconvnet';
      const found = await projectUnit(services.engine, network, tensor, {
        layer,
        target: targetOf(input),
        method,
        normalization: 'pass',
        signal,
      });
      const { projection, unit, activation, window } = found;
      const projected = projectionPicture(projection, network.input, preprocessing.preprocessing, window);
      return {
        facts: { layer: layer.name, photo: vscode.Uri.parse(photo).fsPath, method, unit, activation, window },
        pictures: [
          {
            what: 'The projection, and beside it the part of the photo that the unit sees',
            image: projectionPair(projected, picture, window),
          },
        ],
      };
    }),
};

function targetOf({ channel, y, x }: Input): ProjectionRequest['target'] {
  if (channel === undefined) {
    return { kind: 'strongest' };
  }
  return y === undefined || x === undefined
    ? { kind: 'strongestOfMap', channel }
    : { kind: 'unit', channel, y, x };
}
