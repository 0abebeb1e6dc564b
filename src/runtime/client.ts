/** The engine as its users see it: an `Engine` over a child process that starts on first use. */

import { createHash } from 'node:crypto';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { CancelledError, ResidentsLostError, UserError } from '../core/errors.js';
import type { Engine, RunOptions, Step, TensorMap } from '../core/engine.js';
import type { DerivedModel } from '../core/onnx/model.js';
import { startChild } from './childProcess.js';
import type { EngineChild } from './childProcess.js';
import { EngineError } from './engineError.js';
import { FeedFiles } from './feedFiles.js';
import type {
  Answer,
  EngineStatus,
  Fault,
  FromEngine,
  ProviderChoice,
  ProviderName,
  Request,
  StartOptions,
} from './messages.js';

export interface EngineOptions {
  readonly provider: ProviderChoice;
  /** Threads of one operator; onnxruntime decides where it is left out. */
  readonly threads?: number | undefined;
  /** A folder that holds (or is) another onnxruntime-node package; the bundled one where it is left out. */
  readonly runtimePath?: string | undefined;
  /** Bytes of open sessions and kept outputs together; a quarter of the machine's memory where left out. */
  readonly memoryBound?: number | undefined;
  /** Takes lines on progress: provider, sessions created, what native code prints. */
  readonly log?: ((line: string) => void) | undefined;
  /** The built engineProcess.js; the one beside this bundle where it is left out. */
  readonly processFile?: string | undefined;
}

export interface EngineClient extends Engine {
  /**
   * What the engine runs on and what it has done; starts it where needed.
   * @throws UserError when the provider asked for does not work here, EngineError when the process dies
   */
  status(): Promise<EngineStatus>;
  /** Calls `listener` whenever the process stops unasked. Returns a function that ends this. */
  onExit(listener: (error: EngineError) => void): () => void;
  /** Stops the process; what is running or queued is rejected with EngineError. */
  dispose(): void;
}

/** An engine whose process starts with the first request, and anew after it died. */
export function startEngine(options: EngineOptions): EngineClient {
  return new ProcessEngine(options);
}

type Reply = Exclude<Answer, { readonly type: 'error' }>;

interface Pending {
  readonly request: Request;
  readonly models: ReadonlyMap<string, DerivedModel>;
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: Error) => void;
}

const CLOSED = 'The engine was closed.';

class ProcessEngine implements EngineClient {
  provider: ProviderName | undefined;
  private readonly pending = new Map<number, Pending>();
  private readonly listeners = new Set<(error: EngineError) => void>();
  private readonly crashed = new Set<ProviderName>();
  private readonly files = new FeedFiles();
  private child: EngineChild | undefined;
  /** The provider whose driver the process is trying out. */
  private trying: ProviderName | undefined;
  private disposed = false;
  private lastId = 0;

  constructor(private readonly options: EngineOptions) {}

  get setting(): string {
    const { provider, threads = 0, runtimePath = '' } = this.options;
    return JSON.stringify([this.provider ?? provider, threads, runtimePath]);
  }

  async run(
    steps: readonly Step[],
    { signal, lane = 'interactive' }: RunOptions = {},
  ): Promise<readonly TensorMap[]> {
    const models = new Map(
      steps.flatMap((step) => ('model' in step ? [[hashOf(step.model), step.model]] : [])),
    );
    const wireSteps = steps.map((step) =>
      'model' in step ? { ...step, model: hashOf(step.model), memo: step.memo ?? false } : step,
    );
    const reply = await this.ask({ type: 'run', id: ++this.lastId, lane, steps: wireSteps }, models, signal);
    return reply.type === 'result' ? reply.outputs : [];
  }

  async status(): Promise<EngineStatus> {
    const reply = await this.ask({ type: 'status', id: ++this.lastId }, new Map());
    if (reply.type !== 'status') {
      throw new Error(`the engine answered "${reply.type}" to a question for its status`);
    }
    return reply.status;
  }

