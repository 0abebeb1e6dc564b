/** What a hover says of a layer's strongest maps, once photos are indexed: what they see of the photos that excite them most. */

import * as vscode from 'vscode';

import { layerInIndex } from '../../core/analysis/photoSet/layerInIndex.js';
import { BoundedCache } from '../../core/boundedCache.js';
import { shrink } from '../../core/imaging/resample.js';
import type { Layer } from '../../core/network/layers.js';
import { thumbnailPicture } from '../background/thumbnailPicture.js';
import type { IndexedMap } from '../background/requests.js';
import type { OpenModel } from '../modelFiles.js';
import type { Services } from '../services.js';
import { commandLink } from './cardLinks.js';
import { short } from './cardNumbers.js';
import { escaped, trustedCard } from './cardText.js';

/** Of the layer, and photos of each: together they stay under what VS Code shows of a hover. */
const MAPS = 3;
const PHOTOS = 4;
/** Characters of a row of patches, and the side of one in pixels, with what lies between two. */
const LIMIT = 28_000;
const SIDE = 46;
const KEPT = 100;

export class TopPhotosCards {
  /** By what they depend on, so that a second hover is at once. */
  private readonly kept = new BoundedCache<Promise<string>>(KEPT);

  constructor(private readonly services: Pick<Services, 'selection' | 'indexes' | 'log'>) {}

  /** Undefined where no index has the layer. */
  async ofLayer(model: OpenModel, layer: Layer): Promise<vscode.MarkdownString | undefined> {
    const { selection, indexes, log } = this.services;
    const lease = selection.acquire(model.uri);
    try {
      const index = await indexes.chosenOf(lease.file);
      if (index === undefined) {
        return undefined;
      }
      const { manifest } = await indexes.open(index.store);
      const indexed = layerInIndex(model.network, manifest.layers, layer);
      if (indexed === undefined) {
        return undefined;
      }
      const key = JSON.stringify([index.store, index.indexed, manifest.set.sha256, indexed.name]);
      const made = this.kept.get(key) ?? this.rows(model, index.store, indexed);
      this.kept.set(key, made);
      made.catch(() => {
        this.kept.delete(key);
      });
      const rows = await made;
      if (rows === '') {
        return undefined;
      }
      const card = trustedCard();
      const heading = vscode.l10n.t('What {0} answers most in {1}', indexed.name, index.set);
      const about = { uri: model.uri.toString(), layer: indexed.name };
      const link = commandLink(vscode.l10n.t('Top Photos'), 'showTopPhotos', about);
      card.appendMarkdown(`\n\n${escaped(heading)} | ${link}\n\n${rows}\n`);
      return card;
    } catch (error) {
      // A glance at a layer is about the layer: what is wrong with an index is said where it is looked at.
      log.warn(error instanceof Error ? error.message : String(error));
      return undefined;
    } finally {
      lease.dispose();
    }
  }

  /** A table row for each of the strongest maps; empty where no photo excites any. */
  private async rows(
    model: OpenModel,
    store: string,
    layer: { readonly name: string; readonly tensor: string },
  ): Promise<string> {
    const { indexes } = this.services;
    const maps = await indexes.maps(store, layer.name, { strongest: MAPS, photos: PHOTOS });
    const rows = [];
    for (const map of maps.filter(({ units }) => units.length > 0)) {
      const patches = await indexes.patches(store, model, layer, map.units, map.units.length);
      const uri = thumbnailPicture(shrink(patches, map.units.length * SIDE), LIMIT);
      const name = vscode.l10n.t('map {0}', map.map);
      rows.push(`| ${escaped(name)} | ![${escaped(name)}](${uri}) | ${answers(map)} |`);
    }
    return rows.length === 0 ? '' : `| | | |\n|---|---|---|\n${rows.join('\n')}`;
  }
}

/** `panda, selectivity 0.81`, or how large it is where labels say nothing. */
function answers({ selectivity, largest }: IndexedMap): string {
  const text =
    selectivity === undefined
      ? vscode.l10n.t('up to {0}', short(largest))
      : vscode.l10n.t('{0} (selectivity {1})', selectivity.label, selectivity.index.toFixed(2));
  return escaped(text).replaceAll('|', '\\|');
}
