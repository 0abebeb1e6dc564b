/** Chooses the execution provider: what was asked for, or the best that works here. */

import { UserError } from '../core/errors.js';
import { ATTRIBUTE_TYPE } from '../core/onnx/proto/messages.js';
import { encodeModelProto } from '../core/onnx/schema.js';
import type { Written } from '../core/onnx/schema.js';
import type { NodeProto, ValueInfoProto } from '../core/onnx/proto/messages.js';
import { whyCudaIsNotLoaded } from './cuda/whyNotLoaded.js';
import type { ProviderChoice, ProviderName, UnusedProvider } from './messages.js';
import type { OnnxRuntime, OrtSessionOptions } from './onnxruntime.js';
import { readable } from './ortErrors.js';
import { nodesForTheProcessor } from './webgpuGaps.js';

export interface ChosenProvider {
  readonly provider: ProviderName;
  readonly unused: readonly UnusedProvider[];
}

export interface ProviderSearch {
  readonly ort: OnnxRuntime;
  readonly threads: number;
  /** Providers that brought a process down, not to be tried again. */
  readonly crashed: readonly ProviderName[];
  /** Called before a provider's driver is touched. */
  readonly trying: (provider: ProviderName) => Promise<void>;
}

const WHAT_TO_DO: Readonly<Record<ProviderName, string>> = {
  cpu: 'Install onnxruntime-node again.',
  cuda: 'CUDA needs an NVIDIA driver, CUDA and cuDNN that fit it; or choose auto or cpu.',
  webgpu: 'Install a graphics driver with Vulkan, Metal or Direct3D 12; or choose auto or cpu.',
};

/** @param model what the session will run */
export function sessionOptions(
  provider: ProviderName,
  threads: number,
  model: Uint8Array,
): OrtSessionOptions {
  const gaps = provider === 'webgpu' ? nodesForTheProcessor(model) : [];
  return {
    // onnxruntime refuses an empty list.
    executionProviders: [{ name: provider, ...(gaps.length > 0 && { forceCpuNodeNames: gaps }) }],
    intraOpNumThreads: threads,
    logSeverityLevel: 4,
  };
}

/**
 * Chooses a provider by running a small convolution on it.
 * `auto` prefers cuda, then webgpu where it is faster than the processor, then cpu.
 * @throws UserError when a provider asked for by name does not work
 */
export async function chooseProvider(
  choice: ProviderChoice,
  search: ProviderSearch,
): Promise<ChosenProvider> {
  if (choice !== 'auto') {
    const result = await probe(choice, search);
    if ('why' in result) {
      throw new UserError(`The provider ${choice} does not work here: ${result.why} ${WHAT_TO_DO[choice]}`);
    }
    return { provider: choice, unused: [] };
  }
  const cuda = await probe('cuda', search);
  if (!('why' in cuda)) {
    return { provider: 'cuda', unused: [] };
  }
  const unused: UnusedProvider[] = [{ provider: 'cuda', why: cuda.why }];
  const webgpu = await probe('webgpu', search);
  if ('why' in webgpu) {
    return { provider: 'cpu', unused: [...unused, { provider: 'webgpu', why: webgpu.why }] };
  }
  // A software adapter calls itself a GPU; its speed gives it away.
  const cpu = await probe('cpu', search);
  if ('why' in cpu || webgpu.speed > cpu.speed) {
    return { provider: 'webgpu', unused };
  }
  const ratio = Number((cpu.speed / webgpu.speed).toPrecision(2));
  const why = `the processor ran a trial convolution ${ratio} times as fast.`;
  return { provider: 'cpu', unused: [...unused, { provider: 'webgpu', why }] };
}

/** @see trialSpeed */
type Probe = { readonly speed: number } | { readonly why: string };

async function probe(provider: ProviderName, search: ProviderSearch): Promise<Probe> {
  const { ort, threads, crashed, trying } = search;
  if (crashed.includes(provider)) {
    return { why: 'the engine process crashed when it was tried.' };
  }
  if (!ort.listSupportedBackends().some(({ name }) => name === provider)) {
    return { why: `onnxruntime has no ${provider} on this system.` };
  }
  await trying(provider);
  try {
    const speed = await trialSpeed(ort, provider, threads);
    return speed === undefined ? { why: 'a trial convolution gave wrong numbers.' } : { speed };
  } catch (error) {
    const why = isUnloadable(error) ? await whyCudaIsNotLoaded() : readable(error);
    return { why: why.replace(/\.?$/, '.') };
  }
}

/** onnxruntime has found its CUDA libraries missing, or unfit to be loaded. */
function isUnloadable(error: unknown): boolean {
  return error instanceof Error && /ExecutionProvider_Cuda: Failed to load/.test(error.message);
}

const CHANNELS = 64;
/** Heights and widths of the trial's feature maps: larger ones only where the smaller were fast. */
const SIZES = [14, 28, 56, 112];
const LONG_MS = 50;

/**
 * Runs 3x3 convolutions of ones over [1, 64, size, size] ones.
 * @returns multiply-adds per millisecond at best; undefined when an interior unit is not 9 * 64
 */
async function trialSpeed(
  ort: OnnxRuntime,
  provider: ProviderName,
  threads: number,
): Promise<number | undefined> {
  const model = trialModel();
  const session = await ort.InferenceSession.create(model, sessionOptions(provider, threads, model));
  const ones = (...dims: number[]) =>
    new ort.Tensor('float32', new Float32Array(dims.reduce((a, b) => a * b)).fill(1), dims);
  const w = ones(CHANNELS, CHANNELS, 3, 3);
  let speed = 0;
  try {
    for (const size of SIZES) {
      const feeds = { x: ones(1, CHANNELS, size, size), w };
      // The first run also compiles shaders.
      await session.run(feeds, ['y']);
      const start = performance.now();
      const { y } = await session.run(feeds, ['y']);
      const milliseconds = performance.now() - start;
      const middle = ((CHANNELS / 2) * size + size / 2) * size + size / 2;
      const value = y?.data instanceof Float32Array ? (y.data[middle] ?? 0) : 0;
      if (Math.abs(value / (9 * CHANNELS) - 1) > 0.01) {
        return undefined;
      }
      speed = Math.max(speed, (9 * CHANNELS ** 2 * size ** 2) / milliseconds);
      if (milliseconds > LONG_MS) {
        break;
      }
    }
  } finally {
    await session.release();
  }
  return speed;
}

function trialModel(): Uint8Array {
  const float = (name: string): Written<ValueInfoProto> => ({ name, type: { tensorType: { elemType: 1 } } });
  const conv: Written<NodeProto> = {
    name: 'conv',
    opType: 'Conv',
    domain: '',
    input: ['x', 'w'],
    output: ['y'],
    attribute: [{ name: 'pads', type: ATTRIBUTE_TYPE.ints, ints: [1, 1, 1, 1] }],
  };
  return encodeModelProto({
    irVersion: 8,
    producerName: 'unpool',
    producerVersion: '',
    opsetImport: [{ domain: '', version: 13 }],
    metadataProps: [],
    functions: [],
    graph: {
      name: 'trial',
      node: [conv],
      initializer: [],
      input: [float('x'), float('w')],
      output: [float('y')],
      valueInfo: [],
    },
  });
}