  onExit(listener: (error: EngineError) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  dispose(): void {
    this.disposed = true;
    this.abandon(new EngineError(CLOSED));
    this.files.dispose();
  }

  private ask(
    asked: Request,
    models: ReadonlyMap<string, DerivedModel>,
    signal?: AbortSignal,
  ): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.disposed) {
        throw new EngineError(CLOSED);
      }
      if (signal?.aborted) {
        throw new CancelledError();
      }
      const cancel = (): void => {
        this.settle(asked.id)?.reject(new CancelledError());
        this.child?.post({ type: 'cancel', id: asked.id });
      };
      const { request, release } = this.files.write(asked);
      const child = this.runningChild();
      child.post(request);
      child.hold(true);
      signal?.addEventListener('abort', cancel, { once: true });
      this.pending.set(request.id, {
        request,
        models,
        resolve: (reply) => {
          release();
          signal?.removeEventListener('abort', cancel);
          resolve(reply);
        },
        reject: (error) => {
          release();
          signal?.removeEventListener('abort', cancel);
          reject(error);
        },
      });
    });
  }

  /** Takes a request off the list; with none left, this process may exit. */
  private settle(id: number): Pending | undefined {
    const pending = this.pending.get(id);
    this.pending.delete(id);
    if (this.pending.size === 0) {
      this.child?.hold(false);
    }
    return pending;
  }

  private runningChild(): EngineChild {
    return (this.child ??= this.startProcess());
  }

  private startProcess(): EngineChild {
    const {
      provider,
      threads = 0,
      runtimePath,
      memoryBound = totalmem() / 4,
      log,
      processFile,
    } = this.options;
    // The build puts engineProcess.js beside every bundle that holds this client.
    const child = startChild(processFile ?? join(__dirname, 'engineProcess.js'), {
      message: (message) => this.receive(child, message),
      stopped: (error) => this.stopped(child, error),
      line: (line) => log?.(line),
    });
    const options: StartOptions = {
      provider,
      threads,
      runtimePath,
      memoryBound,
      crashed: [...this.crashed],
    };
    child.post({ type: 'start', options });
    child.hold(this.pending.size > 0);
    return child;
  }

  private receive(child: EngineChild, message: FromEngine): void {
    if (child !== this.child) {
      return;
    }
    switch (message.type) {
      case 'result':
      case 'status':
        this.settle(message.id)?.resolve(message);
        break;
      case 'error':
        this.fail(message);
        break;
      case 'need':
        child.post({ type: 'model', model: this.pending.get(message.id)?.models.get(message.model) });
        break;
      case 'log':
        this.options.log?.(message.line);
        break;
      case 'trying':
        this.trying = message.provider;
        break;
      case 'ready':
        this.trying = undefined;
        this.provider = message.provider;
        break;
      case 'cannotStart':
        // What is missing may be installed by the time of the next request.
        this.abandon(errorOf(message));
        break;
    }
  }

  /** The engine does not know whose model a derived one is; the message names it. */
  private fail(answer: Extract<FromEngine, { type: 'error' }>): void {
    const pending = this.settle(answer.id);
    const file = [...(pending?.models.values() ?? [])].find((model) => model.file !== undefined)?.file;
    const message = file === undefined ? answer.message : `${file}: ${answer.message}`;
    pending?.reject(errorOf({ ...answer, message }));
  }

  private stopped(child: EngineChild, error: EngineError): void {
    if (child !== this.child) {
      return;
    }
    this.child = undefined;
    if (this.trying !== undefined && this.options.provider === 'auto') {
      // A driver crashed while it was tried out: the requests are taken up again without it.
      this.crashed.add(this.trying);
      this.trying = undefined;
      this.pending.forEach(({ request }) => this.runningChild().post(request));
      return;
    }
    this.abandon(error);
    this.listeners.forEach((listener) => listener(error));
  }

  /** Ends the process, if it is there, and every request with `error`. */
  private abandon(error: Error): void {
    const { child } = this;
    this.child = undefined;
    this.trying = undefined;
    child?.hold(false);
    child?.kill();
    const requests = [...this.pending.values()];
    this.pending.clear();
    requests.forEach(({ reject }) => reject(error));
  }
}

function errorOf({ user, lost, message }: Fault): Error {
  if (lost !== undefined) {
    return new ResidentsLostError(lost);
  }
  return user ? new UserError(message) : new Error(message);
}

const hashes = new WeakMap<DerivedModel, string>();

/** Names a model by its bytes and the folder its weights are looked for in. */
function hashOf(model: DerivedModel): string {
  let hash = hashes.get(model);
  if (hash === undefined) {
    hash = createHash('sha256').update(model.folder).update('\0').update(model.bytes).digest('hex');
    hashes.set(model, hash);
  }
  return hash;
}
