/** Findings in the Problems view: those of the graph when a model opens, all of them once they were looked for. */

import * as vscode from 'vscode';

import type { Problem, Severity } from '../../core/problems/problem.js';
import type { ModelFiles, OpenModel } from '../modelFiles.js';
import type { Selection } from '../selection.js';
import { FoundProblems, placeKey } from './foundProblems.js';
import type { Found } from './foundProblems.js';
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
  private readonly found: FoundProblems;
  private readonly restored: Promise<void>;
  private readonly disposables: vscode.Disposable[];
  private placed: readonly Placed[] = [];
  private drawing = 0;

  /** @param memento what was found is kept in it */
  constructor(files: ModelFiles, selection: Selection, memento: vscode.Memento) {
    this.found = new FoundProblems(memento);
    this.restored = this.found.restore();
    void this.draw();
    const isLookedAt = ({ uri }: OpenModel): boolean =>
      selection.file?.uri.toString() === uri.toString() || this.found.of(uri) !== undefined;
    this.disposables = [
      this.collection,
      // What was found by running the model is out of date once its file has changed. Models are also opened to see
      // whether a source makes them: of these nobody has asked.
      files.onDidOpen((model) => {
        void this.restored.then(() =>
          this.found.isCurrent(model)
            ? this.draw()
            : isLookedAt(model)
              ? this.set(model, model.problems)
              : undefined,
        );
      }),
      selection.onDidChangeModel(() => {
        void this.restored.then(() => {
          const model = selection.file?.current;
          return model !== undefined && this.found.of(model.uri) === undefined
            ? this.set(model, model.problems)
            : undefined;
        });
      }),
      // Places in it are known for the file as it is now.
      vscode.workspace.onDidSaveTextDocument(({ uri }) => {
        if (this.placed.some((each) => each.uri.toString() === uri.toString())) {
          void this.draw();
        }
      }),
      vscode.workspace.onDidDeleteFiles(({ files: gone }) => {
        gone.forEach((uri) => {
          this.found.delete(uri);
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
  async set(model: OpenModel, problems: readonly Problem[]): Promise<void> {
    this.found.set(model, problems);
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
    return this.found.of(model)?.problems ?? [];
  }

  dispose(): void {
    this.disposables.forEach((each) => {
      each.dispose();
    });
  }

  private async draw(): Promise<void> {
    const drawing = ++this.drawing;
    await this.restored;
    const placed: Placed[] = [];
    for (const found of this.found.all) {
      const { model, problems } = found;
      for (const [rank, problem] of problems.entries()) {
        for (const { uri, range } of await this.locate(found, problem, rank)) {
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
    await this.found.store();
  }

  /** The places that are known of, those of closed documents included, or else the model's file. */
  private async locate(
    { model, places }: Found,
    problem: Problem,
    rank: number,
  ): Promise<readonly vscode.Location[]> {
    const all = await Promise.all(
      [...this.targets].map(async (target) => {
        const key = placeKey(target.name, problem);
        const known = await target.locate(model, problem);
        if (known !== undefined) {
          places.set(key, known);
        }
        return places.get(key) ?? [];
      }),
    );
    const known = all.flat();
    return known.length > 0 ? known : MODEL_FILE.locate(model, rank);
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
