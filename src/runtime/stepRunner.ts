/** Runs the steps of one request after another in the engine process. */

import { createHash } from 'node:crypto';
import { throwIfCancelled } from '../core/errors.js';
import { WINDOWS } from '../core/engine.js';
import type { FromResident, FromStep, ResidentStep, TensorMap, WindowStep } from '../core/engine.js';
import type { Tensor } from '../core/tensor.js';
import { FedFiles } from './feedFiles.js';
import { checkFeeds } from './feeds.js';
import type { Memo, Outputs } from './memo.js';
import type { TensorInFile, WireModelStep, WireStep } from './messages.js';
import type { ModelStore } from './modelStore.js';
import type { OnnxRuntime, OrtTensor } from './onnxruntime.js';
import { runError } from './ortErrors.js';
import { privateMemory } from './processMemory.js';
import type { Residents } from './residents.js';
import type { SessionCache } from './sessionCache.js';
import { bytesOf, contentHash, fromOrt, toOrt } from './tensors.js';
import { ScratchPool } from './scratch.js';
import { cutWindows, floatsOf } from './windows.js';

export class StepRunner {
  /** Times a session was run. */
  runs = 0;
  private readonly scratch = new ScratchPool();
  private readonly files = new FedFiles();

  constructor(
    private readonly ort: OnnxRuntime,
    private readonly models: ModelStore,
    private readonly sessions: SessionCache,
    private readonly memo: Memo,
    private readonly residents: Residents,
  ) {}

  /**
   * Runs `steps` in order. onnxruntime cannot be interrupted, so an abort takes effect before the next step.
   * @param beforeStep is called, and awaited, before each of them
   * @throws UserError when the model or a feed is at fault, CancelledError after an abort
   */
  async run(
    steps: readonly WireStep[],
    signal: AbortSignal,
    beforeStep: () => Promise<void>,
  ): Promise<TensorMap[]> {
    const done: Outputs[] = [];
    const fetched: TensorMap[] = [];
    const keys = new Map<number, string>();
    const lastReaders = lastReadersOf(steps);
    for (const [index, step] of steps.entries()) {
      // Running blocks this process; messages, a cancellation among them, come in between.
      await new Promise(setImmediate);
      await beforeStep();
      throwIfCancelled(signal);
      const names = neededOutputs(steps, index);
      const isIdle = names.length === 0 && !('set' in step);
      const outputs = isIdle ? {} : await this.outputsOf(steps, index, names, done, keys);
      done.push(outputs);
      fetched.push(
        Object.fromEntries(step.fetch.map((name) => [name, fromOrt(name, outputOf(done, index, name))])),
      );
      // What nobody reads any more need not wait for the end of the request.
      lastReaders.forEach((reader, read) => {
        if (reader === index) {
          this.release(steps, read, done);
        }
      });
    }
    return fetched;
  }

  private async outputsOf(
    steps: readonly WireStep[],
    index: number,
    names: readonly string[],
    done: readonly Outputs[],
    keys: Map<number, string>,
  ): Promise<Outputs> {
    const step = stepAt(steps, index);
    if ('set' in step) {
      return this.settle(step, steps, names, done);
    }
    if (!('model' in step)) {
      return { [WINDOWS]: this.cut(step, done) };
    }
    const key = step.memo ? await this.keyOf(steps, index, keys) : undefined;
    const kept = key === undefined ? undefined : this.memo.find(key, names);
    const outputs = kept ?? (await this.runStep(step, names, done));
    if (key !== undefined && kept === undefined) {
      this.memo.keep(key, outputs);
    }
    return outputs;
  }

  private settle(
    { set, keep = {}, drop = false }: ResidentStep,
    steps: readonly WireStep[],
    names: readonly string[],
    done: readonly Outputs[],
  ): Outputs {
    const kept = Object.entries(keep).map(([name, from]) => {
      if ('step' in from && 'base' in stepAt(steps, from.step)) {
        throw new Error('windows cannot be kept');
      }
      return [name, this.fed(name, from, done)] as const;
    });
    if (kept.length > 0) {
      this.residents.keep(set, Object.fromEntries(kept));
    }
    const outputs = Object.fromEntries(names.map((name) => [name, this.residents.read(set, name)]));
    if (drop) {
      this.residents.drop(set);
    }
    return outputs;
  }

  /** What a feed stands for. */
  private fed(
    name: string,
    feed: Tensor | TensorInFile | FromStep | FromResident,
    done: readonly Outputs[],
  ): OrtTensor {
    if ('set' in feed) {
      return this.residents.read(feed.set, feed.name);
    }
    return 'step' in feed
      ? outputOf(done, feed.step, feed.output)
      : toOrt(this.ort, name, this.carried(feed));
  }

