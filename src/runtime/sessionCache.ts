/** Open onnxruntime sessions, bounded in memory. */

import { BoundedCache } from '../core/boundedCache.js';
import type { ModelStore } from './modelStore.js';
import type { OnnxRuntime, OrtSession, OrtSessionOptions } from './onnxruntime.js';
import { creationError } from './ortErrors.js';
import { privateMemory } from './processMemory.js';

interface OpenSession {
  readonly session: OrtSession;
  readonly stamp: string;
  /** The most bytes that one run has added to the process. */
  largestRun: number;
}

export class SessionCache {
  created = 0;
  private readonly cache: BoundedCache<OpenSession>;

  /** @param bound bytes of all open sessions together; weights that stay mapped from a file do not count */
  constructor(
    private readonly ort: OnnxRuntime,
    private readonly optionsFor: (model: Uint8Array) => OrtSessionOptions,
    private readonly models: ModelStore,
    bound: number,
    private readonly log: (line: string) => void,
  ) {
    this.cache = new BoundedCache(bound, ({ session }) => void session.release());
  }

  get open(): number {
    return this.cache.count;
  }

  get bytes(): number {
    return this.cache.weight;
  }

  resize(bound: number): void {
    this.cache.resize(bound);
  }

  /**
   * The session of a model, made now unless it is open.
   * @param stamp the model's present stamp: weights that have changed on disk ask for a new session
   * @throws UserError when onnxruntime refuses the model
   */
  async get(hash: string, stamp: string): Promise<OrtSession> {
    const known = this.cache.get(hash);
    if (known?.stamp === stamp) {
      return known.session;
    }
    this.cache.delete(hash);
    const { bytes, folder } = await this.models.take(hash);
    const before = privateMemory();
    const start = performance.now();
    const session = await this.ort.InferenceSession.create(bytes, {
      ...this.optionsFor(bytes),
      extra: {
        session: {
          model_external_initializers_file_folder_path: folder,
          // Packed weights are a copy for every session, a quarter of a gigabyte for AlexNet's, where unpacked
          // ones stay mapped from the file. Convolutional networks run as fast without.
          disable_prepacking: '1',
          // Threads that wait by spinning would take the processor from the next session's, and from the editor.
          'intra_op.allow_spinning': '0',
        },
      },
    }).catch((error: unknown) => {
      throw creationError(error);
    });
    this.created++;
    this.log(`session created in ${(performance.now() - start).toFixed(0)} ms`);
    const growth = Math.max(0, privateMemory() - before);
    this.cache.set(hash, { session, stamp, largestRun: 0 }, bytes.length + growth);
    return session;
  }

  /**
   * Notes what a run made the process grow by. Working memory stays with the session and is used again, so
   * the largest run counts.
   */
  ran(hash: string, growth: number): void {
    const entry = this.cache.get(hash);
    if (entry !== undefined && growth > entry.largestRun) {
      this.cache.grow(hash, growth - entry.largestRun);
      entry.largestRun = growth;
    }
  }
}
