/** Places that are about several layers: a block that is used many times, a container. */

import * as vscode from 'vscode';

import { findLayer } from '../../core/network/layers.js';
import type { Layer } from '../../core/network/layers.js';
import type { Dimension } from '../../core/onnx/model.js';
import type { Anchor, FoldedPlace } from '../../core/source/sourceMap.js';
import type { OpenModel } from '../modelFiles.js';
import type { Selection } from '../selection.js';

/** The layer that is spoken of: the chosen one where the place is about it, else the first. */
export function layerAt(selection: Selection, model: OpenModel, { layers }: Anchor): string | undefined {
  const chosen = selection.layerOf(model);
  return layers.find((layer) => layer === chosen) ?? layers[0];
}

export function layersOf({ network }: OpenModel, names: readonly string[]): readonly Layer[] {
  return names.map((name) => findLayer(network.layers, name));
}

/** `[1, 64, 56, 56]`, as PyTorch prints a size. */
export function shapeText(shape: readonly Dimension[] | undefined): string {
  return shape === undefined ? '' : `[${shape.map((size) => size ?? '?').join(', ')}]`;
}

/** What comes out of a place: one shape, or the first and last of those that differ; '' where none is known. */
export function shapesText(layers: readonly Layer[]): string {
  const texts = [...new Set(layers.map(({ outputShape }) => shapeText(outputShape)))].filter(
    (text) => text !== '',
  );
  return texts.length < 2 ? (texts[0] ?? '') : `${texts[0] ?? ''} … ${texts.at(-1) ?? ''}`;
}

/** What the exporter did with a batch normalisation that has no layer of its own. */
export function foldedSentence({ view }: OpenModel, { into }: FoldedPlace): string {
  return vscode.l10n.t(
    'The exporter of {0} folded the scale and shift of this batch normalization into the weights and bias of {1}',
    view.name,
    into.join(', '),
  );
}

/** What a batch normalisation without a layer of its own became. */
export function foldedText({ into }: FoldedPlace): string {
  const [first = '', ...others] = into;
  return others.length === 0
    ? vscode.l10n.t('folded into {0}', first)
    : vscode.l10n.t('folded into {0} and {1} more', first, others.length);
}
