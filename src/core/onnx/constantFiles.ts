/** Reading very many constants of a model: their files stay open, and neighbours are read together. */

import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

import { UserError } from '../errors.js';
import { bytesOfConstant } from './constants.js';
import { FileCursor, WireError } from './fileCursor.js';
import type { Constant } from './model.js';

export class ConstantFiles {
  private readonly files = new Map<string, { readonly handle: FileHandle; readonly cursor: FileCursor }>();

  /** @param folder the folder that external data locations are relative to */
  constructor(private readonly folder: string) {}

  /**
   * The bytes of a constant, as the file has them; good until the next ones are read.
   * @throws UserError where the file has become too short, and for text
   */
  async bytesOf(constant: Constant): Promise<Uint8Array> {
    const { data, name } = constant;
    if (data.kind !== 'file') {
      return bytesOfConstant(constant, this.folder);
    }
    const { cursor } = this.files.get(data.location) ?? (await this.open(data.location));
    try {
      return await cursor.read(data.offset, data.length);
    } catch (error) {
      throw error instanceof WireError
        ? new UserError(`${data.location}: tensor '${name}' ends behind the end of the file`)
        : error;
    }
  }

  async close(): Promise<void> {
    await Promise.all(Array.from(this.files.values(), ({ handle }) => handle.close()));
  }

  private async open(location: string): Promise<{ cursor: FileCursor }> {
    const handle = await open(join(this.folder, location));
    const file = { handle, cursor: new FileCursor(handle, (await handle.stat()).size) };
    this.files.set(location, file);
    return file;
  }
}
