/**
 * What was found in models and where it stands: kept while texts and sources are closed, and over reloads of the
 * VS Code window, for as long as the model's file and its preprocessing are the same.
 */

import * as vscode from 'vscode';

import type { Problem } from '../../core/problems/problem.js';
import { stampOf } from '../modelFiles.js';
import type { OpenModel } from '../modelFiles.js';

const STORED = 'foundProblems';
/** Findings of this many models are stored, those looked at last. */
const KEPT = 10;

/** The findings of one model. */
export interface Found {
  readonly model: vscode.Uri;
  /** The file that they are about: its time and size. */
  readonly stamp: string;
  /** What photos were made ready by. */
  readonly preprocessing: string;
  readonly problems: readonly Problem[];
  /** Last known places, by `placeKey`. */
  readonly places: Map<string, readonly vscode.Location[]>;
}

/** The same for findings that stand at the same place of a target. */
export function placeKey(target: string, { layer = '', node = '' }: Problem): string {
  return JSON.stringify([target, layer, node]);
}

export class FoundProblems {
  private readonly byModel = new Map<string, Found>();

  constructor(private readonly memento: vscode.Memento) {}

  get all(): readonly Found[] {
    return [...this.byModel.values()];
  }

  of(model: vscode.Uri): Found | undefined {
    return this.byModel.get(model.toString());
  }

  /** Whether what is known of a model was found in the file as it is now. */
  isCurrent(model: OpenModel): boolean {
    const found = this.of(model.uri);
    return found?.stamp === model.stamp && found.preprocessing === preprocessingOf(model);
  }

  /** Replaces what is known to be wrong with a model. Places in a file that is the same stay known. */
  set(model: OpenModel, problems: readonly Problem[]): void {
    const before = this.of(model.uri);
    const key = model.uri.toString();
    this.byModel.delete(key);
    this.byModel.set(key, {
      model: model.uri,
      stamp: model.stamp,
      preprocessing: preprocessingOf(model),
      problems,
      places: before?.stamp === model.stamp ? before.places : new Map<string, readonly vscode.Location[]>(),
    });
  }

  delete(model: vscode.Uri): void {
    this.byModel.delete(model.toString());
  }

  /** Takes back what was stored of files that have not changed since. */
  async restore(): Promise<void> {
    for (const stored of this.memento.get<readonly StoredProblems[]>(STORED, [])) {
      const model = vscode.Uri.parse(stored.model);
      const stamp = await stampOf(model);
      if (stamp !== undefined && stamp === stored.stamp && this.of(model) === undefined) {
        const { preprocessing, problems } = stored;
        const places = await placesIn(stored);
        this.byModel.set(stored.model, { model, stamp, preprocessing, problems, places });
      }
    }
  }

  /** Stores what differs from what is stored: findings, their places, and times of the files with these. */
  async store(): Promise<void> {
    const written = await timesOf(this.all.flatMap(({ places }) => [...places.values()].flat()));
    const stored = this.all.slice(-KEPT).map(({ model, places, ...rest }): StoredProblems => {
      const lasting = [...places].map(
        ([key, at]) => [key, at.filter(({ uri }) => isLasting(uri)).map(storedPlace)] as const,
      );
      const uris = lasting.flatMap(([, at]) => at.map(({ uri }) => uri));
      const times = Object.fromEntries(uris.map((uri) => [uri, written.get(uri)]));
      return { ...rest, model: model.toString(), places: lasting, written: times };
    });
    if (JSON.stringify(stored) !== JSON.stringify(this.memento.get(STORED, []))) {
      await this.memento.update(STORED, stored);
    }
  }
}

interface StoredPlace {
  readonly uri: string;
  readonly range: readonly [line: number, column: number, lastLine: number, lastColumn: number];
}

interface StoredProblems {
  readonly model: string;
  readonly stamp: string;
  readonly preprocessing: string;
  readonly problems: readonly Problem[];
  readonly places: readonly (readonly [key: string, places: readonly StoredPlace[]])[];
  /** When the files in which the places are were written, by URI. */
  readonly written: Readonly<Record<string, number | undefined>>;
}

function preprocessingOf({ preprocessing: { preprocessing } }: OpenModel): string {
  return JSON.stringify(preprocessing);
}

/** Cells of a notebook have other addresses in the next VS Code window. */
function isLasting({ scheme }: vscode.Uri): boolean {
  return scheme !== 'vscode-notebook-cell';
}

function storedPlace({ uri, range: { start, end } }: vscode.Location): StoredPlace {
  return { uri: uri.toString(), range: [start.line, start.character, end.line, end.character] };
}

/** The places in files that nobody has written to since. */
async function placesIn({ places, written }: StoredProblems): Promise<Found['places']> {
  const all = places.map(
    ([key, at]) =>
      [
        key,
        at.map(({ uri, range }) => new vscode.Location(vscode.Uri.parse(uri), new vscode.Range(...range))),
      ] as const,
  );
  const now = await timesOf(all.flatMap(([, at]) => at));
  const isSame = ({ uri }: vscode.Location): boolean => {
    const time = now.get(uri.toString());
    return time !== undefined && time === written[uri.toString()];
  };
  return new Map(all.map(([key, at]) => [key, at.filter(isSame)]));
}

/** When the documents with places were written, by URI: 0 for what is no file, nothing for a file that is gone. */
async function timesOf(places: readonly vscode.Location[]): Promise<ReadonlyMap<string, number>> {
  const uris = new Map(places.map(({ uri }) => [uri.toString(), uri]));
  const times = new Map<string, number>();
  for (const [key, uri] of uris) {
    const stat = uri.scheme === 'file' ? vscode.workspace.fs.stat(uri) : { mtime: 0 };
    const time = await Promise.resolve(stat).then(
      ({ mtime }) => mtime,
      () => undefined,
    );
    if (time !== undefined) {
      times.set(key, time);
    }
  }
  return times;
}
