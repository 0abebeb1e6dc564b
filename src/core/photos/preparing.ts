/** Photos made ready for a network in threads of their own, so that the engine need not wait for them. */

import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

import type { PreparedFor, PrepareReply, PrepareRequest } from './photoWorker.js';

/** More do not come to anything: the engine is the slower one by then. */
const MOST_THREADS = 8;

interface Thread {
  readonly worker: Worker;
  /** Answers the request that the thread works on. */
  reply: (reply: PrepareReply) => void;
}

/** Threads that start with the first photo, one photo each at a time. */
export class PhotoThreads {
  private readonly idle: Thread[] = [];
  private readonly all = new Set<Thread>();
  private readonly waiting: ((thread: Thread) => void)[] = [];
  readonly count: number;

  /** @param file the built photoWorker.js; the one beside this bundle where it is left out */
  constructor(
    private readonly preparedFor: PreparedFor,
    private readonly file = join(__dirname, 'photoWorker.js'),
  ) {
    this.count = Math.min(MOST_THREADS, availableParallelism());
  }

  async prepare(request: PrepareRequest): Promise<PrepareReply> {
    const thread = await this.free();
    return new Promise((resolve) => {
      thread.reply = resolve;
      thread.worker.postMessage(request);
    });
  }

  async close(): Promise<void> {
    await Promise.all([...this.all].map(({ worker }) => worker.terminate()));
  }

  private free(): Promise<Thread> {
    const thread = this.idle.pop() ?? (this.all.size < this.count ? this.start() : undefined);
    return thread === undefined
      ? new Promise((resolve) => this.waiting.push(resolve))
      : Promise.resolve(thread);
  }

  private start(): Thread {
    const worker = new Worker(this.file, { workerData: this.preparedFor });
    const thread: Thread = { worker, reply: () => undefined };
    worker.on('message', (reply: PrepareReply) => {
      thread.reply(reply);
      this.release(thread);
    });
    // A photo that ends its thread is one that cannot be decoded; the next one gets a new thread.
    worker.once('error', (error) => {
      this.all.delete(thread);
      thread.reply({ sha256: '', problem: `decoding it failed (${error.message})`, colours: undefined });
      const next = this.waiting.shift();
      if (next !== undefined) {
        next(this.start());
      }
    });
    this.all.add(thread);
    return thread;
  }

  private release(thread: Thread): void {
    const next = this.waiting.shift();
    if (next === undefined) {
      this.idle.push(thread);
    } else {
      next(thread);
    }
  }
}
