/** The open texts of models: printed in a thread of their own, and again when the file changes. */

import { basename, dirname } from 'node:path';

import * as vscode from 'vscode';

import { TextIndex } from '../../core/onnx/text/textIndex.js';
import { Background } from '../background/background.js';
import type { ModelFile, ModelLease } from '../modelFiles.js';
import type { Session } from '../session.js';
import { modelOfText, TEXT_SCHEME } from './textUri.js';

/** VS Code keeps longer documents from extensions: nothing would be known of the names in them. */
const LENGTH_LIMIT = 50 * 1024 * 1024;
/** Exporters write in pieces; this long after the last one the file is read. */
const QUIET_MS = 300;

/** The text of a model as a document shows it. */
export interface ShownText {
  /** The model's file: held open as long as its text. */
  readonly file: ModelFile;
  readonly index: TextIndex;
}

export class ModelTexts implements vscode.TextDocumentContentProvider {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly shown = new Map<string, ShownText>();
  /** What every text holds: its model's file, watched. */
  private readonly held = new Map<string, ModelLease>();
  private readonly disposables: vscode.Disposable[];

  /** VS Code asks for the text again. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly session: Session,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.disposables = [
      this.changed,
      vscode.workspace.registerTextDocumentContentProvider(TEXT_SCHEME, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => {
        this.forget(uri);
      }),
    ];
  }

  /** What is known of a document's text; undefined while it is printed. */
  of({ uri, lineCount }: vscode.TextDocument): ShownText | undefined {
    const shown = this.shown.get(uri.toString());
    // While a changed text is on its way to the editor, the map is of the one that comes.
    return shown?.index.map.lines === lineCount ? shown : undefined;
  }

  /** @throws Error with one line on what is wrong with the file */
  async provideTextDocumentContent(uri: vscode.Uri, token: vscode.CancellationToken): Promise<string> {
    const model = modelOfText(uri);
    if (model === undefined) {
      return '';
    }
    const held = this.hold(uri, model);
    const start = performance.now();
    const thread = new Background();
    const stopping = token.onCancellationRequested(() => {
      thread.stop();
    });
    try {
      const { text, map } = await thread.request('print', { file: model.fsPath });
      if (text.length > LENGTH_LIMIT) {
        throw new Error(
          vscode.l10n.t(
            '{0}: the text has {1} MB, more than the 50 MB that VS Code lets extensions see',
            model.fsPath,
            Math.ceil(text.length / 2 ** 20),
          ),
        );
      }
      this.shown.set(uri.toString(), { file: held.file, index: new TextIndex(map) });
      this.log.info(`printed ${model.fsPath} in ${(performance.now() - start).toFixed(0)} ms`);
      return text;
    } finally {
      stopping.dispose();
      thread.dispose();
    }
  }

  dispose(): void {
    [...this.held.values(), ...this.disposables].forEach((each) => {
      each.dispose();
    });
  }

  private forget(uri: vscode.Uri): void {
    const key = uri.toString();
    this.shown.delete(key);
    this.held.get(key)?.dispose();
    this.held.delete(key);
  }

  private hold(uri: vscode.Uri, model: vscode.Uri): ModelLease {
    const known = this.held.get(uri.toString());
    if (known !== undefined) {
      return known;
    }
    const lease = this.session.acquire(model);
    // All names of the folder, because a name may contain what a pattern would read as a wildcard.
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(vscode.Uri.file(dirname(model.fsPath)), '*'),
    );
    let timer: NodeJS.Timeout | undefined;
    const touched = (changed: vscode.Uri): void => {
      if (basename(changed.fsPath) === basename(model.fsPath)) {
        clearTimeout(timer);
        timer = setTimeout(() => {
          this.changed.fire(uri);
        }, QUIET_MS);
      }
    };
    const listening = [watcher, watcher.onDidChange(touched), watcher.onDidCreate(touched), lease];
    const held: ModelLease = {
      file: lease.file,
      dispose: () => {
        clearTimeout(timer);
        listening.forEach((each) => {
          each.dispose();
        });
      },
    };
    this.held.set(uri.toString(), held);
    return held;
  }
}
