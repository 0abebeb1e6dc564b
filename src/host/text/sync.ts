/** The cursor in a model's text chooses the layer, and a layer chosen elsewhere moves the cursor. */

import * as vscode from 'vscode';

import { findLayer } from '../../core/network/layers.js';
import type { OpenModel } from '../modelFiles.js';
import type { ChosenLayer, Selection } from '../selection.js';
import { modelOfShown } from './modelTexts.js';
import type { ModelTexts } from './modelTexts.js';
import { layerOfNode, nodeOfLayer } from './textLayers.js';
import { modelOfText } from './textUri.js';

/** Panels follow the cursor once it rests. */
const REST_MS = 200;

export class TextSync {
  private readonly disposables: vscode.Disposable[];
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly texts: ModelTexts,
    private readonly selection: Selection,
  ) {
    this.disposables = [
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        const model = editor && modelOfText(editor.document.uri);
        if (model !== undefined) {
          selection.activate(model);
        }
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor, kind }) => {
        // Moves of ours, and those of a search, have no kind.
        if (kind !== undefined && modelOfText(textEditor.document.uri) !== undefined) {
          clearTimeout(this.timer);
          this.timer = setTimeout(() => {
            void this.chooseLayerAt(textEditor);
          }, REST_MS);
        }
      }),
      selection.onDidChooseLayer((chosen) => {
        this.follow(chosen);
      }),
    ];
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.disposables.forEach((each) => {
      each.dispose();
    });
  }

  /** Puts the cursor on the line of a layer, in view. */
  reveal(editor: vscode.TextEditor, model: OpenModel, layer: string): void {
    const index = this.texts.of(editor.document)?.index;
    const node = index && nodeOfLayer(index, findLayer(model.network.layers, layer));
    if (node !== undefined) {
      const start = new vscode.Position(node.first, 0);
      editor.selection = new vscode.Selection(start, start);
      editor.revealRange(
        new vscode.Range(start, start),
        vscode.TextEditorRevealType.InCenterIfOutsideViewport,
      );
    }
  }

  private async chooseLayerAt(editor: vscode.TextEditor): Promise<void> {
    const shown = this.texts.of(editor.document);
    // A model that cannot be looked at has a text all the same, and no layers.
    const model = shown && (await modelOfShown(shown).catch(() => undefined));
    const layer = model && this.layerAt(editor, model);
    if (model !== undefined && layer !== undefined) {
      this.selection.selectLayer(model.uri, layer);
    }
  }

  private follow({ model: uri, layer }: ChosenLayer): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const model = this.texts.of(editor.document)?.file.current;
      // The cursor stays where it is within the layer, above all where it was what chose the layer.
      const isShown = model?.uri.toString() === uri.toString() && this.layerAt(editor, model) !== layer;
      if (model !== undefined && isShown) {
        this.reveal(editor, model, layer);
      }
    }
  }

  private layerAt(editor: vscode.TextEditor, model: OpenModel): string | undefined {
    const node = this.texts.of(editor.document)?.index.mainNodeAt(editor.selection.active.line);
    return node && layerOfNode(model, node)?.name;
  }
}
