/** Findings in open Python sources, at the line that makes the layer. */

import * as vscode from 'vscode';

import type { Problem } from '../../core/problems/problem.js';
import type { SourceLinks } from './sourceLinks.js';
import { cellAt, fileOf } from './sourceTexts.js';
import type { DiagnosticsTarget } from '../diagnostics/targets.js';

export class PythonTarget implements DiagnosticsTarget {
  readonly name = 'python';
  /** Sources in which findings stand: those stay there when the source is closed. */
  private readonly used = new Set<string>();
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly disposables: vscode.Disposable[];

  readonly onDidChange = this.changed.event;

  constructor(private readonly sources: SourceLinks) {
    const touched = ({ languageId }: vscode.TextDocument): void => {
      if (languageId === 'python') {
        this.changed.fire();
      }
    };
    this.disposables = [
      this.changed,
      sources.onDidChange(() => {
        this.changed.fire();
      }),
      vscode.workspace.onDidOpenTextDocument(touched),
      vscode.workspace.onDidCloseTextDocument(touched),
    ];
  }

  async locate(model: vscode.Uri, { layer }: Problem): Promise<readonly vscode.Location[] | undefined> {
    if (layer === undefined) {
      return [];
    }
    const open = vscode.workspace.textDocuments.filter(
      ({ languageId, isClosed }) => languageId === 'python' && !isClosed,
    );
    const found = new Map<string, vscode.Location>();
    let isTold = false;
    for (const file of new Set([...open.map(fileOf), ...this.used])) {
      const all = await this.sources.ofFile(file);
      const link = all?.links.find((each) => each.model.uri.toString() === model.toString());
      isTold ||= link !== undefined;
      const source = link?.map.sources.get(layer);
      const at = source?.created.at(-1) ?? source?.calls[0];
      if (at !== undefined) {
        const cell = cellAt(at.file, at.start.line);
        const line = cell?.line ?? at.start.line;
        const uri = cell?.document.uri ?? vscode.Uri.file(at.file);
        const range = new vscode.Range(
          line,
          at.start.column,
          line + at.end.line - at.start.line,
          at.end.column,
        );
        this.used.add(file);
        // Several open files may lead to the same line.
        found.set(`${uri.toString()} ${line} ${at.start.column}`, new vscode.Location(uri, range));
      }
    }
    return isTold ? [...found.values()] : undefined;
  }

  dispose(): void {
    this.disposables.forEach((each) => {
      each.dispose();
    });
  }
}
