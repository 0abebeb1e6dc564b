/** Hovers on the names of a model's text. */

import * as vscode from 'vscode';

import { ROLE, SYMBOL_KIND } from '../../core/onnx/text/textMap.js';
import type { Occurrence, TextIndex } from '../../core/onnx/text/textIndex.js';
import type { OpenModel } from '../modelFiles.js';
import { modelOfShown } from './modelTexts.js';
import type { ModelTexts, ShownText } from './modelTexts.js';
import { rangeOf } from './navigation.js';
import { layerOfNode } from './textLayers.js';
import type { Cards } from '../hovers/cards.js';
import { namesCard } from '../hovers/namesCard.js';

/** A model that is open within this time is spoken of at the first hover. */
const PATIENCE_MS = 60;

export class TextHovers implements vscode.HoverProvider {
  constructor(
    private readonly texts: ModelTexts,
    private readonly cards: Cards,
  ) {}

  async provideHover(
    document: vscode.TextDocument,
    { line, character }: vscode.Position,
  ): Promise<vscode.Hover | undefined> {
    const shown = this.texts.of(document);
    const found = shown?.index.occurrenceAt(line, character);
    if (shown === undefined || found === undefined) {
      return undefined;
    }
    const model = await this.openModel(shown);
    const card =
      (model && (await this.cardOf(shown.index, found, model))) ??
      namesCard(shown.index, found, document, model === undefined ? shown.file.uri : undefined);
    return new vscode.Hover(card, rangeOf(found));
  }

  /** The network, if it can be looked at and is open soon. */
  private async openModel(shown: ShownText): Promise<OpenModel | undefined> {
    if (shown.file.current !== undefined) {
      return shown.file.current;
    }
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(resolve, PATIENCE_MS, undefined);
    });
    // What cannot be looked at has its names all the same.
    const open = await Promise.race([modelOfShown(shown).catch(() => undefined), late]);
    clearTimeout(timer);
    return open;
  }

  /** Undefined for names of functions and subgraphs, which the network does not have as they are. */
  private async cardOf(
    index: TextIndex,
    { line, symbol, role }: Occurrence,
    model: OpenModel,
  ): Promise<vscode.MarkdownString | undefined> {
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
        ? this.cards.layerCard(model, layer)
        : node.output !== undefined && isKnown
          ? this.cards.tensorCard(model, node.output)
          : undefined;
    }
    const name = index.nameOf(symbol);
    const { graph, producer } = model.network.index;
    const isThere =
      graph.constants.has(name) ||
      producer(name) !== undefined ||
      graph.inputs.some((input) => input.name === name);
    return index.isMain(symbol) && isThere ? this.cards.tensorCard(model, name) : undefined;
  }
}
