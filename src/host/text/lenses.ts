/** Lenses on the layers of a model's text: the panels that have something to show of each. */

import * as vscode from 'vscode';

import { layerLinks } from '../hovers/cardLinks.js';
import type { OpenModel } from '../modelFiles.js';
import type { Selection } from '../selection.js';
import { modelOfShown } from './modelTexts.js';
import type { ModelTexts, ShownText } from './modelTexts.js';
import { nodeOfLayer } from './textLayers.js';

/** With more layers, only the chosen one has lenses: VS Code takes in all of a document's at once. */
const LAYER_LIMIT = 1000;

export class TextLenses implements vscode.CodeLensProvider {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly disposables: vscode.Disposable[];
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(
    private readonly texts: ModelTexts,
    private readonly selection: Selection,
  ) {
    const changed = (): void => {
      this.changed.fire();
    };
    this.disposables = [
      this.changed,
      selection.onDidChangeModel(changed),
      selection.onDidChangeSelection(() => {
        const layers = selection.file?.current?.network.layers.length ?? 0;
        if (layers > LAYER_LIMIT) {
          changed();
        }
      }),
    ];
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const shown = this.texts.of(document);
    if (shown === undefined) {
      return [];
    }
    try {
      const model = await modelOfShown(shown);
      return model === undefined ? [] : this.lensesOf(shown, model);
    } catch {
      // A model that Unpool cannot look at has a text all the same; whoever opens it is told why.
      return [];
    }
  }

  dispose(): void {
    this.disposables.forEach((each) => {
      each.dispose();
    });
  }

  private lensesOf({ index }: ShownText, model: OpenModel): vscode.CodeLens[] {
    const { layers } = model.network;
    const chosen = this.selection.layerOf(model);
    return layers.flatMap((layer, place) => {
      const view = model.view.layers[place];
      if (view === undefined || (layers.length > LAYER_LIMIT && layer.name !== chosen)) {
        return [];
      }
      const node = nodeOfLayer(index, layer);
      return node === undefined
        ? []
        : layerLinks(view).map(
            ({ command, title }) =>
              new vscode.CodeLens(new vscode.Range(node.first, 0, node.first, 0), {
                title,
                command: `unpool.${command}`,
                arguments: [{ uri: model.uri.toString(), layer: layer.name }],
              }),
          );
    });
  }
}
