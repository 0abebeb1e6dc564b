/** Findings in the Problems view: those of the graph when a model opens, all of them once they were looked for. */

import * as vscode from 'vscode';

import type { Problem, Severity } from '../../core/problems/problem.js';
import type { ModelFiles, OpenModel } from '../modelFiles.js';
import type { Selection } from '../selection.js';
import { MODEL_FILE } from './targets.js';
import type { DiagnosticsTarget } from './targets.js';

const SOURCE = 'Unpool';

/** A finding at one of its places. */
export interface Placed {
  readonly model: vscode.Uri;
  readonly problem: Problem;
  readonly diagnostic: vscode.Diagnostic;
  readonly uri: vscode.Uri;
}

export class Diagnostics {
  private readonly collection = vscode.languages.createDiagnosticCollection('unpool');
  private readonly targets = new Set<DiagnosticsTarget>();
  private readonly found = new Map<
    string,
    { readonly model: vscode.Uri; readonly problems: readonly Problem[] }
  >();
  private readonly disposables: vscode.Disposable[];
  private placed: readonly Placed[] = [];
  private drawing = 0;

  constructor(files: ModelFiles, selection: Selection) {
    const isLookedAt = ({ uri }: OpenModel): boolean =>
      selection.file?.uri.toString() === uri.toString() || this.found.has(uri.toString());
    this.disposables = [
      this.collection,
      // What was found by running the model is out of date once its file has changed. Models are also opened to see
      // whether a source makes them: of these nobody has asked.
      files.onDidOpen((model) => {
        if (isLookedAt(model)) {
          this.showGraphProblems(model);
        }
      }),
      selection.onDidChangeModel(() => {
        const model = selection.file?.current;
        if (model !== undefined && !this.found.has(model.uri.toString())) {
          this.showGraphProblems(model);
        }
      }),
      vscode.workspace.onDidDeleteFiles(({ files: gone }) => {
        gone.forEach((uri) => {
          this.found.delete(uri.toString());
        });
        void this.draw();
      }),
    ];
  }

  /** Adds places for findings; they show there too until it is disposed of. */
  register(target: DiagnosticsTarget): vscode.Disposable {
    this.targets.add(target);
    const listening = target.onDidChange?.(() => void this.draw());
    void this.draw();
    return new vscode.Disposable(() => {
      listening?.dispose();
      this.targets.delete(target);
      void this.draw();
    });
  }

  /** Replaces what is known to be wrong with a model. */
  async set(model: vscode.Uri, problems: readonly Problem[]): Promise<void> {
    this.found.set(model.toString(), { model, problems });
    await this.draw();
  }

  /** The findings behind a diagnostic that VS Code hands back. */
  at(uri: vscode.Uri, { range, message }: vscode.Diagnostic): readonly Placed[] {
    return this.placed.filter(
      (each) =>
        each.uri.toString() === uri.toString() &&
        each.diagnostic.message === message &&
        each.diagnostic.range.isEqual(range),
    );
  }

  /** What was found in a model, if it has been looked at. */
  of(model: vscode.Uri): readonly Problem[] {
    return this.found.get(model.toString())?.problems ?? [];
  }

  dispose(): void {
    this.disposables.forEach((each) => {
      each.dispose();
    });
  }

  private showGraphProblems({ uri, problems }: OpenModel): void {
    void this.set(uri, problems);
  }

  private async draw(): Promise<void> {
    const drawing = ++this.drawing;
    const placed: Placed[] = [];
    for (const { model, problems } of this.found.values()) {
      for (const problem of problems) {
        for (const { uri, range } of await this.locate(model, problem)) {
          placed.push({ model, problem, uri, diagnostic: diagnosticOf(model, problem, range) });
        }
      }
    }
    if (drawing !== this.drawing) {
      // Something has changed meanwhile, and is being drawn.
      return;
    }
    this.placed = placed;
    const byFile = new Map<string, [vscode.Uri, vscode.Diagnostic[]]>();
    for (const { uri, diagnostic } of placed) {
      const entry = byFile.get(uri.toString()) ?? [uri, []];
      entry[1].push(diagnostic);
      byFile.set(uri.toString(), entry);
    }
    this.collection.clear();
    this.collection.set([...byFile.values()]);
  }

  /** The places that are known of, or else the model's file. */
  private async locate(model: vscode.Uri, problem: Problem): Promise<readonly vscode.Location[]> {
    const places = await Promise.all([...this.targets].map(async (target) => target.locate(model, problem)));
    const known = places.flat();
    return known.length > 0 ? known : MODEL_FILE.locate(model);
  }
}

const SEVERITIES: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};

function diagnosticOf(model: vscode.Uri, problem: Problem, range: vscode.Range): vscode.Diagnostic {
  const { id, severity, message, explanation } = problem;
  const diagnostic = new vscode.Diagnostic(
    range,
    `${message}\n${vscode.l10n.t(explanation)}`,
    SEVERITIES[severity],
  );
  diagnostic.source = SOURCE;
  diagnostic.code = { value: id, target: commandUri(showArguments(model, problem)) };
  return diagnostic;
}

/** What `unpool.showProblem` is given. */
export interface ShowArguments {
  readonly uri: string;
  readonly panel: Problem['panel'];
  readonly layer?: string;
  /** The filter or map that the finding names first. */
  readonly channel?: number;
}

export function showArguments(model: vscode.Uri, { panel, layer, evidence }: Problem): ShowArguments {
  const lists = [evidence?.['dead'], evidence?.['aliasing'], evidence?.['constantChannels']];
  const channel = lists
    .filter(Array.isArray)
    .flat()
    .find((each) => typeof each === 'number');
  return {
    uri: model.toString(),
    panel,
    ...(layer !== undefined && { layer }),
    ...(typeof channel === 'number' && { channel }),
  };
}

function commandUri(argument: ShowArguments): vscode.Uri {
  return vscode.Uri.parse(`command:unpool.showProblem?${encodeURIComponent(JSON.stringify([argument]))}`);
}
