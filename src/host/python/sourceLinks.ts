/** Which model a Python source makes, and where in it: read when asked for, and again when either changes. */

import { basename, dirname } from 'node:path';

import * as vscode from 'vscode';

import { Derivations } from '../../core/source/derivations.js';
import { readSource } from '../../core/source/readSource.js';
import type { Source } from '../../core/source/readSource.js';
import { mapSource } from '../../core/source/sourceMap.js';
import type { Anchor, FoldedPlace, LayerSource, SourceMap } from '../../core/source/sourceMap.js';
import { pythonParser } from '../../core/source/syntax.js';
import type { ModelLease, OpenModel } from '../modelFiles.js';
import { NOT_OWN } from '../notOwn.js';
import type { Selection } from '../selection.js';
import { findModels } from '../workspaceModels.js';
import { fileOf, firstLineOf, SourceTexts } from './sourceTexts.js';

/** A model that a source makes. */
export interface SourceLink {
  readonly model: OpenModel;
  readonly map: SourceMap;
}

/** All models that a file makes; the first is the one that is spoken of. */
export interface FileLinks {
  readonly file: string;
  readonly links: readonly [SourceLink, ...SourceLink[]];
  /** True where another model fits as well, and nothing but its name put the first one there. */
  readonly isAmbiguous: boolean;
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
/** More models of a workspace than this are not opened to see whether a source makes them. */
const MODEL_LIMIT = 20;
/** More files of a workspace than this are not read to see whether they make a model. */
const FILE_LIMIT = 200;
/** More files than this are not kept read: their syntax trees fill the memory. */
const SOURCE_LIMIT = 20;
const CHOICES = 'sourceModels';
/** What a file without a model of its own depends on: any other may import it. */
const ANY_SOURCE = '**/*.py';
/** Sources of networks name one of these. */
const LIBRARY = /\b(?:torch|keras|tensorflow)\b/;

export class SourceLinks {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly disposables: vscode.Disposable[];
  private readonly leases = new Map<string, ModelLease>();
  private readonly listeners: vscode.Disposable[] = [];
  private readonly sources = new Derivations<Source>(SOURCE_LIMIT);
  private readonly known = new Derivations<FileLinks | undefined>(2 * FILE_LIMIT);
  /** Sources that have changed since the last quiet moment. */
  private readonly touched = new Set<string>();
  /** Whether any source may make another model now, for which none has to be read again. */
  private modelsChanged = false;
  private timer: NodeJS.Timeout | undefined;

  /** Fires when what was said of a source may be no longer true. */
  readonly onDidChange = this.changed.event;

  constructor(
    private readonly selection: Selection,
    private readonly memento: vscode.Memento,
    private readonly log: vscode.LogOutputChannel,
  ) {
    const sources = vscode.workspace.createFileSystemWatcher('**/*.{py,onnx}');
    const soon = ({ fsPath }: vscode.Uri): void => {
      this.forgetSoon(fsPath.endsWith('.py') ? fsPath : undefined);
    };
    this.disposables = [
      this.changed,
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
    const anchors = within(map.anchorsIn(all.file));
    return { all, model, map, firstLine, anchors, folded: within(map.foldedIn(all.file)) };
  }

  /** The models that a file makes. */
  ofFile(file: string): Promise<FileLinks | undefined> {
    return this.known.get(file, (read) =>
      this.read(file, read).catch((error: unknown) => {
        this.log.error(error instanceof Error ? error : String(error));
        return undefined;
      }),
    );
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
      const source = link?.map.sourceOf(layer);
      if (link !== undefined && source !== undefined && link.map.coverage > (best?.coverage ?? -1)) {
        best = { coverage: link.map.coverage, source };
      }
    }
    return best?.source;
  }

  /** Remembers the model of a file. */
  async choose(file: string, model: vscode.Uri): Promise<void> {
    await this.memento.update(CHOICES, { ...this.choices, [file]: model.toString() });
    this.modelsChanged = true;
    this.forget();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.disposables.forEach((each) => {
      each.dispose();
    });
    this.listeners.forEach((each) => {
      each.dispose();
    });
    this.leases.forEach((lease) => {
      lease.dispose();
    });
  }

  private get choices(): Readonly<Record<string, string>> {
    return this.memento.get<Record<string, string>>(CHOICES, {});
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
      this.sources.forget(source);
      this.known.forget(source);
      this.known.forget(ANY_SOURCE);
    }
    this.touched.clear();
    if (this.modelsChanged) {
      this.modelsChanged = false;
      this.known.clear();
    }
    this.changed.fire();
  }

  private source(file: string): Promise<Source> {
    return this.sources.get(file, async (read) => {
      const start = performance.now();
      const texts = new SourceTexts(read);
      const source = await readSource(await pythonParser(), texts, file);
      if (source.givenUp === undefined) {
        this.log.info(`read ${file} in ${(performance.now() - start).toFixed(0)} ms`);
      } else {
        this.log.warn(`${file}: ${source.givenUp}`);
      }
      return source;
    });
  }

