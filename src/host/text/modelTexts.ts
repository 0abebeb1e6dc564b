/**
 * The texts of models: a read-only file system, whose files VS Code opens again when its window comes back. They are
 * printed in a thread of their own, and again when the model changes.
 */

import { basename, dirname } from 'node:path';

import * as vscode from 'vscode';

import { TextIndex } from '../../core/onnx/text/textIndex.js';
import { Background } from '../background/background.js';
import type { ModelFile, ModelLease, OpenModel } from '../modelFiles.js';
import type { Selection } from '../selection.js';
import { modelOfText, textUri, TEXT_SCHEME } from './textUri.js';

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

/** Models of more nodes are not opened just because their text is in view. */
const NODE_LIMIT = 5000;

/**
 * The model of a text, which is opened for it. Opening one of very many nodes takes seconds and hundreds of megabytes:
 * undefined for such a one until somebody else has opened it.
 * @throws UserError where the file is no model that can be looked at
 */
export async function modelOfShown({ file, index }: ShownText): Promise<OpenModel | undefined> {
  return index.nodeCount > NODE_LIMIT ? file.current : file.get();
}

export class ModelTexts implements vscode.FileSystemProvider {
  private readonly changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  private readonly shown = new Map<string, ShownText>();
  /** What every text holds: its model's file. */
  private readonly held = new Map<string, ModelLease>();
  private readonly disposables: vscode.Disposable[];

  readonly onDidChangeFile = this.changed.event;

  constructor(
    private readonly selection: Selection,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.disposables = [
      this.changed,
      vscode.workspace.registerFileSystemProvider(TEXT_SCHEME, this, { isReadonly: true }),
      vscode.workspace.onDidCloseTextDocument(({ uri, isClosed }) => {
        // A document that only changes its language is closed and opened, too.
        if (isClosed) {
          this.forget(uri);
        }
      }),
    ];
  }

  /** What is known of a document's text; undefined while it is printed. */
  of({ uri, lineCount }: vscode.TextDocument): ShownText | undefined {
    const shown = this.shown.get(uri.toString());
    // While a changed text is on its way to the editor, the map is of the one that comes.
    return shown?.index.map.lines === lineCount ? shown : undefined;
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const { ctime, mtime } = await vscode.workspace.fs.stat(modelOf(uri));
    // How long the text will be is not known before it is printed; VS Code goes by what it then reads.
    return { type: vscode.FileType.File, ctime, mtime, size: 0 };
  }

  /** @throws Error with one line on what is wrong with the file */
  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const model = modelOf(uri);
    const start = performance.now();
    const thread = new Background();
    try {
      const { bytes, map } = await thread.request('print', { file: model.fsPath });
      if (bytes.length > LENGTH_LIMIT) {
        throw new Error(
          vscode.l10n.t(
            '{0}: the text has {1} MB, more than the 50 MB that VS Code lets extensions see',
            model.fsPath,
            Math.ceil(bytes.length / 2 ** 20),
          ),
        );
      }
      const { file } = this.hold(uri, model);
      this.shown.set(uri.toString(), { file, index: new TextIndex(map) });
      this.log.info(`printed ${model.fsPath} in ${(performance.now() - start).toFixed(0)} ms`);
      return bytes;
    } finally {
      thread.dispose();
    }
  }

  watch(uri: vscode.Uri): vscode.Disposable {
    const model = modelOf(uri);
    // All names of the folder, because a name may contain what a pattern would read as a wildcard.
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(vscode.Uri.file(dirname(model.fsPath)), '*'),
    );
    let timer: NodeJS.Timeout | undefined;
    const touched =
      (type: vscode.FileChangeType) =>
      (changed: vscode.Uri): void => {
        if (basename(changed.fsPath) === basename(model.fsPath)) {
          clearTimeout(timer);
          timer = setTimeout(() => {
            this.changed.fire([{ type, uri }]);
          }, QUIET_MS);
        }
      };
    return vscode.Disposable.from(
      watcher,
      watcher.onDidChange(touched(vscode.FileChangeType.Changed)),
      watcher.onDidCreate(touched(vscode.FileChangeType.Created)),
      watcher.onDidDelete(touched(vscode.FileChangeType.Deleted)),
      {
        dispose: () => {
          clearTimeout(timer);
        },
      },
    );
  }

  /** Folders have no texts of their own: each text is opened by the URI of its model. */
  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  writeFile(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
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
    const lease = this.held.get(uri.toString()) ?? this.selection.acquire(model);
    this.held.set(uri.toString(), lease);
    return lease;
  }
}

/** @throws FileSystemError for a URI that is no model's text, such as that of a folder in the breadcrumbs */
function modelOf(uri: vscode.Uri): vscode.Uri {
  const model = modelOfText(uri);
  if (model === undefined || textUri(model).path !== uri.path) {
    throw vscode.FileSystemError.FileNotFound(uri);
  }
  return model;
}
