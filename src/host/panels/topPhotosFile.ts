/** Saving the top photos of maps as `unpool top` does. */

import * as vscode from 'vscode';

import type { RankedMap } from '../../core/analysis/photoSet/mapOrder.js';
import { topDescription } from '../../core/analysis/photoSet/topDescription.js';
import { indexedPhotoThreads } from '../../core/analysis/photoSet/topPatches.js';
import type { LayerOfIndex } from '../../core/analysis/photoSet/topUnits.js';
import { topFigureJob } from '../../core/figures/topPhotosJob.js';
import { encodePng } from '../../core/imaging/png.js';
import type { Network } from '../../core/network/network.js';
import type { TopOrder } from '../../protocol/panels/topPhotos.js';
import type { JobAbout } from '../jobs/about.js';
import { runNotified } from '../jobs/notified.js';
import type { PanelContext } from './context.js';
import { saveAs } from './saving.js';

export interface SavedTop {
  readonly opened: LayerOfIndex;
  readonly form: 'png' | 'json';
  /** In their order, with what they are ordered by. */
  readonly maps: readonly RankedMap[];
  /** Undefined for single maps. */
  readonly order: TopOrder | undefined;
}

/** Asks where to and writes; false when the user cancelled. */
export async function saveTopPhotos(context: PanelContext, saved: SavedTop): Promise<boolean> {
  const { form, opened, maps } = saved;
  const { network } = await context.file.get();
  const [first] = maps;
  const single = maps.length === 1 && first !== undefined ? `-map-${first.map}` : '';
  const name = `${opened.index.manifest.model.name.replace(/\.onnx$/, '')}-${opened.layer.name}-top${single}`;
  return form === 'png'
    ? saveAs(name, form, vscode.l10n.t('Picture'), () => picture(context, network, saved))
    : saveAs(name, form, vscode.l10n.t('Numbers'), () => numbers(network, saved));
}

async function numbers(network: Network, { opened, maps, order }: SavedTop): Promise<Uint8Array> {
  const { strongest } = opened.index.manifest;
  const told = order?.by === 'index' ? undefined : order;
  const described = await topDescription(network, opened, maps, told, strongest);
  return new TextEncoder().encode(`${JSON.stringify(described, undefined, 2)}\n`);
}

async function picture(
  context: PanelContext,
  network: Network,
  { opened, maps }: SavedTop,
): Promise<Uint8Array | undefined> {
  const { index, layer } = opened;
  const threads = indexedPhotoThreads(index, network);
  try {
    const job = topFigureJob(network, opened, {
      maps: maps.map(({ map }) => map),
      count: index.manifest.strongest,
      set: await context.indexes.photos(index.store),
      threads,
    });
    const about = aboutFigure(context, layer.name, index.manifest.model.name);
    const figure = await runNotified(context.jobs, vscode.l10n.t('Unpool: top photos'), job, about);
    if (figure !== undefined && figure.problems.length > 0) {
      const [first] = figure.problems;
      void vscode.window.showWarningMessage(
        vscode.l10n.t(
          '{0} of {1} photos are crossed out: they have changed since the index was made, or are gone ({2}).',
          figure.problems.length,
          figure.photos,
          first?.path ?? '',
        ),
      );
    }
    return figure && encodePng(figure.picture);
  } finally {
    await threads.close();
  }
}

function aboutFigure({ file }: PanelContext, layer: string, model: string): JobAbout {
  const uri = file.uri.toString();
  return {
    subject: `top photos ${uri} ${layer}`,
    title: vscode.l10n.t('Top photos of {0}', layer),
    detail: model,
    place: { kind: 'panel', panel: 'topPhotos', model: uri, layer },
    again: { command: 'showTopPhotos', argument: { uri, layer } },
    turn: 'now',
    canPause: true,
  };
}
