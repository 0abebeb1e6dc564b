/** The models that Python sources are compared with. */

import { dirname } from 'node:path';

import * as vscode from 'vscode';

import type { SourceMap } from '../../core/source/sourceMap.js';
import type { ModelLease, OpenModel } from '../modelFiles.js';
import type { Selection } from '../selection.js';
import { findModels } from '../workspaceModels.js';
import type { FileLinks, SourceLink } from './sourceLink.js';

/** More models of a workspace than this are not compared with a source. */
const MODEL_LIMIT = 20;
const CHOICES = 'sourceModels';

export class SourceModels {
  private readonly leases = new Map<string, ModelLease>();
  private readonly listeners: vscode.Disposable[] = [];

  /** @param onChange is called when a model that a source makes was opened again */
  constructor(
    private readonly selection: Selection,
    private readonly memento: vscode.Memento,
    private readonly log: vscode.LogOutputChannel,
    private readonly onChange: () => void,
  ) {}

  /** Remembers the model of a file. */
  async choose(file: string, model: vscode.Uri): Promise<void> {
    await this.memento.update(CHOICES, { ...this.choices, [file]: model.toString() });
  }

  /** Models that a file may make, those nearby first. */
  async candidates(file: string): Promise<readonly vscode.Uri[]> {
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

  /** The best match first: the one that was chosen, then the one that covers most, then the active model. */
  ordered(file: string, found: readonly SourceLink[]): FileLinks | undefined {
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

  /** Opens a model that a source makes, which stays open; undefined where it cannot be opened, or is another by now. */
  async open(uri: vscode.Uri, map: SourceMap): Promise<OpenModel | undefined> {
    const key = uri.toString();
    let lease = this.leases.get(key);
    if (lease === undefined) {
      lease = this.selection.acquire(uri);
      this.leases.set(key, lease);
      this.listeners.push(lease.file.onDidChange(this.onChange));
    }
    try {
      const model = await lease.file.get();
      return isOf(model, map) ? model : undefined;
    } catch (error) {
      // Whoever opens that model is told; the source is not about it.
      this.log.debug(error instanceof Error ? error.message : String(error));
      return undefined;
    }
  }

  dispose(): void {
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
}

/** Whether a model, which is perhaps older or newer than the one that was compared, has all layers of a map. */
function isOf({ network }: OpenModel, { anchors, folded }: SourceMap): boolean {
  const names = new Set(network.layers.map(({ name }) => name));
  const places = [...anchors.values()].flat();
  const folds = [...folded.values()].flat();
  return (
    places.every(({ layers }) => layers.every((name) => names.has(name))) &&
    folds.every(({ into }) => into.every((name) => names.has(name)))
  );
}
