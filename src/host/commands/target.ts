/** What a command is about: a file of the explorer, a model's text, a row of a view, or the arguments of a link. */

import * as vscode from 'vscode';

import { isPhoto } from '../photos.js';
import { modelOfText } from '../text/textUri.js';

export interface CommandTarget {
  readonly model?: vscode.Uri;
  readonly photo?: vscode.Uri;
  readonly layer?: string;
  readonly channel?: number;
}

/** Reads the first argument of a command; what it does not name is left to the selection. */
export function targetOf(argument: unknown): CommandTarget {
  if (argument instanceof vscode.Uri) {
    return ofUri(argument);
  }
  if (typeof argument !== 'object' || argument === null) {
    return {};
  }
  const { uri, layer, channel } = argument as Readonly<Record<string, unknown>>;
  const resource = typeof uri === 'string' ? vscode.Uri.parse(uri) : uri;
  return {
    ...(resource instanceof vscode.Uri && ofUri(resource)),
    ...(typeof layer === 'string' && { layer }),
    ...(typeof channel === 'number' && { channel }),
  };
}

function ofUri(uri: vscode.Uri): CommandTarget {
  const model = modelOfText(uri) ?? (uri.path.toLowerCase().endsWith('.onnx') ? uri : undefined);
  if (model !== undefined) {
    return { model };
  }
  return isPhoto(uri.path) ? { photo: uri } : {};
}
