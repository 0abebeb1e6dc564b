/**
 * Large feeds go to the engine process through files that are written again and again: a pipe is read only while the engine
 * does not compute, so that each of a stream of batches would wait for its feeds. The files stay in the system's page cache.
 */

import { closeSync, mkdtempSync, openSync, readdirSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { isAlive } from '../core/store/files.js';
import { elementCount } from '../core/tensor.js';
import type { DataType, Tensor } from '../core/tensor.js';
import type { Request, TensorInFile, WireStep } from './messages.js';

/** Bytes from which a file is quicker than the pipe. */
const LARGE = 2 ** 17;

/** Element types that large feeds have. */
const ELEMENTS = new Map<
  DataType,
  typeof Float32Array<ArrayBuffer> | typeof Uint16Array<ArrayBuffer> | typeof Uint8Array<ArrayBuffer>
>([
  ['float32', Float32Array],
  ['float16', Uint16Array],
  ['uint8', Uint8Array],
]);

interface Slot {
  readonly file: string;
  readonly descriptor: number;
}

/** The client's side: writes feeds. */
export class FeedFiles {
  private folder: string | undefined;
  private readonly all: Slot[] = [];
  private readonly free: Slot[] = [];

  /**
   * Writes the large feeds of a request, which may change afterwards. Once nobody waits for the answer the files are for other
   * requests, though the engine may not know it yet; so what it keeps is never computed from them.
   * @returns the request with files in place of these feeds, and what takes the files back
   */
  write(request: Request): { readonly request: Request; readonly release: () => void } {
    const taken: Slot[] = [];
    const release = (): void => {
      this.free.push(...taken.splice(0));
    };
    if (request.type !== 'run' || !request.steps.every(isForgotten)) {
      return { request, release };
    }
    const steps = request.steps.map((step) =>
      'model' in step ? { ...step, feeds: this.filed(step.feeds, taken) } : step,
    );
    return { request: { ...request, steps }, release };
  }

  /** Removes the files. */
  dispose(): void {
    this.all.splice(0).forEach(({ descriptor }) => {
      closeSync(descriptor);
    });
    this.free.splice(0);
    if (this.folder !== undefined) {
      removeFolder(this.folder);
      this.folder = undefined;
    }
  }

  private filed<Feed>(
    feeds: Readonly<Record<string, Feed | Tensor>>,
    taken: Slot[],
  ): Record<string, Feed | Tensor | TensorInFile> {
    const filed = (feed: Feed | Tensor): Feed | Tensor | TensorInFile =>
      isLarge(feed) ? (this.put(feed, taken) ?? feed) : feed;
    return Object.fromEntries(Object.entries(feeds).map(([name, feed]) => [name, filed(feed)]));
  }

  /** Undefined where there is no room for it, and the pipe has to do. */
  private put({ data, dtype, shape }: Tensor, taken: Slot[]): TensorInFile | undefined {
    try {
      const slot = this.free.pop() ?? this.create();
      taken.push(slot);
      const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      for (let done = 0; done < bytes.length;) {
        done += writeSync(slot.descriptor, bytes, done, bytes.length - done, done);
      }
      return { file: slot.file, dtype, shape };
    } catch {
      return undefined;
    }
  }

  private create(): Slot {
    this.folder ??= createFolder();
    const file = join(this.folder, String(this.all.length));
    const slot = { file, descriptor: openSync(file, 'w', 0o600) };
    this.all.push(slot);
    return slot;
  }
}

/** Whether the engine keeps nothing of a step. */
function isForgotten(step: WireStep): boolean {
  return 'model' in step ? !step.memo : !('set' in step);
}

function isLarge(feed: unknown): feed is Tensor {
  const { data, dtype } = feed as Partial<Tensor>;
  return data !== undefined && dtype !== undefined && ELEMENTS.has(dtype) && data.byteLength >= LARGE;
}

/** The engine's side: reads feeds, those of a file into the same memory every time. */
export class FedFiles {
  private readonly known = new Map<string, { readonly descriptor: number; memory: ArrayBuffer }>();

  /** What was written, which stays until the file is read again. */
  read({ file, dtype, shape }: TensorInFile): Tensor {
    const Elements = ELEMENTS.get(dtype);
    if (Elements === undefined) {
      throw new Error(`feeds of type ${dtype} are in no file`);
    }
    const length = elementCount(shape);
    const bytes = length * Elements.BYTES_PER_ELEMENT;
    const entry = this.known.get(file) ?? { descriptor: openSync(file, 'r'), memory: new ArrayBuffer(0) };
    this.known.set(file, entry);
    if (entry.memory.byteLength < bytes) {
      entry.memory = new ArrayBuffer(bytes);
    }
    const target = new Uint8Array(entry.memory, 0, bytes);
    for (let done = 0; done < bytes;) {
      const read = readSync(entry.descriptor, target, done, bytes - done, done);
      if (read === 0) {
        throw new Error(`${file}: ends after ${done} of ${bytes} bytes`);
      }
      done += read;
    }
    return { dtype, shape, data: new Elements(entry.memory, 0, length) };
  }
}

/** Folders of this process, which are removed when it ends. */
const folders = new Set<string>();
const PREFIX = 'unpool-feeds-';

function createFolder(): string {
  removeAbandoned();
  const folder = mkdtempSync(join(tmpdir(), `${PREFIX}${process.pid}-`));
  if (folders.size === 0) {
    process.once('exit', removeAll);
  }
  folders.add(folder);
  return folder;
}

function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  folders.delete(folder);
  if (folders.size === 0) {
    process.off('exit', removeAll);
  }
}

function removeAll(): void {
  folders.forEach(removeFolder);
}

/** Removes what processes have left that were killed. */
function removeAbandoned(): void {
  for (const name of readdirSync(tmpdir()).filter((each) => each.startsWith(PREFIX))) {
    const [process = ''] = name.slice(PREFIX.length).split('-');
    if (!isAlive(Number(process))) {
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
    }
  }
}
