/** Folding of modules, subgraphs, functions and the lists of constants and types. */

import * as vscode from 'vscode';

import type { BlockKind } from '../../core/onnx/text/textMap.js';
import type { ModelTexts } from './modelTexts.js';
import { largest } from './outline.js';

/** As many as VS Code takes (editor.foldingMaximumRegions). */
const REGION_LIMIT = 5000;
/** Blocks whose last line closes them and stays in view. */
const CLOSED: readonly BlockKind[] = ['header', 'list'];

export class TextFolding implements vscode.FoldingRangeProvider {
  constructor(private readonly texts: ModelTexts) {}

  provideFoldingRanges(document: vscode.TextDocument): vscode.FoldingRange[] {
    const blocks = largest(this.texts.of(document)?.index.blocks ?? [], REGION_LIMIT);
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
