/** Photos made ready for a network, the last few of them kept. */

import { stat } from 'node:fs/promises';

import * as vscode from 'vscode';

import { BoundedCache } from '../core/boundedCache.js';
import { UserError } from '../core/errors.js';
import type { Background } from './background/background.js';
import type { PreparedPhoto } from './background/requests.js';
import type { OpenModel } from './modelFiles.js';

/** Photos. */
const KEPT = 12;

export class PreparedPhotos {
  private readonly kept = new BoundedCache<Promise<PreparedPhoto>>(KEPT);

  constructor(private readonly background: Background) {}

  /**
   * The network's input for a photo: [1, C, H, W] (or NHWC), or [10, ...] for ten crops.
   * @param photo the photo's URI
   * @throws Error with one line on what is wrong with the file
   */
  async prepare(model: OpenModel, photo: string, crops: 1 | 10 = 1): Promise<PreparedPhoto> {
    const file = vscode.Uri.parse(photo).fsPath;
    const { preprocessing } = model.preprocessing;
    const { input } = model.network;
    const key = JSON.stringify([file, await modified(file), preprocessing, input, crops]);
    const prepared =
      this.kept.get(key) ?? this.background.request('prepare', { file, preprocessing, input, crops });
    this.kept.set(key, prepared);
    try {
      return await prepared;
    } catch (error) {
      this.kept.delete(key);
      throw error;
    }
  }
}

async function modified(file: string): Promise<number> {
  try {
    return (await stat(file)).mtimeMs;
  } catch {
    throw new UserError(vscode.l10n.t('{0}: there is no such file', file));
  }
}
