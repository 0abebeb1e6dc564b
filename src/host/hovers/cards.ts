/** Cards: what a hover says of a layer, an activation or a weight, in the text of a model and in Python alike. */

import type * as vscode from 'vscode';

import type { Layer } from '../../core/network/layers.js';
import type { OpenModel } from '../modelFiles.js';
import { tensorFacts } from '../tensorFacts.js';
import type { CardPart } from './cardParts.js';
import { factsOfTensor, layerFacts, layerHead, tensorHead } from './factCards.js';
import type { ValueCards } from './valueCards.js';

/** What a card is about; a tensor that is what a layer gives is the layer. */
export type CardSubject = { readonly layer: Layer } | { readonly tensor: string };

export function subjectOf({ network }: OpenModel, tensor: string): CardSubject {
  const layer = tensorFacts(network).layerOfTensor(tensor);
  const isConstant = network.index.graph.constants.has(tensor);
  return !isConstant && layer?.output === tensor ? { layer } : { tensor };
}

/**
 * One part of a card: the values as soon as they are computed, the others at once.
 * @returns undefined where there is nothing to say
 */
export async function cardPart(
  part: CardPart,
  values: ValueCards,
  model: OpenModel,
  subject: CardSubject,
  signal: AbortSignal,
): Promise<vscode.MarkdownString | undefined> {
  const isLayer = 'layer' in subject;
  switch (part) {
    case 'head':
      return isLayer ? layerHead(model, subject.layer) : tensorHead(model, subject.tensor);
    case 'values':
      return isLayer
        ? values.ofLayer(model, subject.layer, signal)
        : values.ofTensor(model, subject.tensor, signal);
    case 'photos':
      return isLayer ? values.topPhotos.ofLayer(model, subject.layer) : undefined;
    case 'facts':
      return isLayer ? layerFacts(model, subject.layer) : factsOfTensor(model, subject.tensor);
  }
}
