/** What long jobs have done, kept on disk: a job that was killed goes on where it was. */

import { createHash } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, rm, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/** What one job has done, as a list of records that only grows. */
export interface Checkpoint {
  /** What runs before have kept, in the order in which they did. */
  readonly records: readonly Uint8Array[];
  /** Keeps something that is done. It may stay in memory for a while; a record is on disk whole or not at all. */
  append(record: Uint8Array): void;
  /** Writes what is still in memory: the job was ended, and may be run again. */
  close(): Promise<void>;
  /** Forgets everything: the job is done. */
  remove(): Promise<void>;
}

export interface CheckpointStore {
  /** @param key of the job */
  open(key: string): Promise<Checkpoint>;
}

const NOTHING: Checkpoint = {
  records: [],
  append: () => undefined,
  close: () => Promise.resolve(),
  remove: () => Promise.resolve(),
};

/** Keeps nothing. */
export const NO_CHECKPOINTS: CheckpointStore = { open: () => Promise.resolve(NOTHING) };

export interface CheckpointLimits {
  /** Milliseconds between two writes of a job: jobs that take no longer write nothing. */
  readonly interval: number;
  /** Milliseconds for which a job that nobody has run again is kept. */
  readonly age: number;
  /** Bytes of all jobs together; those that were written to longest ago make room. */
  readonly bytes: number;
}

const LIMITS: CheckpointLimits = { interval: 1000, age: 30 * 24 * 3600 * 1000, bytes: 2 ** 30 };

/** Keeps one file a job in `folder`, which is made when it is first written to. */
export function checkpointFolder(folder: string, limits: Partial<CheckpointLimits> = {}): CheckpointStore {
  const { interval, ...kept } = { ...LIMITS, ...limits };
  let cleaned: Promise<void> | undefined;
  return {
    async open(key) {
      await (cleaned ??= removeOld(folder, kept));
      const file = join(folder, `${createHash('sha256').update(key).digest('hex')}${ENDING}`);
      return new CheckpointFile(folder, file, await readRecords(file), interval);
    },
  };
}

const ENDING = '.checkpoint';

class CheckpointFile implements Checkpoint {
  private waiting: Uint8Array[] = [];
  private written = performance.now();
  private writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly folder: string,
    private readonly file: string,
    readonly records: readonly Uint8Array[],
    private readonly interval: number,
  ) {}

  append(record: Uint8Array): void {
    this.waiting.push(framed(record));
    if (performance.now() - this.written >= this.interval) {
      this.write();
    }
  }

  close(): Promise<void> {
    this.write();
    return this.writing;
  }

  async remove(): Promise<void> {
    this.waiting = [];
    await this.writing;
    await rm(this.file, { force: true }).catch(() => undefined);
  }

  private write(): void {
    const bytes = Buffer.concat(this.waiting);
    this.waiting = [];
    this.written = performance.now();
    if (bytes.length > 0) {
      this.writing = this.writing
        .then(() => mkdir(this.folder, { recursive: true }))
        .then(() => appendFile(this.file, bytes))
        // A folder that cannot be written to costs going on, no more.
        .catch(() => undefined);
    }
  }
}

/** Length and checksum of the record, then the record. */
const HEADER_BYTES = 8;

function framed(record: Uint8Array): Uint8Array {
  const frame = Buffer.alloc(HEADER_BYTES + record.length);
  frame.writeUInt32LE(record.length, 0);
  frame.writeUInt32LE(crc32(record), 4);
  frame.set(record, HEADER_BYTES);
  return frame;
}

/** The whole records of a file. What a killed process has left unfinished behind them is cut off. */
async function readRecords(file: string): Promise<readonly Uint8Array[]> {
  const bytes = await readFile(file).catch(() => Buffer.alloc(0));
  const records: Uint8Array[] = [];
  let at = 0;
  while (at + HEADER_BYTES <= bytes.length) {
    const start = at + HEADER_BYTES;
    // A copy, so that whoever reads numbers in it finds them aligned.
    const record = Uint8Array.from(bytes.subarray(start, start + bytes.readUInt32LE(at)));
    if (record.length < bytes.readUInt32LE(at) || crc32(record) !== bytes.readUInt32LE(at + 4)) {
      break;
    }
    records.push(record);
    at = start + record.length;
  }
  if (at < bytes.length) {
    await truncate(file, at).catch(() => undefined);
  }
  return records;
}

async function removeOld(folder: string, { age, bytes }: Omit<CheckpointLimits, 'interval'>): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  const files = await Promise.all(
    names
      .filter((name) => name.endsWith(ENDING))
      .map(async (name) => {
        const file = join(folder, name);
        // Another process may have removed it meanwhile.
        const { mtimeMs, size } = await stat(file).catch(() => ({ mtimeMs: 0, size: 0 }));
        return { file, mtimeMs, size };
      }),
  );
  let sum = 0;
  for (const { file, mtimeMs, size } of files.sort((a, b) => b.mtimeMs - a.mtimeMs)) {
    sum += size;
    if (sum > bytes || Date.now() - mtimeMs > age) {
      await rm(file, { force: true }).catch(() => undefined);
    }
  }
}
