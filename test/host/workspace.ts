/** The folder that the tests in an extension host work on, and waiting for what is there in a while. */

import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as vscode from 'vscode';

export const MODEL = 'models/zfnet-caltech101.onnx';
export const SOURCE = 'zfnet.py';
/** Two convolutions and two matrix products in a row. */
export const COLLAPSING = 'collapsing.onnx';
/** What the command line says of MODEL: `unpool info --json`. */
export const FACTS = 'facts.json';
export const RESULTS = 'results.json';

const LOOKS_MS = 100;

export interface Facts {
  readonly parameters: number;
  readonly rows: readonly {
    readonly name: string;
    /** `63x63x32`. */
    readonly output: string;
    readonly parameters: number;
  }[];
}

export function pathOf(file: string): string {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (folder === undefined) {
    throw new Error('no folder is open');
  }
  return join(folder.uri.fsPath, file);
}

export function uriOf(file: string): vscode.Uri {
  return vscode.Uri.file(pathOf(file));
}

export async function facts(): Promise<Facts> {
  return JSON.parse(await readFile(pathOf(FACTS), 'utf8')) as Facts;
}

/** `[1, 32, 63, 63]` of the layer's `63x63x32`. */
export async function shapeOf(layer: string): Promise<string> {
  const { rows } = await facts();
  const { output = '' } = rows.find(({ name }) => name === layer) ?? {};
  const [channels, ...plane] = output.split('x').reverse();
  return `[${[1, channels, ...plane.reverse()].join(', ')}]`;
}

/** Asks until there is an answer; the test's own time limit ends it. */
export async function eventually<T>(ask: () => T | undefined | Promise<T | undefined>): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) {
      return answer;
    }
    await new Promise((done) => setTimeout(done, LOOKS_MS));
  }
}

/** Opens a model as text, and gives the document once VS Code knows its language. */
export async function openText(model: string): Promise<vscode.TextDocument> {
  await vscode.commands.executeCommand('unpool.openAsText', uriOf(model));
  return eventually(() =>
    vscode.workspace.textDocuments.find(
      ({ languageId, uri }) => languageId === 'onnx' && uri.path.includes(basename(model)),
    ),
  );
}

/** The place of a word: at its first letter, behind `before` where that is given. */
export function placeOf(document: vscode.TextDocument, word: string, before = ''): vscode.Position {
  const text = document.getText();
  const start = text.indexOf(`${before}${word}`);
  if (start < 0) {
    throw new Error(`${before}${word} is not in ${document.uri.toString()}`);
  }
  return document.positionAt(start + before.length);
}

/** What hovers say there, as one text, once it matches. */
export async function hoverText(
  { uri }: vscode.TextDocument,
  position: vscode.Position,
  expected: RegExp,
): Promise<string> {
  return eventually(async () => {
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(
      'vscode.executeHoverProvider',
      uri,
      position,
    );
    const text = hovers
      .flatMap(({ contents }) => contents)
      .map((content) => (typeof content === 'string' ? content : content.value))
      .join('\n');
    return expected.test(text) ? text : undefined;
  });
}
