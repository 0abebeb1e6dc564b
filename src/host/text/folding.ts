/** Folding of modules, subgraphs, functions and the lists of constants and types. */

import * as vscode from 'vscode';

import type { BlockKind } from '../../core/onnx/text/textMap.js';
import type { ModelTexts } from './modelTexts.js';

/** Blocks whose last line closes them and stays in view. */
const CLOSED: readonly BlockKind[] = ['header', 'list'];

export class TextFolding implements vscode.FoldingRangeProvider {
  constructor(private readonly texts: ModelTexts) {}

  provideFoldingRanges(document: vscode.TextDocument): vscode.FoldingRange[] {
    const blocks = this.texts.of(document)?.index.blocks ?? [];
    return blocks.map(({ kind, first, last }) => {
      const end = CLOSED.includes(kind) ? last - 1 : last;
      return new vscode.FoldingRange(
        first,
        end,
        kind === 'comment' ? vscode.FoldingRangeKind.Comment : undefined,
      );
    });
  }
}
