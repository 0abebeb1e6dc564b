/** Models that the engine knows by content hash, and the files their weights lie in. */

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { decodeModelProto } from '../core/onnx/schema.js';
import type { GraphProto } from '../core/onnx/proto/messages.js';
import type { DerivedModel } from '../core/onnx/model.js';

interface KnownModel {
  readonly folder: string;
  /** Absolute paths of the files with external data. */
  readonly files: readonly string[];
}

export class ModelStore {
  private readonly known = new Map<string, KnownModel>();
  /** Models that came from the client and have not become sessions yet. */
  private readonly arrived = new Map<string, Uint8Array>();

  /** @param ask fetches the model of a hash from the client */
  constructor(private readonly ask: (hash: string) => Promise<DerivedModel>) {}

  /**
   * Changes whenever a file with the model's weights changes: a session made before must not be used then.
   * A missing file has a stamp too; the session's creation says what is wrong with it.
   */
  async stamp(hash: string): Promise<string> {
    const { files } = this.known.get(hash) ?? (await this.learn(hash));
    return files
      .map((file) => {
        const stats = statSync(file, { throwIfNoEntry: false });
        return stats === undefined ? 'missing' : `${stats.ino}:${stats.size}:${stats.mtimeMs}`;
      })
      .join();
  }

  /** Hands out the model for a new session, and forgets its bytes: they can be asked for again. */
  async take(hash: string): Promise<DerivedModel> {
    const waiting = this.arrived.get(hash);
    const known = this.known.get(hash);
    if (waiting === undefined || known === undefined) {
      await this.learn(hash);
      return this.take(hash);
    }
    this.arrived.delete(hash);
    return { bytes: waiting, folder: known.folder };
  }

  private async learn(hash: string): Promise<KnownModel> {
    const { bytes, folder } = await this.ask(hash);
    const known = { folder, files: externalFiles(bytes).map((location) => join(folder, location)) };
    this.known.set(hash, known);
    this.arrived.set(hash, bytes);
    return known;
  }
}

/** Locations of a model's external data; none of one that cannot be decoded, which onnxruntime then refuses. */
function externalFiles(bytes: Uint8Array): string[] {
  try {
    return [...new Set(locationsOf(decodeModelProto(bytes).graph))];
  } catch {
    return [];
  }
}

function locationsOf(graph: GraphProto | null | undefined): string[] {
  if (!graph) {
    return [];
  }
  const entries = graph.initializer.flatMap(({ externalData = [] }) => externalData);
  const own = entries.filter(({ key }) => key === 'location').map(({ value }) => value);
  const inner = graph.node.flatMap(({ attribute }) => attribute.flatMap(({ g }) => locationsOf(g)));
  return [...own, ...inner];
}
