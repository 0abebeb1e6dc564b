/** What the core asks of an engine; `runtime` implements it over a child process. */

import type { DerivedModel } from './onnx/model.js';
import type { Tensor } from './tensor.js';

/** A feed that is an output of an earlier step of the same request and never leaves the engine. */
export interface FromStep {
  readonly step: number;
  readonly output: string;
}

/** A feed that the engine has kept since an earlier request. */
export interface FromResident {
  readonly set: string;
  readonly name: string;
}

/** A model run of a request. */
export interface ModelStep {
  readonly model: DerivedModel;
  readonly feeds: Readonly<Record<string, Tensor | FromStep | FromResident>>;
  /** Outputs that come back to the caller; later steps may use others. */
  readonly fetch: readonly string[];
  /**
   * Keep this step's outputs in the engine, so that the same model on the same feeds is not run again. Such a step reads
   * no residents.
   */
  readonly memo?: boolean;
}

/** Windows computed anew, written over the values of the tensor that windows are cut from. */
export interface Patch {
  /** [n, ...] of the base's rank; with one entry it serves every window that it is written to. */
  readonly values: Tensor | FromStep;
  /** The first window it is written to; there are as many as corners. */
  readonly first: number;
  /** The entry that is written to the first window, where there are several; the others follow. 0 unless given. */
  readonly entry?: number;
  /** Row and column of each entry's top-left corner in the base. */
  readonly corners: Int32Array;
}

/**
 * Cuts windows of one size out of a tensor and writes patches over them. Output `WINDOWS`: [windows, ...], the
 * base's other axes whole. Copying only; it does for a batch of windows what Slice, Pad and ScatterND would do one
 * by one.
 */
export interface WindowStep {
  /** float32 [1, C, H, W], or [1, H, W, C]. */
  readonly base: Tensor | FromStep;
  /** The base's axis of rows; that of columns is the next one. */
  readonly rowAxis: number;
  readonly size: readonly [rows: number, columns: number];
  /** Row and column of each window's top-left corner in the base; windows may reach beyond it. */
  readonly corners: Int32Array;
  /** What lies beyond the base. */
  readonly padding: number;
  readonly patches: readonly Patch[];
  /** `WINDOWS`, or nothing where only later steps use them. */
  readonly fetch: readonly string[];
}

export const WINDOWS = 'windows';

/**
 * Keeps tensors in the engine between requests: residents. Those of a set belong together, such as the parameters of a
 * training, and are lost together, when the engine's process ends or newer sets need the memory; to read one that is
 * lost is a ResidentsLostError. Outputs: the fetched residents, by their names.
 */
export interface ResidentStep {
  readonly set: string;
  /** What is added to the set or replaced in it, by name: all at once, or nothing. No windows. */
  readonly keep?: Readonly<Record<string, Tensor | FromStep | FromResident>>;
  /** Residents of the set that come back to the caller, as they are behind this step. */
  readonly fetch: readonly string[];
  /** Forget the set, when what is fetched has been read. */
  readonly drop?: boolean;
}

/** One part of a request. */
export type Step = ModelStep | WindowStep | ResidentStep;

/**
 * Which queue a request waits in: `interactive`, where somebody waits for the one answer, or `batch`, for the many
 * requests of a long analysis. Interactive requests go first, even between the steps of a batch request.
 */
export type Lane = 'interactive' | 'batch';

export interface RunOptions {
  readonly signal?: AbortSignal | undefined;
  /** `interactive` unless given. */
  readonly lane?: Lane | undefined;
}

export type TensorMap = Readonly<Record<string, Tensor>>;

export interface Engine {
  /** Execution provider of onnxruntime that it runs on; undefined until it has answered for the first time. */
  readonly provider?: string | undefined;
  /** What its times depend on beside the model (provider, threads, runtime), to keep measurements apart. */
  readonly setting?: string | undefined;
  /**
   * Runs the steps in order and gives each step's fetched outputs.
   * @throws UserError when the model is at fault (the message names the file or node), CancelledError after
   * an abort, ResidentsLostError for residents that are gone, EngineError (runtime) when the engine process died.
   */
  run(steps: readonly Step[], options?: RunOptions): Promise<readonly TensorMap[]>;
}

/** The same engine, whose requests go to `lane` unless they name one themselves. */
export function inLane(engine: Engine, lane: Lane): Engine {
  return {
    get provider() {
      return engine.provider;
    },
    get setting() {
      return engine.setting;
    },
    run: (steps, options = {}) => engine.run(steps, { ...options, lane: options.lane ?? lane }),
  };
}
