/** Which model a Python source makes, and where in it: read when asked for, and again when either changes. */

import { basename } from 'node:path';

import * as vscode from 'vscode';

import { Derivations } from '../../core/source/derivations.js';
import type { Anchor, FoldedPlace, LayerSource } from '../../core/source/sourceMap.js';
import type { Background } from '../background/background.js';
import type { OpenModel } from '../modelFiles.js';
import { NOT_OWN } from '../notOwn.js';
import type { Selection } from '../selection.js';
import type { FileLinks, SourceLink } from './sourceLink.js';
import { SourceModels } from './sourceModels.js';
import { editedSources, fileOf, firstLineOf } from './sourceTexts.js';

/** The models that a file makes by itself. */
interface OwnLinks {
  readonly links: FileLinks | undefined;
  /** True where it says how one of them is put together. */
  readonly isWhole: boolean;
}

/** A document with what is known of it. */
export interface LinkedDocument extends SourceLink {
  readonly all: FileLinks;
  /** Anchors in the document, by its own lines. */
  readonly anchors: readonly Anchor[];
  /** Batch normalisations in the document that the exporter folded into other layers. */
  readonly folded: readonly FoldedPlace[];
  /** Line of the document for a line of the file. */
  readonly firstLine: number;
}

/** The user types; this long after the last letter the source is read again. */
const QUIET_MS = 400;
/** More files of a workspace than this are not read to see whether they make a model. */
const FILE_LIMIT = 200;
/** What a file without a model of its own depends on: any other may import it. */
const ANY_SOURCE = '**/*.py';

export class SourceLinks {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly disposables: vscode.Disposable[];
  private readonly models: SourceModels;
  /** What each file makes itself. */
  private readonly own = new Derivations<OwnLinks | undefined>(2 * FILE_LIMIT);
  /** What is said of each file. */
  private readonly known = new Derivations<FileLinks | undefined>(2 * FILE_LIMIT);
  /** Sources that have changed since the last quiet moment. */
  private readonly touched = new Set<string>();
  /** Whether any source may make another model now, for which none has to be read again. */
  private modelsChanged = false;
  private timer: NodeJS.Timeout | undefined;
  /** Those who wait for the next quiet moment. */
  private readonly waiting: (() => void)[] = [];
  private isDisposed = false;

  /** Fires when what was said of a source may be no longer true. */
  readonly onDidChange = this.changed.event;

