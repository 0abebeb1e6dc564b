/** Open .onnx files: each is read once, whoever looks at it, and again when it changes on disk. */

import { basename, dirname, join } from 'node:path';

import * as vscode from 'vscode';

import { overviewSteps } from '../core/problems/overview.js';
import type { Problem } from '../core/problems/problem.js';
import { BoundedCache } from '../core/boundedCache.js';
import { choosePreprocessing } from '../core/imaging/preprocess.js';
import type { ChosenPreprocessing } from '../core/imaging/preprocess.js';
import { chooseLabels, labelFiles } from '../core/network/classNames.js';
import type { ChosenLabels } from '../core/network/chosenLabels.js';
import type { ImageSize } from '../core/network/imageInput.js';
import type { Labels } from '../core/network/labels.js';
import type { Engine } from '../core/engine.js';
import { measureShapes, tensorsOfUnknownShape, withMeasuredShapes } from '../core/network/measuredShapes.js';
import type { MeasuredShapes } from '../core/network/measuredShapes.js';
import { openNetwork } from '../core/network/open.js';
import type { Network } from '../core/network/network.js';
import {
  saveLabels,
  savePhotoLabels,
  savePreprocessing,
  saveSize,
  sidecarPath,
} from '../core/network/sidecar.js';
import type { Preprocessing } from '../core/network/preprocessing.js';
import { inTurns } from '../core/steps.js';
import type { ModelView, PostedModel } from '../protocol/view.js';
import { tensorFactsSteps } from './tensorFacts.js';
import { layerGroupsSteps } from './graph/layerGroups.js';
import type { LayerGroups } from './graph/layerGroups.js';
import { postedModelSteps, modelViewSteps } from './modelView.js';
import { defaultPreprocessing, SECTION } from './settings.js';

/** A model as it is on disk at one moment. */
export interface OpenModel {
  readonly uri: vscode.Uri;
  /** Time and size of the file that was opened. */
  readonly stamp: string;
  readonly network: Network;
  readonly view: ModelView;
  /** The view as webviews are sent it. */
  readonly posted: PostedModel;
  readonly groups: LayerGroups;
  /** What can be told to be wrong with it from the graph alone. */
  readonly problems: readonly Problem[];
  readonly preprocessing: ChosenPreprocessing;
  readonly labels: ChosenLabels;
}

/** Exporters write in pieces; this long after the last one the file is read. */
const QUIET_MS = 300;
/** So many models, each at one size of images, need not be run again when they are opened again. */
const MOST_MEASURED = 20;

/** Time and size of a file: equal for the same one; undefined where there is none. */
export async function stampOf(file: vscode.Uri): Promise<string | undefined> {
  return vscode.workspace.fs.stat(file).then(
    ({ mtime, size }) => `${mtime} ${size}`,
    () => undefined,
  );
}

/** One .onnx file that somebody looks at. */
export class ModelFile {
  private readonly changed = new vscode.EventEmitter<OpenModel>();
  private readonly disposables: vscode.Disposable[];
  private opening: Promise<OpenModel> | undefined;
  private timer: NodeJS.Timeout | undefined;

  /** The model, once it is open. */
  current: OpenModel | undefined;

  /** Fires when the file, its sidecar or the preprocessing setting changed and the model was opened again. */
  readonly onDidChange = this.changed.event;

