/** Which model, layer and photo a tool is about: as named, or what the user looks at. */

import { isAbsolute } from 'node:path';

import * as vscode from 'vscode';

import { UserError } from '../../core/errors.js';
import type { Layer } from '../../core/network/layers.js';
import { layerNamed } from '../../core/network/layerNamed.js';
import type { OpenModel } from '../modelFiles.js';
import { isPhoto } from '../photos.js';
import type { Services } from '../services.js';

export interface ModelInput {
  readonly model?: string;
}

export interface LayerInput extends ModelInput {
  readonly layer: string;
}

export interface PhotoInput extends ModelInput {
  readonly photo?: string;
}

/**
 * Opens the model that is named, or the active one, for as long as `work` takes.
 * @throws UserError where there is none
 */
export async function withModel<T>(
  { selection }: Pick<Services, 'selection'>,
  { model }: ModelInput,
  work: (model: OpenModel) => Promise<T>,
): Promise<T> {
  const uri = model === undefined ? selection.file?.uri : await fileUri(model);
  if (uri === undefined) {
    throw new UserError('no model is open; give the path of an .onnx file as "model"');
  }
  if (!uri.path.toLowerCase().endsWith('.onnx')) {
    throw new UserError(`${uri.fsPath}: this is no .onnx file`);
  }
  const lease = selection.acquire(uri);
  try {
    return await work(await lease.file.get());
  } finally {
    lease.dispose();
  }
}

/** @throws UserError with the nearest names */
export function layerOf({ network }: OpenModel, name: string): Layer {
  return layerNamed(network, name);
}

/**
 * The URI of the photo that is named, or of the chosen one.
 * @throws UserError where there is none
 */
export async function photoOf(
  { selection }: Pick<Services, 'selection'>,
  photo: string | undefined,
): Promise<string> {
  await selection.photos.restored;
  const uri = photo === undefined ? selection.photo : (await fileUri(photo)).toString();
  if (uri === undefined) {
    throw new UserError('no photo is chosen; give the path of a JPEG, PNG, WebP or BMP file as "photo"');
  }
  if (!isPhoto(vscode.Uri.parse(uri).path)) {
    throw new UserError(`${photo ?? uri}: this is no photo; give a JPEG, PNG, WebP or BMP file`);
  }
  return uri;
}

/** The file at an absolute path, or at one relative to a folder of the workspace. */
async function fileUri(path: string): Promise<vscode.Uri> {
  const candidates = candidatesOf(path);
  for (const uri of candidates) {
    try {
      await vscode.workspace.fs.stat(uri);
      return uri;
    } catch {
      // Perhaps it is in the next folder.
    }
  }
  throw new UserError(
    `${path}: there is no such file; give a path from the workspace's folder, or a whole one`,
  );
}

function candidatesOf(path: string): readonly vscode.Uri[] {
  return isAbsolute(path)
    ? [vscode.Uri.file(path)]
    : (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => vscode.Uri.joinPath(uri, path));
}

/** The paths of an input that lead out of the workspace: reading these is asked for first. */
export function outsidePaths(paths: readonly (string | undefined)[]): readonly string[] {
  return paths.filter((path): path is string => {
    if (path === undefined) {
      return false;
    }
    return candidatesOf(path).some((uri) => vscode.workspace.getWorkspaceFolder(uri) === undefined);
  });
}