  private carried(feed: Tensor | TensorInFile): Tensor {
    return 'file' in feed ? this.files.read(feed) : feed;
  }

  private release(steps: readonly WireStep[], index: number, done: Outputs[]): void {
    const step = stepAt(steps, index);
    const windows = done[index]?.[WINDOWS];
    if ('base' in step && step.fetch.length === 0 && windows?.data instanceof Float32Array) {
      this.scratch.give(windows.data);
    }
    done[index] = {};
  }

  private cut(step: WindowStep, done: readonly Outputs[]): OrtTensor {
    const floats = (of: Tensor | FromStep): ReturnType<typeof floatsOf> =>
      'step' in of
        ? floatsOf(outputOf(done, of.step, of.output))
        : floatsOf({ dims: of.shape, data: of.data });
    const { dims, data } = cutWindows(
      step,
      floats(step.base),
      ({ values }) => floats(values),
      (length) => this.scratch.take(length),
    );
    return new this.ort.Tensor('float32', data, dims);
  }

  private async runStep(
    step: WireModelStep,
    names: readonly string[],
    done: readonly Outputs[],
  ): Promise<Outputs> {
    const session = await this.sessions.get(step.model, await this.models.stamp(step.model));
    const feeds = Object.fromEntries(
      Object.entries(step.feeds).map(([name, feed]) => [name, this.fed(name, feed, done)]),
    );
    checkFeeds(session, feeds);
    const unknown = names.find((name) => !session.outputNames.includes(name));
    if (unknown !== undefined) {
      throw new Error(`the model has no output "${unknown}"`);
    }
    const before = privateMemory();
    const outputs = await session.run(feeds, names).catch((error: unknown) => {
      throw runError(error);
    });
    this.runs++;
    const given = Object.values(outputs).reduce((sum, tensor) => sum + bytesOf(tensor), 0);
    this.sessions.ran(step.model, privateMemory() - before - given);
    return outputs;
  }

  /** What a step computes, as a hash over its model, its weights' state on disk, and its feeds. */
  private async keyOf(steps: readonly WireStep[], index: number, keys: Map<number, string>): Promise<string> {
    const known = keys.get(index);
    if (known !== undefined) {
      return known;
    }
    const step = stepAt(steps, index);
    if (!('model' in step)) {
      throw new Error('only steps of models are kept, so a kept step cannot read others');
    }
    const { model, feeds } = step;
    const hash = createHash('sha256').update(`${model} ${await this.models.stamp(model)}`);
    for (const name of Object.keys(feeds).sort()) {
      const feed = feeds[name];
      if (feed !== undefined) {
        if ('set' in feed) {
          throw new Error('residents change, so a kept step cannot read them');
        }
        const content =
          'step' in feed
            ? `${await this.keyOf(steps, feed.step, keys)}/${feed.output}`
            : contentHash(this.carried(feed));
        hash.update(` ${name}=${content}`);
      }
    }
    const key = hash.digest('hex');
    keys.set(index, key);
    return key;
  }
}

/** What a step reads of earlier ones. */
function readsOf(step: WireStep): readonly FromStep[] {
  const read =
    'model' in step
      ? Object.values(step.feeds)
      : 'set' in step
        ? Object.values(step.keep ?? {})
        : [step.base, ...step.patches.map(({ values }) => values)];
  return read.filter((each): each is FromStep => 'step' in each);
}

/** The outputs of a step that the caller fetches or a later step reads. */
function neededOutputs(steps: readonly WireStep[], index: number): string[] {
  const names = new Set(stepAt(steps, index).fetch);
  for (const later of steps.slice(index + 1)) {
    for (const { step, output } of readsOf(later)) {
      if (step === index) {
        names.add(output);
      }
    }
  }
  return [...names];
}

/** For each step the last one that reads it. */
function lastReadersOf(steps: readonly WireStep[]): number[] {
  const last = steps.map((_, index) => index);
  for (const [index, step] of steps.entries()) {
    for (const { step: read } of readsOf(step)) {
      last[read] = index;
    }
  }
  return last;
}

function stepAt(steps: readonly WireStep[], index: number): WireStep {
  const step = steps[index];
  if (step === undefined) {
    throw new Error(`there is no step ${index}`);
  }
  return step;
}

function outputOf(done: readonly Outputs[], step: number, name: string): OrtTensor {
  const tensor = done[step]?.[name];
  if (tensor === undefined) {
    throw new Error(`step ${step} has not given "${name}"`);
  }
  return tensor;
}
