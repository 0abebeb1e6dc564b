/** The engine process: loads onnxruntime, answers the client's requests, those that a person waits for first. */

import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { CancelledError, ResidentsLostError, UserError } from '../core/errors.js';
import type { DerivedModel } from '../core/onnx/model.js';
import { Lanes } from './lanes.js';
import { Memo } from './memo.js';
import type {
  EngineStatus,
  Fault,
  FromEngine,
  ProviderName,
  Request,
  StartOptions,
  ToEngine,
} from './messages.js';
import { ModelStore } from './modelStore.js';
import type { OnnxRuntime } from './onnxruntime.js';
import { readable } from './ortErrors.js';
import { chooseProvider, sessionOptions } from './providers.js';
import { Residents } from './residents.js';
import { SessionCache } from './sessionCache.js';
import { StepRunner } from './stepRunner.js';

interface RunningEngine {
  readonly provider: ProviderName;
  readonly runner: StepRunner;
  readonly status: () => EngineStatus;
}

/** The share of the memory bound that residents may take. */
const RESIDENT_SHARE = 0.5;
/** The share for kept step outputs of what residents leave; sessions have the rest. */
const MEMO_SHARE = 0.25;

/** Answers requests, one step at a time. */
class Server {
  private engine: Promise<RunningEngine | undefined> = Promise.resolve(undefined);
  private readonly lanes = new Lanes();
  private readonly wanted = new Map<number, AbortController>();
  private answerNeed: ((model: DerivedModel | undefined) => void) | undefined;
  /** The request that is being answered. */
  private current = 0;

  receive(message: ToEngine): void {
    switch (message.type) {
      case 'start':
        this.engine = this.start(message.options);
        break;
      case 'run':
      case 'status':
        this.enqueue(message);
        break;
      case 'cancel':
        this.wanted.get(message.id)?.abort();
        break;
      case 'model':
        this.answerNeed?.(message.model);
        break;
    }
  }

  private enqueue(request: Request): void {
    const controller = new AbortController();
    this.wanted.set(request.id, controller);
    this.lanes.add(request.type === 'run' ? request.lane : 'interactive', async (letOthersPass) => {
      await this.answer(request, controller.signal, letOthersPass);
      this.wanted.delete(request.id);
    });
  }

  private async answer(
    request: Request,
    signal: AbortSignal,
    letOthersPass: () => Promise<void>,
  ): Promise<void> {
    const { id } = request;
    try {
      const engine = await this.engine;
      if (signal.aborted || engine === undefined) {
        return;
      }
      if (request.type === 'status') {
        send({ type: 'status', id, status: engine.status() });
        return;
      }
      const outputs = await engine.runner.run(request.steps, signal, async () => {
        await letOthersPass();
        this.current = id;
      });
      if (!signal.aborted) {
        // What has not left the process when the next step of a batch begins waits until that has ended.
        await delivered({ type: 'result', id, outputs });
      }
    } catch (error) {
      if (!(error instanceof CancelledError)) {
        send({ type: 'error', id, ...described(error) });
      }
    }
  }

  private readonly fetchModel = async (hash: string): Promise<DerivedModel> => {
    const answer = new Promise<DerivedModel | undefined>((resolve) => (this.answerNeed = resolve));
    send({ type: 'need', id: this.current, model: hash });
    const model = await answer;
    if (model === undefined) {
      throw new CancelledError();
    }
    return model;
  };

  private async start(options: StartOptions): Promise<RunningEngine | undefined> {
    try {
      const engine = await startEngine(options, this.fetchModel);
      send({ type: 'ready', provider: engine.provider });
      return engine;
    } catch (error) {
      // The client ends every request, and this process.
      send({ type: 'cannotStart', ...described(error) });
      return undefined;
    }
  }
}

async function startEngine(
  options: StartOptions,
  fetchModel: (hash: string) => Promise<DerivedModel>,
): Promise<RunningEngine> {
  const ort = await loadRuntime(options.runtimePath);
  const version = ort.env.versions.node ?? 'unknown';
  ort.env.logLevel = 'fatal';
  const { provider, unused } = await chooseProvider(options.provider, {
    ort,
    threads: options.threads,
    crashed: options.crashed,
    trying: (name) => delivered({ type: 'trying', provider: name }),
  });
  log(`onnxruntime ${version} on ${provider}`);
  unused.forEach((other) => log(`${other.provider} is not used: ${other.why}`));
  const models = new ModelStore(fetchModel);
  const { memoryBound } = options;
  const memo = new Memo(memoryBound * MEMO_SHARE);
  const sessions = new SessionCache(
    ort,
    (model) => sessionOptions(provider, options.threads, model),
    models,
    memoryBound * (1 - MEMO_SHARE),
    log,
  );
  const residents = new Residents(memoryBound * RESIDENT_SHARE, (bytes) => {
    memo.resize((memoryBound - bytes) * MEMO_SHARE);
    sessions.resize((memoryBound - bytes) * (1 - MEMO_SHARE));
  });
  const runner = new StepRunner(ort, models, sessions, memo, residents);
  return {
    provider,
    runner,
    status: () => ({
      provider,
      unused,
      version,
      processId: process.pid,
      sessions: { open: sessions.open, bytes: sessions.bytes, created: sessions.created },
      memo: { entries: memo.entries, bytes: memo.bytes, hits: memo.hits },
      residents: { sets: residents.sets, bytes: residents.bytes },
      runs: runner.runs,
    }),
  };
}

/**
 * Loads onnxruntime-node: the bundled one, or the one of a folder that is the package or has it installed.
 * Only one may be loaded, two copies of the native library in one process would share symbols.
 */
async function loadRuntime(folder: string | undefined): Promise<OnnxRuntime> {
  if (folder === undefined) {
    return (await import('onnxruntime-node')) as unknown as OnnxRuntime;
  }
  try {
    const manifest = resolve(folder, 'package.json');
    const { name } = JSON.parse(readFileSync(manifest, 'utf8')) as { name?: unknown };
    const load = createRequire(manifest);
    return load(name === 'onnxruntime-node' ? resolve(folder) : 'onnxruntime-node') as OnnxRuntime;
  } catch (error) {
    throw new UserError(
      `No onnxruntime-node can be loaded from the runtime path ${folder}: ` +
        `run "npm install onnxruntime-node" in it, or name another. (${readable(error)})`,
    );
  }
}

function described(error: unknown): Fault {
  const message = error instanceof Error ? error.message : String(error);
  const lost = error instanceof ResidentsLostError ? error.set : undefined;
  return { user: error instanceof UserError, lost, message };
}

function send(message: FromEngine): void {
  process.send?.(message);
}

/** Sends a message and waits until it has left the process, so that a crash does not lose it. */
function delivered(message: FromEngine): Promise<void> {
  return new Promise((resolve) => process.send?.(message, undefined, undefined, () => resolve()));
}

function log(line: string): void {
  send({ type: 'log', line });
}

/** When memory runs out, Linux should end this process rather than the editor. */
function volunteerForOutOfMemory(): void {
  try {
    writeFileSync('/proc/self/oom_score_adj', '500');
  } catch {
    // Other systems have no such file.
  }
}

volunteerForOutOfMemory();
const server = new Server();
process.on('message', (message) => server.receive(message as ToEngine));
// A terminal's Ctrl-C reaches this process too; what it means is for the parent to say.
process.on('SIGINT', () => undefined);
// The parent is gone: nobody is left to answer.
process.on('disconnect', () => process.exit());
