/** The part of onnxruntime-node's interface that the engine uses; a copy from another folder fits it too. */

export interface OrtTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: unknown;
}

export interface OrtValueMetadata {
  readonly name: string;
  readonly type?: string;
  /** A name stands for a free dimension; empty for a scalar and for an unknown rank. */
  readonly shape?: readonly (number | string)[];
}

export interface OrtSession {
  readonly outputNames: readonly string[];
  readonly inputMetadata: readonly OrtValueMetadata[];
  run(
    feeds: Readonly<Record<string, OrtTensor>>,
    fetches: readonly string[],
  ): Promise<Readonly<Record<string, OrtTensor>>>;
  release(): Promise<void>;
}

export interface OrtProvider {
  readonly name: string;
  /** Of WebGPU: nodes that it leaves to the processor. */
  readonly forceCpuNodeNames?: readonly string[];
}

export interface OrtSessionOptions {
  readonly executionProviders: readonly OrtProvider[];
  readonly intraOpNumThreads: number;
  readonly logSeverityLevel: 4;
  readonly extra?: { readonly session: Readonly<Record<string, string>> };
}

export interface OnnxRuntime {
  readonly InferenceSession: {
    create(model: Uint8Array, options: OrtSessionOptions): Promise<OrtSession>;
  };
  readonly Tensor: new (type: string, data: unknown, dims: readonly number[]) => OrtTensor;
  readonly env: { logLevel?: string | undefined; readonly versions: { readonly node?: string } };
  listSupportedBackends(): readonly { readonly name: string }[];
}
