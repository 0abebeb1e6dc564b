/** What the core asks of an engine; `runtime` implements it over a child process. */

import type { DerivedModel } from './onnx/model.js';
import type { Tensor } from './tensor.js';

/** A feed that is an output of an earlier step of the same request and never leaves the engine. */
export interface FromStep {
  readonly step: number;
  readonly output: string;
}

/** One model run of a request. */
export interface Step {
  readonly model: DerivedModel;
  readonly feeds: Readonly<Record<string, Tensor | FromStep>>;
  /** Outputs that come back to the caller; later steps may use others. */
  readonly fetch: readonly string[];
  /** Keep this step's outputs in the engine, so that the same model on the same feeds is not run again. */
  readonly memo?: boolean;
}

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
}

export type TensorMap = Readonly<Record<string, Tensor>>;

export interface Engine {
  /**
   * Runs the steps in order and gives each step's fetched outputs.
   * @throws UserError when the model is at fault (the message names the file or node), CancelledError after
   * an abort, EngineError (runtime) when the engine process died.
   */
  run(steps: readonly Step[], options?: RunOptions): Promise<readonly TensorMap[]>;
}