  constructor(
    selection: Selection,
    memento: vscode.Memento,
    private readonly thread: Pick<Background, 'request'>,
    private readonly log: vscode.LogOutputChannel,
  ) {
    this.models = new SourceModels(selection, memento, log, () => {
      this.forgetSoon();
    });
    const sources = vscode.workspace.createFileSystemWatcher('**/*.{py,onnx}');
    const soon = ({ fsPath }: vscode.Uri): void => {
      this.forgetSoon(fsPath.endsWith('.py') ? fsPath : undefined);
    };
    this.disposables = [
      this.changed,
      this.models,
      sources,
      sources.onDidCreate(soon),
      sources.onDidChange(soon),
      sources.onDidDelete(soon),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (document.languageId === 'python' && contentChanges.length > 0) {
          this.forgetSoon(fileOf(document));
        }
      }),
      vscode.workspace.onDidChangeNotebookDocument(({ notebook, contentChanges }) => {
        if (contentChanges.length > 0) {
          this.forgetSoon(notebook.uri.fsPath);
        }
      }),
      selection.onDidChangeModel(() => {
        this.forgetSoon();
      }),
    ];
  }

  /** What a document makes; undefined where that is no model that is known. */
  async of(document: vscode.TextDocument): Promise<LinkedDocument | undefined> {
    const all = await this.ofFile(fileOf(document));
    if (all === undefined) {
      return undefined;
    }
    const [{ model, map }] = all.links;
    const firstLine = firstLineOf(document);
    const within = <Place extends Anchor | FoldedPlace>(places: readonly Place[]): readonly Place[] =>
      placesWithin(places, firstLine, document.lineCount);
    const anchors = within(map.anchors.get(all.file) ?? []);
    return { all, model, map, firstLine, anchors, folded: within(map.folded.get(all.file) ?? []) };
  }

  /** The models that a file makes, as it is now: while it changes, the answer waits. */
  async ofFile(file: string): Promise<FileLinks | undefined> {
    for (;;) {
      const links = await this.known.get(file, (read, signal) => this.read(file, read, signal));
      const reads = [...this.known.readsOf(file)];
      if (this.isDisposed || !reads.some((each) => this.touched.has(each))) {
        return links;
      }
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }

  /** Where a layer of a model is made: in an open source, or in another of the workspace. */
  async sourceOf(model: OpenModel, layer: string): Promise<LayerSource | undefined> {
    const open = vscode.workspace.textDocuments
      .filter(({ languageId }) => languageId === 'python')
      .map(fileOf);
    const found = await vscode.workspace.findFiles('**/*.py', NOT_OWN, FILE_LIMIT);
    const files = [...new Set([...open, ...found.map(({ fsPath }) => fsPath)])];
    let best: { readonly coverage: number; readonly source: LayerSource } | undefined;
    for (const file of files) {
      const all = await this.ofFile(file);
      const link = all?.links.find((each) => each.model.uri.toString() === model.uri.toString());
      const source = link?.map.sources.get(layer);
      if (link !== undefined && source !== undefined && link.map.coverage > (best?.coverage ?? -1)) {
        best = { coverage: link.map.coverage, source };
      }
    }
    return best?.source;
  }

  /** Remembers the model of a file. */
  async choose(file: string, model: vscode.Uri): Promise<void> {
    await this.models.choose(file, model);
    this.modelsChanged = true;
    this.forget();
  }

  dispose(): void {
    this.isDisposed = true;
    clearTimeout(this.timer);
    this.release();
    this.disposables.forEach((each) => {
      each.dispose();
    });
  }

  /** @param source that has changed; undefined where it is a model, or which one is looked at */
  private forgetSoon(source?: string): void {
    if (source !== undefined) {
      this.touched.add(source);
    }
    this.modelsChanged ||= source === undefined;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.forget();
    }, QUIET_MS);
  }

  /** What a changed source and those that import it make is read again, and nothing else. */
  private forget(): void {
    for (const source of this.touched) {
      this.own.forget(source);
      this.known.forget(source);
      this.known.forget(ANY_SOURCE);
    }
    this.touched.clear();
    if (this.modelsChanged) {
      this.modelsChanged = false;
      this.own.clear();
      this.known.clear();
    }
    this.release();
    this.changed.fire();
  }

  private release(): void {
    this.waiting.splice(0).forEach((resolve) => {
      resolve();
    });
  }

  /** What is said of a file. A file of building blocks belongs to the model of a source that imports it. */
  private async read(
    file: string,
    read: (other: string) => void,
    signal: AbortSignal,
  ): Promise<FileLinks | undefined> {
    try {
      const own = await this.ownLinks(file, read);
      // Stack traces alone tell less of building blocks than the source that puts them together.
      if (own === undefined || own.isWhole) {
        return own?.links;
      }
      read(ANY_SOURCE);
      const found = await vscode.workspace.findFiles('**/*.py', NOT_OWN, FILE_LIMIT);
      const among = found.map(({ fsPath }) => fsPath);
      const importers = await this.thread.request(
        'importersOf',
        { edited: editedSources(), file, among },
        { signal },
      );
      for (const importer of importers) {
        const all = (await this.ownLinks(importer, read))?.links;
        const links = (all?.links ?? []).filter(({ map }) => map.anchors.has(file));
        const ordered = this.models.ordered(file, links);
        if (ordered !== undefined) {
          return ordered;
        }
      }
      return own.links;
    } catch (error) {
      if (!signal.aborted && !this.isDisposed) {
        this.log.error(error instanceof Error ? error : String(error));
      }
      return undefined;
    }
  }

  /** What a file makes itself, kept until it changes or one that it is made of. */
  private async ownLinks(file: string, read: (other: string) => void): Promise<OwnLinks | undefined> {
    const own = await this.own.get(file, (each, signal) => this.connect(file, each, signal));
    this.own.readsOf(file).forEach(read);
    return own;
  }

  private async connect(
    file: string,
    read: (other: string) => void,
    signal: AbortSignal,
  ): Promise<OwnLinks | undefined> {
    const edited = editedSources();
    if (!(await this.thread.request('isNetworkSource', { edited, file }, { signal }))) {
      return undefined;
    }
    const start = performance.now();
    const uris = new Map((await this.models.candidates(file)).map((uri) => [uri.fsPath, uri]));
    const models = [...uris.keys()];
    const { maps, reads, milliseconds, givenUp, unopened } = await this.thread.request(
      'connectSource',
      { edited, file, models },
      { signal },
    );
    reads.forEach(read);
    if (milliseconds !== undefined) {
      this.log.info(`read ${file} in ${milliseconds.toFixed(0)} ms`);
      if (givenUp !== undefined) {
        this.log.warn(`${file}: ${givenUp}`);
      }
    }
    unopened.forEach((reason) => {
      this.log.debug(reason);
    });
    const found: SourceLink[] = [];
    for (const [path, map] of maps) {
      const uri = uris.get(path);
      const model = uri && map.anchors.size > 0 ? await this.models.open(uri, map) : undefined;
      if (model !== undefined) {
        found.push({ model, map });
      }
    }
    const matched = found.map(
      ({ model, map: { ways } }) =>
        `${basename(model.uri.fsPath)} (modules by ${ways.made ?? 'nothing'}, calls by ${ways.called})`,
    );
    this.log.info(
      `matched ${file} in ${(performance.now() - start).toFixed(0)} ms: ${matched.join(', ') || 'no model'}`,
    );
    return { links: this.models.ordered(file, found), isWhole: found.some(({ map }) => map.coverage > 0) };
  }
}

/** The places of a file that are in one of its documents, by that document's lines. */
function placesWithin<Place extends Anchor | FoldedPlace>(
  places: readonly Place[],
  firstLine: number,
  lineCount: number,
): readonly Place[] {
  return places.flatMap((place) => {
    const { start, end } = place.range;
    const [first, last] = [start.line - firstLine, end.line - firstLine];
    const range = { ...place.range, start: { ...start, line: first }, end: { ...end, line: last } };
    return first < 0 || first >= lineCount ? [] : [{ ...place, range }];
  });
}