  constructor(
    readonly uri: vscode.Uri,
    private readonly engine: Engine,
    private readonly shapes: BoundedCache<MeasuredShapes>,
    private readonly log: vscode.LogOutputChannel,
    private readonly onOpen: (model: OpenModel) => void,
  ) {
    const { fsPath } = uri;
    // All names of the folder, because a name may contain what a pattern would read as a wildcard.
    const watcher = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(vscode.Uri.file(dirname(fsPath)), '*'),
    );
    const read = [fsPath, sidecarPath(fsPath)].concat(
      labelFiles(basename(fsPath)).map((name) => join(dirname(fsPath), name)),
    );
    const touched = (changed: vscode.Uri): void => {
      if (read.includes(changed.fsPath)) {
        this.reopenSoon();
      }
    };
    this.disposables = [
      this.changed,
      watcher,
      watcher.onDidChange(touched),
      watcher.onDidCreate(touched),
      watcher.onDidDelete(touched),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(`${SECTION}.preprocessing`)) {
          this.reopenSoon();
        }
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        if (this.current !== undefined && tensorsOfUnknownShape(this.current.network).length > 0) {
          this.reopenSoon();
        }
      }),
    ];
  }

  get name(): string {
    return basename(this.uri.fsPath);
  }

  /** @throws UserError where the file is no model that can be looked at */
  get(): Promise<OpenModel> {
    this.opening ??= this.openLatest();
    return this.opening;
  }

  /** Stores the preprocessing in the model's sidecar. */
  async setPreprocessing(preprocessing: Preprocessing): Promise<void> {
    await savePreprocessing(this.uri.fsPath, preprocessing);
    await this.reopen();
  }

  /** Stores the size of images in the model's sidecar; undefined for the usual one. */
  async setSize(size: ImageSize | undefined): Promise<void> {
    await saveSize(this.uri.fsPath, size);
    await this.reopen();
  }

  /** Stores class names, `imagenet`, or the name of a file beside the model, in its sidecar; undefined takes them out. */
  async setLabels(labels: Labels | string | undefined): Promise<void> {
    await saveLabels(this.uri.fsPath, labels);
    await this.reopen();
  }

  /** Stores in its sidecar which classes labels of photo sets mean; null leaves one out, undefined takes it out again. */
  async setPhotoLabels(labels: Readonly<Record<string, number | null | undefined>>): Promise<void> {
    await savePhotoLabels(this.uri.fsPath, labels);
    await this.reopen();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.disposables.forEach((each) => {
      each.dispose();
    });
  }

  private async open(): Promise<OpenModel> {
    const start = performance.now();
    // Before the file is read: one that changes meanwhile is another one.
    const stamp = await stampOf(this.uri);
    const network = await this.measured(await openNetwork(this.uri.fsPath), stamp);
    const labels = await chooseLabels(network);
    const found = await inTurns(overviewSteps(network));
    const groups = await inTurns(layerGroupsSteps(network.layers));
    const uri = this.uri.toString();
    const view = await inTurns(modelViewSteps(uri, this.name, network, found, groups, labels));
    await inTurns(tensorFactsSteps(network));
    const model: OpenModel = {
      uri: this.uri,
      stamp: stamp ?? '',
      network,
      view,
      posted: await inTurns(postedModelSteps(view)),
      groups,
      problems: found.problems,
      preprocessing: await preprocessingOf(network),
      labels,
    };
    this.log.info(`opened ${this.uri.fsPath} in ${(performance.now() - start).toFixed(0)} ms`);
    return model;
  }

  /** The network with shapes that only a run tells. In a workspace that is not trusted, nothing runs unasked. */
  private async measured(network: Network, stamp: string | undefined): Promise<Network> {
    if (!vscode.workspace.isTrusted) {
      return network;
    }
    try {
      const key = `${this.uri.toString()} ${stamp ?? ''} ${network.input.shape.join()}`;
      const measured = this.shapes.get(key) ?? (await measureShapes(network, this.engine));
      this.shapes.set(key, measured);
      return await withMeasuredShapes(network, measured);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      this.log.warn(
        `${this.uri.fsPath}: some shapes can only be told by running the model, which failed: ${reason}`,
      );
      return network;
    }
  }

  /** Opens the file. Where it changes meanwhile and is opened again, that is what counts, if it can be opened. */
  private openLatest(): Promise<OpenModel> {
    const finish = async (): Promise<OpenModel> => {
      try {
        const model = await this.open();
        const newer = this.opening === opening ? undefined : await this.opening?.catch(() => undefined);
        if (newer !== undefined) {
          return newer;
        }
        this.current = model;
        this.onOpen(model);
        return model;
      } catch (error) {
        if (this.opening !== opening && this.opening !== undefined) {
          return this.opening;
        }
        // The next one who asks tries again.
        this.opening = undefined;
        throw error;
      }
    };
    const opening = finish();
    return opening;
  }

  private reopenSoon(): void {
    if (this.opening === undefined) {
      return;
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.reopen().catch((error: unknown) => {
        // What was open stays: the file may be half written, or deleted.
        this.log.warn(error instanceof Error ? error.message : String(error));
      });
    }, QUIET_MS);
  }

  private async reopen(): Promise<void> {
    const before = this.opening;
    this.opening = undefined;
    try {
      this.changed.fire(await this.get());
    } catch (error) {
      this.opening = before;
      before?.catch(() => {
        // That had failed, too: the next one who asks tries again.
        if (this.opening === before) {
          this.opening = undefined;
        }
      });
      throw error;
    }
  }
}

async function preprocessingOf({ sidecar }: Network): Promise<ChosenPreprocessing> {
  const chosen = sidecar?.preprocess === undefined ? defaultPreprocessing() : undefined;
  return chosen === undefined
    ? choosePreprocessing({ sidecar })
    : {
        preprocessing: chosen,
        source: vscode.l10n.t('from the setting unpool.preprocessing'),
        isDeclared: true,
      };
}

/** A right to look at a file; with the last one gone, the file is closed. */
export interface ModelLease {
  readonly file: ModelFile;
  dispose(): void;
}

export class ModelFiles {
  private readonly files = new Map<string, { readonly file: ModelFile; holders: number }>();

  private readonly opened = new vscode.EventEmitter<OpenModel>();
  /** What was measured of files as they were, by file, stamp and size of images. */
  private readonly shapes = new BoundedCache<MeasuredShapes>(MOST_MEASURED);

  /** Fires when a model was opened, and opened again because its file changed. */
  readonly onDidOpen = this.opened.event;

  constructor(
    private readonly engine: Engine,
    private readonly log: vscode.LogOutputChannel,
  ) {}

  acquire(uri: vscode.Uri): ModelLease {
    const key = uri.toString();
    const entry = this.files.get(key) ?? { file: this.make(uri), holders: 0 };
    this.files.set(key, entry);
    entry.holders++;
    let isHeld = true;
    return {
      file: entry.file,
      dispose: () => {
        entry.holders -= isHeld ? 1 : 0;
        isHeld = false;
        if (entry.holders === 0 && this.files.get(key) === entry) {
          this.files.delete(key);
          entry.file.dispose();
        }
      },
    };
  }

  private make(uri: vscode.Uri): ModelFile {
    return new ModelFile(uri, this.engine, this.shapes, this.log, (model) => {
      this.opened.fire(model);
    });
  }

  dispose(): void {
    this.opened.dispose();
    this.files.forEach(({ file }) => {
      file.dispose();
    });
    this.files.clear();
  }
}
