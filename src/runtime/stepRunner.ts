/** Runs the steps of one request after another in the engine process. */

import { createHash } from 'node:crypto';
import { throwIfCancelled } from '../core/errors.js';
import type { TensorMap } from '../core/engine.js';
import { checkFeeds } from './feeds.js';
import type { Memo, Outputs } from './memo.js';
import type { WireStep } from './messages.js';
import type { ModelStore } from './modelStore.js';
import type { OnnxRuntime, OrtTensor } from './onnxruntime.js';
import { runError } from './ortErrors.js';
import { privateMemory } from './processMemory.js';
import type { SessionCache } from './sessionCache.js';
import { bytesOf, contentHash, fromOrt, toOrt } from './tensors.js';

export class StepRunner {
  /** Times a session was run. */
  runs = 0;

  constructor(
    private readonly ort: OnnxRuntime,
    private readonly models: ModelStore,
    private readonly sessions: SessionCache,
    private readonly memo: Memo,
  ) {}

  /**
   * Runs `steps` in order. onnxruntime cannot be interrupted, so an abort takes effect before the next step.
   * @throws UserError when the model or a feed is at fault, CancelledError after an abort
   */
  async run(steps: readonly WireStep[], signal: AbortSignal): Promise<TensorMap[]> {
    const done: Outputs[] = [];
    const keys = new Map<number, string>();
    for (const [index, step] of steps.entries()) {
      // Running blocks this process; messages, a cancellation among them, come in between.
      await new Promise(setImmediate);
      throwIfCancelled(signal);
      const names = neededOutputs(steps, index);
      if (names.length === 0) {
        done.push({});
        continue;
      }
      const key = step.memo ? await this.keyOf(steps, index, keys) : undefined;
      const kept = key === undefined ? undefined : this.memo.find(key, names);
      const outputs = kept ?? (await this.runStep(step, names, done));
      if (key !== undefined && kept === undefined) {
        this.memo.keep(key, outputs);
      }
      done.push(outputs);
    }
    return steps.map(({ fetch }, index) =>
      Object.fromEntries(fetch.map((name) => [name, fromOrt(name, outputOf(done, index, name))])),
    );
  }

  private async runStep(
    step: WireStep,
    names: readonly string[],
    done: readonly Outputs[],
  ): Promise<Outputs> {
    const session = await this.sessions.get(step.model, await this.models.stamp(step.model));
    const feeds = Object.fromEntries(
      Object.entries(step.feeds).map(([name, feed]) => [
        name,
        'step' in feed ? outputOf(done, feed.step, feed.output) : toOrt(this.ort, name, feed),
      ]),
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
    const { model, feeds } = stepAt(steps, index);
    const hash = createHash('sha256').update(`${model} ${await this.models.stamp(model)}`);
    for (const name of Object.keys(feeds).sort()) {
      const feed = feeds[name];
      if (feed !== undefined) {
        const content =
          'step' in feed ? `${await this.keyOf(steps, feed.step, keys)}/${feed.output}` : contentHash(feed);
        hash.update(` ${name}=${content}`);
      }
    }
    const key = hash.digest('hex');
    keys.set(index, key);
    return key;
  }
}

/** The outputs of a step that the caller fetches or a later step is fed with. */
function neededOutputs(steps: readonly WireStep[], index: number): string[] {
  const names = new Set(stepAt(steps, index).fetch);
  for (const { feeds } of steps.slice(index + 1)) {
    for (const feed of Object.values(feeds)) {
      if ('step' in feed && feed.step === index) {
        names.add(feed.output);
      }
    }
  }
  return [...names];
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
