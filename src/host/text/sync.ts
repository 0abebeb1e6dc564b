/** The cursor in a model's text chooses the layer, and a layer chosen elsewhere moves the cursor. */

import * as vscode from 'vscode';

import { findLayer } from '../../core/onnx/layers.js';
import type { OpenModel } from '../modelFiles.js';
import type { Session } from '../session.js';
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
    private readonly session: Session,
  ) {
    this.disposables = [
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        const model = editor && modelOfText(editor.document.uri);
        if (model !== undefined) {
          session.activate(model);
        }
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor, kind }) => {
        // Moves of ours, and those of a search, have no kind.
        if (kind !== undefined && modelOfText(textEditor.document.uri) !== undefined) {
          clearTimeout(this.timer);
          this.timer = setTimeout(() => {
            this.chooseLayerAt(textEditor);
          }, REST_MS);
        }
      }),
      session.onDidChangeSelection(() => {
        this.followSelection();
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

  private chooseLayerAt(editor: vscode.TextEditor): void {
    const model = this.openModelOf(editor);
    const layer = model && this.layerAt(editor, model);
    if (model !== undefined && layer !== undefined) {
      this.session.selectLayer(model.uri, layer);
    }
  }

  private followSelection(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const model = this.openModelOf(editor);
      const chosen = model && this.session.layerOf(model);
      // An editor that has the focus is where the layer was chosen.
      const isSource = editor === vscode.window.activeTextEditor && this.layerIsAt(editor, model, chosen);
      if (model !== undefined && chosen !== undefined && !isSource) {
        this.reveal(editor, model, chosen);
      }
    }
  }

  private layerIsAt(
    editor: vscode.TextEditor,
    model: OpenModel | undefined,
    layer: string | undefined,
  ): boolean {
    return model !== undefined && layer !== undefined && this.layerAt(editor, model) === layer;
  }

  private layerAt(editor: vscode.TextEditor, model: OpenModel): string | undefined {
    const node = this.texts.of(editor.document)?.index.mainNodeAt(editor.selection.active.line);
    return node && layerOfNode(model, node)?.name;
  }

  /** The active model as it is open, where an editor shows its text. */
  private openModelOf({ document }: vscode.TextEditor): OpenModel | undefined {
    const uri = modelOfText(document.uri);
    const { file } = this.session;
    return uri !== undefined && file?.uri.toString() === uri.toString() ? file.current : undefined;
  }
}
