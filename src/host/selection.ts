/** What the user looks at: the model, the layer, the photo. Every view and panel shows it and changes it. */

import * as vscode from 'vscode';

import { presetOf } from '../core/network/preprocessing.js';
import type { SelectionView } from '../protocol/view.js';
import type { EngineHost } from './engineHost.js';
import type { ModelFile, ModelFiles, ModelLease, OpenModel } from './modelFiles.js';
import type { Photos } from './photos.js';

const MODEL = 'model';
const PHOTO = 'photo';
const LAYERS = 'layers';

export interface ChosenLayer {
  readonly model: vscode.Uri;
  readonly layer: string;
}

export class Selection {
  private readonly modelChanged = new vscode.EventEmitter<void>();
  private readonly selectionChanged = new vscode.EventEmitter<void>();
  private readonly layerChanged = new vscode.EventEmitter<ChosenLayer>();
  private readonly disposables: vscode.Disposable[];
  private readonly layers: Map<string, string>;
  private lease: ModelLease | undefined;
  private listening: vscode.Disposable | undefined;
  private chosenPhoto: string | undefined;

  /** Fires when another model becomes the active one, and when that was opened again. */
  readonly onDidChangeModel = this.modelChanged.event;
  /** Fires when a layer, a photo, the list of photos, a preprocessing or the provider changes. */
  readonly onDidChangeSelection = this.selectionChanged.event;
  /** Fires when somebody chooses another layer. */
  readonly onDidChooseLayer = this.layerChanged.event;

  constructor(
    private readonly files: ModelFiles,
    readonly photos: Photos,
    readonly engine: EngineHost,
    private readonly memento: vscode.Memento,
  ) {
    this.layers = new Map(Object.entries(memento.get<Record<string, string>>(LAYERS, {})));
    this.chosenPhoto = memento.get<string>(PHOTO);
    const selectionChanged = (): void => {
      this.selectionChanged.fire();
    };
    this.disposables = [
      this.modelChanged,
      this.selectionChanged,
      this.layerChanged,
      photos.onDidChange(selectionChanged),
      engine.onDidChange(selectionChanged),
    ];
    const last = memento.get<string>(MODEL);
    if (last !== undefined) {
      const { uri } = this.activate(vscode.Uri.parse(last));
      vscode.workspace.fs.stat(uri).then(undefined, () => {
        if (this.file?.uri === uri) {
          this.deactivate();
        }
      });
    }
  }

  /** The active model's file; undefined before the first one is opened. */
  get file(): ModelFile | undefined {
    return this.lease?.file;
  }

  /** A further holder of a file, which need not be the active one. */
  acquire(uri: vscode.Uri): ModelLease {
    return this.files.acquire(uri);
  }

  /** Makes a model the active one; it is opened when somebody looks at it. */
  activate(uri: vscode.Uri): ModelFile {
    if (this.lease?.file.uri.toString() !== uri.toString()) {
      const previous = this.lease;
      this.lease = this.files.acquire(uri);
      previous?.dispose();
      this.listening?.dispose();
      this.listening = this.lease.file.onDidChange(() => {
        this.modelChanged.fire();
        this.selectionChanged.fire();
      });
      void this.memento.update(MODEL, uri.toString());
      this.modelChanged.fire();
      this.selectionChanged.fire();
    }
    return this.lease.file;
  }

  /** Leaves the active model, as when its file is gone. */
  deactivate(): void {
    this.listening?.dispose();
    this.lease?.dispose();
    this.lease = undefined;
    void this.memento.update(MODEL, undefined);
    this.modelChanged.fire();
    this.selectionChanged.fire();
  }

  /** The layer that somebody has chosen in a model; undefined before. */
  chosenLayerOf({ uri, view }: OpenModel): string | undefined {
    const chosen = this.layers.get(uri.toString());
    return view.layers.some(({ name }) => name === chosen) ? chosen : undefined;
  }

  /** The layer chosen in a model: the last one, or at first the first that has kernels. */
  layerOf(model: OpenModel): string | undefined {
    const { layers } = model.view;
    return this.chosenLayerOf(model) ?? (layers.find(({ hasKernels }) => hasKernels) ?? layers[0])?.name;
  }

  /** Chooses a layer of a model, which becomes the active one. */
  selectLayer(uri: vscode.Uri, layer: string): void {
    this.activate(uri);
    if (this.layers.get(uri.toString()) !== layer) {
      this.layers.set(uri.toString(), layer);
      void this.memento.update(LAYERS, Object.fromEntries(this.layers));
      this.selectionChanged.fire();
      this.layerChanged.fire({ model: uri, layer });
    }
  }

  /** The chosen photo's URI: the last one, or the first of the list. */
  get photo(): string | undefined {
    const { all } = this.photos;
    return all.some(({ id }) => id === this.chosenPhoto) ? this.chosenPhoto : all[0]?.id;
  }

  selectPhoto(photo: string): void {
    if (this.photo !== photo || this.chosenPhoto !== photo) {
      this.chosenPhoto = photo;
      void this.memento.update(PHOTO, photo);
      this.selectionChanged.fire();
    }
  }

  selectionOf(model: OpenModel): SelectionView {
    const { preprocessing, source, isDeclared } = model.preprocessing;
    return {
      layer: this.layerOf(model) ?? null,
      photo: this.photo ?? null,
      photos: this.photos.all,
      preprocessing: {
        ...preprocessing,
        preset: presetOf(preprocessing) ?? null,
        source,
        isAssumed: !isDeclared,
      },
      provider: this.engine.providerName,
    };
  }

  dispose(): void {
    this.listening?.dispose();
    this.lease?.dispose();
    this.disposables.forEach((each) => {
      each.dispose();
    });
  }
}
