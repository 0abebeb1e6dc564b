/** Hovers on the layers of a Python source. */

import * as vscode from 'vscode';

import { placesAt } from '../../core/source/sourceMap.js';
import type { Anchor, FoldedPlace } from '../../core/source/sourceMap.js';
import { commandLink, layerLinks } from '../hovers/cardLinks.js';
import type { CardPart } from '../hovers/cardParts.js';
import { cardPart } from '../hovers/cards.js';
import { appendFacts, beginCard, escaped, trustedCard } from '../hovers/cardText.js';
import type { ValueCards } from '../hovers/valueCards.js';
import type { Selection } from '../selection.js';
import { foldedSentence, foldedText, layerAt, layersOf, shapesText } from './layerChoice.js';
import type { LinkedDocument, SourceLinks } from './sourceLinks.js';

/** Layers listed of a container. */
const LAYERS_SHOWN = 12;

export class PythonHovers {
  constructor(
    private readonly sources: SourceLinks,
    private readonly selection: Selection,
    private readonly values: ValueCards,
  ) {}

  /** What one part of a hover says at a place. */
  async provide(
    part: CardPart,
    document: vscode.TextDocument,
    { line, character }: vscode.Position,
    signal: AbortSignal,
  ): Promise<vscode.Hover | undefined> {
    const linked = await this.sources.of(document);
    const places: readonly (Anchor | FoldedPlace)[] = linked ? [...linked.anchors, ...linked.folded] : [];
    const [place] = placesAt(places, { line, column: character });
    if (linked === undefined || place === undefined) {
      return undefined;
    }
    const range = rangeOf(place);
    const card =
      'into' in place
        ? foldedCard(part, linked, place, document.getText(range))
        : await this.layersCard(part, linked, place, document.getText(range), signal);
    if (part === 'facts' && card !== undefined) {
      appendModel(card, linked);
    }
    return card && new vscode.Hover(card, range);
  }

  /** The card of a place that is about layers. */
  private async layersCard(
    part: CardPart,
    linked: LinkedDocument,
    anchor: Anchor,
    code: string,
    signal: AbortSignal,
  ): Promise<vscode.MarkdownString | undefined> {
    const { model } = linked;
    const [layer, ...others] = layersOf(model, anchor.layers);
    return layer !== undefined && others.length === 0
      ? cardPart(part, this.values, model, { layer }, signal)
      : part === 'head'
        ? this.groupCard(linked, anchor, code)
        : part === 'facts'
          ? trustedCard()
          : undefined;
  }

  /** The card of a place that is about several layers. */
  private groupCard({ model }: LinkedDocument, anchor: Anchor, code: string): vscode.MarkdownString {
    const layers = layersOf(model, anchor.layers);
    const card = beginCard(firstLine(code), [vscode.l10n.t('{0} layers', layers.length)]);
    const parameters = layers.reduce((sum, layer) => sum + layer.parameters, 0);
    appendFacts(card, [
      [vscode.l10n.t('Output'), shapesText(layersOf(model, anchor.outputs))],
      [vscode.l10n.t('Parameters'), parameters.toLocaleString(vscode.env.language)],
    ]);
    const uri = model.uri.toString();
    const rows = layers.slice(0, LAYERS_SHOWN).map((layer) => {
      const link = commandLink(escaped(layer.name), 'goToLayer', { uri, layer: layer.name });
      const words = [layer.node.opType, shapesText([layer])].filter((word) => word !== '').join(' ');
      return `- ${link}: ${escaped(words)}`;
    });
    const more = layers.length - rows.length;
    const rest = more > 0 ? [`- ${escaped(vscode.l10n.t('{0} more', more))}`] : [];
    card.appendMarkdown(`\n\n${[...rows, ...rest].join('\n')}\n`);
    const chosen = layerAt(this.selection, model, anchor);
    const view = model.view.layers.find((each) => each.name === chosen);
    if (view !== undefined) {
      const links = layerLinks(view).map(({ command, title }) =>
        commandLink(title, command, { uri, layer: view.name }),
      );
      card.appendMarkdown(`\n\n${escaped(view.name)}: ${links.join(' | ')}\n`);
    }
    return card;
  }
}

/** The card of a batch normalisation without a layer of its own. */
function foldedCard(
  part: CardPart,
  { model }: LinkedDocument,
  place: FoldedPlace,
  code: string,
): vscode.MarkdownString | undefined {
  if (part !== 'head') {
    return part === 'facts' ? trustedCard() : undefined;
  }
  const card = beginCard(firstLine(code), [foldedText(place)]);
  const uri = model.uri.toString();
  const links = place.into
    .slice(0, LAYERS_SHOWN)
    .map((layer) => commandLink(escaped(layer), 'goToLayer', { uri, layer }));
  card.appendMarkdown(`${escaped(foldedSentence(model, place))}\n\n${links.join(' | ')}\n`);
  return card;
}

function firstLine(code: string): string {
  return code.split('\n')[0]?.replace(/[[(]$/, '') ?? '';
}

/** Which model the source is taken for, and a way to say another. */
function appendModel(card: vscode.MarkdownString, { model, all }: LinkedDocument): void {
  const choose = commandLink(vscode.l10n.t('Choose Another'), 'chooseSourceModel', { file: all.file });
  const link = all.links.length > 1 ? ` | ${choose}` : '';
  card.appendMarkdown(`\n\n${escaped(vscode.l10n.t('Model: {0}', model.view.name))}${link}\n`);
}

export function rangeOf({ range: { start, end } }: Anchor | FoldedPlace): vscode.Range {
  return new vscode.Range(start.line, start.column, end.line, end.column);
}
