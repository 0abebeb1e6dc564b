/** Writing cards. */

import * as vscode from 'vscode';

import { LINKED_COMMANDS } from './cardLinks.js';
import type { CardPicture } from './measurements.js';

/** A row of a card; one without a value is left out. */
export type Fact = readonly [fact: string, value: string];

/** An empty card whose links may run commands. */
export function trustedCard(): vscode.MarkdownString {
  const card = new vscode.MarkdownString();
  card.isTrusted = { enabledCommands: LINKED_COMMANDS };
  return card;
}

/** A card that begins with a name and what it is. */
export function beginCard(name: string, words: readonly string[], type = ''): vscode.MarkdownString {
  const card = trustedCard();
  const said = words.filter((word) => word !== '').join(' ');
  card.appendMarkdown(`**${escaped(name)}**${said === '' ? '' : `: ${escaped(said)}`}`);
  card.appendMarkdown(type === '' ? '\n\n' : ` · \`${type.replaceAll('`', "'")}\`\n\n`);
  return card;
}

export function appendFacts(card: vscode.MarkdownString, facts: readonly Fact[]): void {
  const rows = facts.filter(([, value]) => value !== '');
  if (rows.length > 0) {
    const cells = rows.map(([fact, value]) => `| ${cell(fact)} | ${cell(value)} |`);
    card.appendMarkdown(`\n\n| | |\n|---|---|\n${cells.join('\n')}\n`);
  }
}

/** Pictures side by side, as far as the hover is wide enough. */
export function appendPictures(
  card: vscode.MarkdownString,
  pictures: readonly (CardPicture | undefined)[],
): void {
  const images = pictures
    .filter((picture) => picture !== undefined)
    .map(({ uri, alt }) => `![${escaped(alt)}](${uri} "${alt.replaceAll('"', "'")}")`);
  if (images.length > 0) {
    card.appendMarkdown(`\n\n${images.join(' ')}\n`);
  }
}

/** Text as Markdown shows it. */
export function escaped(text: string): string {
  return new vscode.MarkdownString().appendText(text).value.replaceAll('&nbsp;', ' ');
}

function cell(text: string): string {
  return escaped(text).replaceAll('|', '\\|').replaceAll('\n', ' ');
}
