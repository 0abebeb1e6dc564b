/** Tool: what a network takes a photo for, and how a layer answers it. */

import * as vscode from 'vscode';

import { featureMaps } from '../../core/analysis/photo/featureMaps.js';
import { classProbabilities, topPredictions } from '../../core/analysis/photo/predictions.js';
import { looksUntrained, UNTRAINED } from '../../core/analysis/photo/untrained.js';
import { labelsText } from '../../core/network/classNames.js';
import { SCORE_KIND_TEXTS } from '../../core/network/scoreKind.js';
import { featureMapSheet } from '../../core/figures/featureMaps.js';
import type { ToolAnswer } from './parts.js';
import { layerOf, photoOf, withModel } from './subjects.js';
import type { PhotoInput } from './subjects.js';
import type { Tool } from './tool.js';

interface Input extends PhotoInput {
  /** A layer whose feature maps are wanted too. */
  readonly layer?: string;
}

const TOP = 5;
/** Maps told in numbers, strongest first. */
const MAPS = 20;

export const runPhoto: Tool<Input> = {
  doing: ({ photo }) =>
    photo === undefined ? vscode.l10n.t('Running the chosen photo') : vscode.l10n.t('Running {0}', photo),
  files: ({ model, photo }) => [model, photo],
  run: (services, input, signal) =>
    withModel(services, input, async (model): Promise<ToolAnswer> => {
      const { network, view, preprocessing } = model;
      const photo = await photoOf(services, input.photo);
      const { tensor, picture } = await services.prepared.prepare(model, photo);
      const pictures = [{ what: 'The photo as the network sees it', image: picture }];
      const { scores } = network;
      const row = scores && (await classProbabilities(services.engine, network, tensor, { signal }))[0];
      const top =
        row &&
        topPredictions(row, TOP).map(({ index, probability }) => ({
          index,
          label: view.labels[index] ?? '',
          probability,
        }));
      const facts = {
        model: view.name,
        photo: vscode.Uri.parse(photo).fsPath,
        preprocessing: `${preprocessing.preprocessing.name} (${preprocessing.source})`,
        ...(scores && { scores: SCORE_KIND_TEXTS[scores.kind] }),
        classNames: labelsText(model.labels) ?? 'unknown',
        top: top ?? 'the network does not classify',
        ...(scores && row && looksUntrained(row, scores) && { remark: UNTRAINED }),
      };
      if (input.layer === undefined) {
        return { facts, pictures };
      }
      const layer = layerOf(model, input.layer);
      const found = await featureMaps(services.engine, network, tensor, layer, { signal });
      const strongest = found.perMap
        .map(({ max, mean, zeros }, map) => ({ map, max, mean, zeros }))
        .sort((a, b) => b.max - a.max)
        .slice(0, MAPS);
      return {
        facts: {
          ...facts,
          layer: layer.name,
          shape: found.maps.shape,
          whole: found.whole,
          dead: found.dead,
          notFinite: found.notFinite,
          strongest,
        },
        pictures: [...pictures, { what: `The feature maps of ${layer.name}`, image: featureMapSheet(found) }],
      };
    }),
};
