/** The models that people keep in the workspace. */

import * as vscode from 'vscode';

import { NOT_OWN } from './notOwn.js';

export const MODEL_FILES = '**/*.onnx';
/** More files than this are not listed. */
export const MOST_MODELS = 500;

/** Models by path, numbers in paths by value. @param most more files than this are not looked for */
export async function findModels(most: number): Promise<readonly vscode.Uri[]> {
  const found = await vscode.workspace.findFiles(MODEL_FILES, NOT_OWN, most);
  return found.sort((a, b) => a.path.localeCompare(b.path, undefined, { numeric: true }));
}