  private async read(file: string, read: (other: string) => void): Promise<FileLinks | undefined> {
    const text = new SourceTexts(read).read(file);
    if (text === undefined || !LIBRARY.test(text)) {
      return undefined;
    }
    const start = performance.now();
    const source = await this.source(file);
    this.sources.readsOf(file).forEach(read);
    const found: SourceLink[] = [];
    for (const uri of await this.candidates(file)) {
      const link = await this.openModel(uri, (model) => mapSource(model.network, source));
      if (link !== undefined && (link.map.anchorsIn(file).length > 0 || link.map.files.length > 0)) {
        found.push(link);
      }
    }
    this.log.info(
      `matched ${file} in ${(performance.now() - start).toFixed(0)} ms: ${found.map(({ model }) => basename(model.uri.fsPath)).join(', ') || 'no model'}`,
    );
    // Stack traces alone tell less of building blocks than the source that puts them together.
    const isWhole = found.some(({ map }) => map.coverage > 0);
    const own = this.ordered(file, found);
    if (isWhole) {
      return own;
    }
    read(ANY_SOURCE);
    return (await this.ofImporter(file)) ?? own;
  }

  /** The best match first: the one that was chosen, then the one that covers most, then the active model. */
  private ordered(file: string, found: readonly SourceLink[]): FileLinks | undefined {
    const chosen = this.choices[file];
    const active = this.selection.file?.uri.toString();
    const rank = ({ model, map }: SourceLink): readonly number[] => [
      model.uri.toString() === chosen ? 1 : 0,
      map.coverage,
      model.uri.toString() === active ? 1 : 0,
    ];
    const [first, ...others] = [...found].sort((a, b) => {
      const [one, two] = [rank(a), rank(b)];
      return two.map((value, place) => value - (one[place] ?? 0)).find((difference) => difference !== 0) ?? 0;
    });
    if (first === undefined) {
      return undefined;
    }
    const [second] = others;
    const isTie = second !== undefined && rank(second).join() === rank(first).join();
    return { file, links: [first, ...others], isAmbiguous: isTie };
  }

  /** A file of building blocks belongs to the model of a source that imports it. */
  private async ofImporter(file: string): Promise<FileLinks | undefined> {
    const name = basename(file, '.py');
    const imports = new RegExp(`^\\s*(?:from|import)\\s.*\\b${name.replace(/\W/g, '\\$&')}\\b`, 'm');
    const others = await vscode.workspace.findFiles('**/*.py', NOT_OWN, FILE_LIMIT);
    for (const { fsPath } of others) {
      const text = fsPath === file ? undefined : new SourceTexts().read(fsPath);
      if (text !== undefined && LIBRARY.test(text) && imports.test(text)) {
        const all = await this.ofFile(fsPath);
        const links = (all?.links ?? []).filter(({ map }) => map.anchorsIn(file).length > 0);
        const ordered = this.ordered(file, links);
        if (ordered !== undefined) {
          return ordered;
        }
      }
    }
    return undefined;
  }

  /** Models that a file may make, those nearby first. */
  private async candidates(file: string): Promise<readonly vscode.Uri[]> {
    const found = await findModels(10 * MODEL_LIMIT);
    const chosen = this.choices[file];
    const named = [
      ...(chosen === undefined ? [] : [vscode.Uri.parse(chosen)]),
      ...(this.selection.file === undefined ? [] : [this.selection.file.uri]),
    ];
    // These are perhaps in another folder, and perhaps gone.
    const isThere = await Promise.all(
      named.map((uri) =>
        vscode.workspace.fs.stat(uri).then(
          () => true,
          () => false,
        ),
      ),
    );
    const first = named.filter((_, place) => isThere[place]);
    const near = (uri: vscode.Uri): number => (uri.fsPath.startsWith(dirname(file)) ? 0 : 1);
    const sorted = [...found].sort((a, b) => near(a) - near(b) || a.path.localeCompare(b.path));
    const all = new Map([...first, ...sorted].map((uri) => [uri.toString(), uri]));
    return [...all.values()].slice(0, MODEL_LIMIT);
  }

  /** Opens a model, which stays open: after the next change of the source it is compared again. */
  private async openModel(
    uri: vscode.Uri,
    map: (model: OpenModel) => SourceMap | undefined,
  ): Promise<SourceLink | undefined> {
    const key = uri.toString();
    let lease = this.leases.get(key);
    if (lease === undefined) {
      lease = this.selection.acquire(uri);
      this.leases.set(key, lease);
      this.listeners.push(
        lease.file.onDidChange(() => {
          this.forgetSoon();
        }),
      );
    }
    try {
      const model = await lease.file.get();
      const found = map(model);
      return found && { model, map: found };
    } catch (error) {
      // Whoever opens that model is told; the source is not about it.
      this.log.debug(error instanceof Error ? error.message : String(error));
      return undefined;
    }
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
