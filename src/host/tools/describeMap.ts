/** Tool: what feature maps respond to, as an index of photos knows it. */

import * as vscode from 'vscode';

import { layerInIndex } from '../../core/analysis/photoSet/layerInIndex.js';
import { windowOfUnit } from '../../core/analysis/photoSet/topPatches.js';
import { UserError } from '../../core/errors.js';
import type { IndexedLayer } from '../../core/store/indexManifest.js';
import type { IndexView } from '../../protocol/indexView.js';
import type { IndexedMap } from '../background/requests.js';
import type { OpenModel } from '../modelFiles.js';
import type { Services } from '../services.js';
import type { ToolAnswer } from './parts.js';
import { layerOf, withModel } from './subjects.js';
import type { LayerInput } from './subjects.js';
import type { Tool } from './tool.js';

interface Input extends LayerInput {
  readonly map?: number;
}

/** Maps that are told of where none is named, and photos of a map, as in the paper's figure. */
const MAPS = 5;
const PHOTOS = 9;
const COLUMNS = 3;

export const describeMap: Tool<Input> = {
  doing: ({ layer, map }) =>
    map === undefined
      ? vscode.l10n.t('Looking up what {0} responds to', layer)
      : vscode.l10n.t('Looking up what map {1} of {0} responds to', layer, map),
  files: ({ model }) => [model],
  run: (services, input) => withModel(services, input, (model) => describe(services, model, input)),
};

async function describe(
  { selection, indexes }: Services,
  model: OpenModel,
  { layer: name, map }: Input,
): Promise<ToolAnswer> {
  const layer = layerOf(model, name);
  const lease = selection.acquire(model.uri);
  let index: IndexView | undefined;
  try {
    index = await indexes.chosenOf(lease.file);
  } finally {
    lease.dispose();
  }
  if (index === undefined) {
    throw new UserError(
      `no photos are indexed with ${model.view.name}; the command "Unpool: Index a Folder of Photos" does so`,
    );
  }
  const { manifest } = await indexes.open(index.store);
  const indexed = layerInIndex(model.network, manifest.layers, layer);
  if (indexed === undefined) {
    throw new UserError(
      `'${layer.name}' is not in the index of ${index.set}, which has ${manifest.layers.map((each) => `'${each.name}'`).join(', ')}; ask about one of these, or index the photos with other layers`,
    );
  }
  const maps = await indexes.maps(index.store, indexed.name, {
    ...(map !== undefined && { maps: [map] }),
    ...{ strongest: MAPS, photos: PHOTOS },
  });
  const pictures = [];
  for (const each of maps.filter(({ units }) => units.length > 0)) {
    pictures.push({
      what: `What map ${each.map} of ${indexed.name} sees of its strongest photos, the strongest first`,
      image: await indexes.patches(index.store, model, indexed, each.units, COLUMNS),
    });
  }
  return {
    facts: {
      ...{ model: model.view.name, photos: index.root, indexed: index.indexed, of: index.photos },
      layer: indexed.name,
      ...(indexed.tensor !== layer.output && {
        remark: `${indexed.name} is asked in place of ${layer.name}: it has the same maps, under an activation function`,
      }),
      maps: maps.map((each) => described(model, indexed, each)),
    },
    pictures,
  };
}

function described({ network }: OpenModel, layer: IndexedLayer, map: IndexedMap): unknown {
  const { units, selectivity, labels, ...numbers } = map;
  return {
    ...numbers,
    classSelectivity: selectivity ?? null,
    answersMost: labels,
    strongest: units.map(({ rank, path, label, value, row, column }) => ({
      ...{ rank, path, label: label ?? null, value, row, column },
      window: windowOfUnit(network, layer, { row, column }),
    })),
  };
}
