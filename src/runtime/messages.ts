/** What the client and the engine process say to each other; Node's 'advanced' serialisation carries it. */

import type { FromResident, FromStep, Lane, ResidentStep, TensorMap, WindowStep } from '../core/engine.js';
import type { DerivedModel } from '../core/onnx/model.js';
import type { DataType, Tensor } from '../core/tensor.js';

/** An execution provider of onnxruntime that Unpool knows how to use. */
export type ProviderName = 'cpu' | 'cuda' | 'webgpu';

/** `auto` takes the best provider that works. */
export type ProviderChoice = 'auto' | ProviderName;

/** A provider that `auto` passed over, and the reason in words. */
export interface UnusedProvider {
  readonly provider: ProviderName;
  readonly why: string;
}

/** What the engine runs on, and what it has done since its process started. */
export interface EngineStatus {
  readonly provider: ProviderName;
  /** Empty when the provider was asked for by name. */
  readonly unused: readonly UnusedProvider[];
  /** Version of onnxruntime. */
  readonly version: string;
  readonly processId: number;
  readonly sessions: { readonly open: number; readonly bytes: number; readonly created: number };
  readonly memo: { readonly entries: number; readonly bytes: number; readonly hits: number };
  readonly residents: { readonly sets: number; readonly bytes: number };
  /** Times a session was run. */
  readonly runs: number;
}

export interface StartOptions {
  readonly provider: ProviderChoice;
  /** 0 leaves the number to onnxruntime. */
  readonly threads: number;
  readonly runtimePath: string | undefined;
  /** Bytes. */
  readonly memoryBound: number;
  /** Providers that brought an earlier process down while they were tried. */
  readonly crashed: readonly ProviderName[];
}

/** A feed that the client has written to a file: its elements, as they lie in memory. */
export interface TensorInFile {
  readonly file: string;
  readonly dtype: DataType;
  readonly shape: readonly number[];
}

/** A model run with its model named by content hash; the engine asks for a model that it does not know. */
export interface WireModelStep {
  readonly model: string;
  readonly feeds: Readonly<Record<string, Tensor | TensorInFile | FromStep | FromResident>>;
  readonly fetch: readonly string[];
  readonly memo: boolean;
}

export type WireStep = WireModelStep | WindowStep | ResidentStep;

export type Request =
  | { readonly type: 'run'; readonly id: number; readonly lane: Lane; readonly steps: readonly WireStep[] }
  | { readonly type: 'status'; readonly id: number };

export type ToEngine =
  | { readonly type: 'start'; readonly options: StartOptions }
  | Request
  | { readonly type: 'cancel'; readonly id: number }
  /** Answers `need`; without a model when the request is no longer wanted. */
  | { readonly type: 'model'; readonly model: DerivedModel | undefined };

/** An error on its way to the client. */
export interface Fault {
  /** Whether the model or the request is at fault. */
  readonly user: boolean;
  /** The set of residents that is lost, where that is the error. */
  readonly lost?: string | undefined;
  readonly message: string;
}

export type Answer =
  | { readonly type: 'result'; readonly id: number; readonly outputs: readonly TensorMap[] }
  | { readonly type: 'status'; readonly id: number; readonly status: EngineStatus }
  | ({ readonly type: 'error'; readonly id: number } & Fault);

export type FromEngine =
  | Answer
  | { readonly type: 'need'; readonly id: number; readonly model: string }
  | { readonly type: 'log'; readonly line: string }
  /** A driver may crash while it is tried; the client then knows which one it was. */
  | { readonly type: 'trying'; readonly provider: ProviderName }
  | { readonly type: 'ready'; readonly provider: ProviderName }
  | ({ readonly type: 'cannotStart' } & Fault);
