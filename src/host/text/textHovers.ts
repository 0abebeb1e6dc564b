/** Hovers on the names of a model's text. */

import * as vscode from 'vscode';

import { ROLE, SYMBOL_KIND } from '../../core/onnx/text/textMap.js';
import type { Occurrence, TextIndex } from '../../core/onnx/text/textIndex.js';
import type { OpenModel } from '../modelFiles.js';
import { modelOfShown } from './modelTexts.js';
import type { ModelTexts } from './modelTexts.js';
import { rangeOf } from './navigation.js';
import { layerOfNode } from './textLayers.js';
import type { CardPart } from '../hovers/cardParts.js';
import { cardPart, subjectOf } from '../hovers/cards.js';
import type { CardSubject } from '../hovers/cards.js';
import { namesCard } from '../hovers/namesCard.js';
import type { ValueCards } from '../hovers/valueCards.js';

/** The names of a model that takes longer to open are told at once. */
const PATIENCE_MS = 60;

export class TextHovers {
  constructor(
    private readonly texts: ModelTexts,
    private readonly values: ValueCards,
  ) {}

  /** What one part of a hover says at a place. */
  async provide(
    part: CardPart,
    document: vscode.TextDocument,
    { line, character }: vscode.Position,
    signal: AbortSignal,
  ): Promise<vscode.Hover | undefined> {
    const shown = this.texts.of(document);
    const found = shown?.index.occurrenceAt(line, character);
    if (shown === undefined || found === undefined) {
      return undefined;
    }
    // What cannot be looked at has its names all the same.
    const opening = modelOfShown(shown).catch(() => undefined);
    const model = await (part === 'head' ? Promise.race([opening, late()]) : opening);
    const subject = model === undefined || model === LATE ? undefined : subjectAt(shown.index, found, model);
    const card =
      model !== undefined && model !== LATE && subject !== undefined
        ? await cardPart(part, this.values, model, subject, signal)
        : part === 'head'
          ? namesCard(shown.index, found, document, model === undefined ? shown.file.uri : undefined)
          : undefined;
    return card && new vscode.Hover(card, rangeOf(found));
  }
}

const LATE = Symbol('the model is not open yet');

function late(): Promise<typeof LATE> {
  return new Promise((resolve) => {
    setTimeout(resolve, PATIENCE_MS, LATE);
  });
}

/** Undefined for names of functions and subgraphs, which the network does not have as they are. */
function subjectAt(
  index: TextIndex,
  { line, symbol, role }: Occurrence,
  model: OpenModel,
): CardSubject | undefined {
  const kind = index.kindOf(symbol);
  if (kind === SYMBOL_KIND.function && role === ROLE.definition) {
    return undefined;
  }
  if (kind === SYMBOL_KIND.node || kind === SYMBOL_KIND.function) {
    const node = index.nodeAt(line);
    if (node?.scope !== 0) {
      return undefined;
    }
    const layer = layerOfNode(model, node);
    const isKnown = node.output !== undefined && model.network.index.producer(node.output) !== undefined;
    return layer !== undefined
      ? { layer }
      : node.output !== undefined && isKnown
        ? subjectOf(model, node.output)
        : undefined;
  }
  const name = index.nameOf(symbol);
  const { graph, producer } = model.network.index;
  const isThere =
    graph.constants.has(name) ||
    producer(name) !== undefined ||
    graph.inputs.some((input) => input.name === name);
  return index.isMain(symbol) && isThere ? subjectOf(model, name) : undefined;
}
