/** What the text of a model itself says of a name: for models that are not open, and for names inside functions. */

import * as vscode from 'vscode';

import { ROLE, SYMBOL_KIND } from '../../core/onnx/text/textMap.js';
import type { Occurrence, TextIndex } from '../../core/onnx/text/textIndex.js';
import { commandLink } from './cardLinks.js';
import { appendFacts, beginCard } from './cardText.js';
import type { Fact } from './cardText.js';

/** Names listed of the nodes that read a tensor. */
const READERS_SHOWN = 6;
/** A longer line is a list of values, which is in view anyway. */
const TYPE_LIMIT = 200;

/** @param model the model, where it is not open: the card links to what opens it */
export function namesCard(
  index: TextIndex,
  found: Occurrence,
  document: vscode.TextDocument,
  model?: vscode.Uri,
): vscode.MarkdownString {
  const card = cardOf(index, found, document);
  if (model !== undefined) {
    const link = commandLink(vscode.l10n.t('Open the model to see more'), 'showArchitecture', {
      uri: model.toString(),
    });
    card.appendMarkdown(`\n\n${link}\n`);
  }
  return card;
}

function cardOf(
  index: TextIndex,
  { symbol, line }: Occurrence,
  document: vscode.TextDocument,
): vscode.MarkdownString {
  const kind = index.kindOf(symbol);
  const name = index.nameOf(symbol);
  if (kind === SYMBOL_KIND.node) {
    const node = index.nodeAt(line);
    return beginCard(name === '' ? (node?.output ?? '') : name, [node?.operator ?? '']);
  }
  const all = index.occurrencesOf(symbol);
  const uses = all.filter(({ role }) => role === ROLE.use);
  if (kind === SYMBOL_KIND.function) {
    const card = beginCard(name, [vscode.l10n.t('function of this model')]);
    appendFacts(card, [[vscode.l10n.t('Calls'), String(uses.length)]]);
    return card;
  }
  const [definition] = index.definitionsOf(symbol);
  const maker = definition && index.nodeAt(definition.line);
  const readers = uses.flatMap((use) => index.nodeAt(use.line) ?? []);
  const named = readers.slice(0, READERS_SHOWN).map((node) => nodeText(node));
  const more = readers.length - named.length;
  const card = beginCard(name, [wordOf(kind)]);
  appendFacts(card, [
    ...typeFact(document, all),
    [vscode.l10n.t('Made by'), kind === SYMBOL_KIND.activation && maker ? nodeText(maker) : ''],
    [vscode.l10n.t('Read by'), [...named, ...(more > 0 ? [vscode.l10n.t('{0} more', more)] : [])].join(', ')],
  ]);
  return card;
}

function nodeText({
  name,
  output,
  operator,
}: {
  name: string;
  output: string | undefined;
  operator: string;
}): string {
  return `${name || (output ?? '')} (${operator})`;
}

/** The type that stands before the name where it is declared. */
function typeFact(document: vscode.TextDocument, occurrences: readonly Occurrence[]): readonly Fact[] {
  for (const { line, column, role } of occurrences) {
    const before = document.lineAt(line).text.slice(0, column);
    const [type] = /[a-z_0-9]+(?:\[[^\]]*\])?\s$/.exec(before) ?? [];
    if (
      (role === ROLE.type || role === ROLE.definition) &&
      type !== undefined &&
      before.length < TYPE_LIMIT
    ) {
      return [[vscode.l10n.t('Type'), type.trim()]];
    }
  }
  return [];
}

function wordOf(kind: number): string {
  switch (kind) {
    case SYMBOL_KIND.input:
      return vscode.l10n.t('input');
    case SYMBOL_KIND.constant:
      return vscode.l10n.t('constant');
    case SYMBOL_KIND.unknown:
      return vscode.l10n.t('tensor without a definition');
    default:
      return vscode.l10n.t('tensor');
  }
}
