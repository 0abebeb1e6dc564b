/** What every subcommand needs: an open network, an engine, and inputs made of photos or arrays. */

import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';

import type { Command } from 'commander';
import { InvalidArgumentError } from 'commander';

import { singleImages } from '../core/analysis/photo/predictions.js';
import { CancelledError, namingFile, UserError } from '../core/errors.js';
import { decodeImage } from '../core/imaging/decode.js';
import type { RgbImage } from '../core/imaging/image.js';
import { choosePreprocessing, toInput } from '../core/imaging/preprocess.js';
import type { ChosenPreprocessing } from '../core/imaging/preprocess.js';
import { chooseLabels, labelsText } from '../core/network/classNames.js';
import type { ChosenLabels } from '../core/network/chosenLabels.js';
import { parseSize, sizeText } from '../core/network/imageInput.js';
import type { ImageSize, SizeChoice } from '../core/network/imageInput.js';
import { measureShapes, withMeasuredShapes } from '../core/network/measuredShapes.js';
import { openNetwork, resizedNetwork } from '../core/network/open.js';
import type { Network } from '../core/network/network.js';
import { SCORE_KIND_TEXTS } from '../core/network/scoreKind.js';
import type { Scores } from '../core/network/scores.js';
import { decodeNpy } from '../core/npy.js';
import type { Preprocessing } from '../core/network/preprocessing.js';
import type { FloatTensor } from '../core/tensor.js';
import { startEngine } from '../runtime/client.js';
import type { EngineClient } from '../runtime/client.js';

/** Options of the program itself, which every subcommand inherits. */
export interface GlobalOptions {
  readonly provider: 'auto' | 'cpu' | 'cuda' | 'webgpu';
  readonly threads?: number;
  readonly runtime?: string;
}

/** Options of subcommands that take photos. */
interface PhotoOptions {
  readonly preprocess?: string;
  /** Where `--size` is the occluder's, that of photos is `--input-size`. */
  readonly size?: ImageSize | number;
  readonly inputSize?: ImageSize;
}

/** What a subcommand works with: the model that it names, opened, and an engine. */
export interface Opened {
  /** For images of the size asked for, else of the first array's. */
  readonly network: Network;
  /** The network for images of another size; for a photo, of the size asked for. */
  readonly networkFor: (choice: SizeChoice | undefined) => Promise<Network>;
  /** The option that chooses the size of photos. */
  readonly sizeFlag: SizeFlag;
  /** Chosen once: photos are read, and pictures coloured, by it. */
  readonly preprocessing: ChosenPreprocessing;
  readonly engine: EngineClient;
  /** Aborted by Ctrl+C, and by what else asks the process to end. */
  readonly signal: AbortSignal;
}

/** Signals that ask for an end; unhandled, they would leave the engine process to finish its batch. */
const ENDINGS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** What subcommands of several models or of none work with. */
export interface Session extends Pick<Opened, 'engine' | 'signal'> {
  /** Opens a model by the command's options. */
  readonly open: (modelFile: string) => Promise<Opened>;
}

/** Opens `modelFile`, starts an engine, runs `work`, and cleans up. */
export function withOpened<T>(
  command: Command,
  modelFile: string,
  work: (opened: Opened) => Promise<T>,
): Promise<T> {
  return withEngine(command, async ({ open }) => work(await open(modelFile)));
}

/**
 * Starts an engine (its process starts on first use), runs `work`, and cleans up.
 * @param usual threads where `--threads` says nothing
 */
export async function withEngine<T>(
  command: Command,
  work: (session: Session) => Promise<T>,
  usual?: { readonly threads: number },
): Promise<T> {
  const { provider, threads = usual?.threads, runtime } = command.optsWithGlobals<GlobalOptions>();
  const interrupt = new AbortController();
  const onInterrupt = (): void => {
    interrupt.abort();
  };
  ENDINGS.forEach((name) => process.once(name, onInterrupt));
  const engine = startEngine({
    provider,
    ...(threads !== undefined && { threads }),
    ...(runtime !== undefined && { runtimePath: runtime }),
  });
  try {
    const { signal } = interrupt;
    return await work({ engine, signal, open: (file) => opened(command, file, engine, signal) });
  } finally {
    ENDINGS.forEach((name) => process.removeListener(name, onInterrupt));
    engine.dispose();
  }
}

async function opened(
  command: Command,
  modelFile: string,
  engine: EngineClient,
  signal: AbortSignal,
): Promise<Opened> {
  const options = command.optsWithGlobals<PhotoOptions>();
  const asked = sizeAsked(options);
  const sizeFlag = command.options.some(({ long }) => long === '--input-size') ? '--input-size' : '--size';
  const measured = (network: Network): Promise<Network> => toldShapes(network, engine, signal);
  const chosen = asked ?? (await sizeOfArray(command.args.slice(1)));
  const network = await measured(await openNetwork(modelFile, chosen));
  const networks = new Map([[network.input.shape.join(), network]]);
  const networkFor = async (choice = asked): Promise<Network> => {
    const resized = await resizedNetwork(network, choice);
    const known = networks.get(resized.input.shape.join()) ?? (await measured(resized));
    networks.set(known.input.shape.join(), known);
    return known;
  };
  const preprocessing = await choosePreprocessing({ option: options.preprocess, sidecar: network.sidecar });
  return { network, networkFor, sizeFlag, preprocessing, engine, signal };
}

/** The network with shapes that only a run tells; where the run fails it goes without them, which is told on stderr. */
async function toldShapes(network: Network, engine: EngineClient, signal: AbortSignal): Promise<Network> {
  try {
    return await withMeasuredShapes(network, await measureShapes(network, engine, signal));
  } catch (error) {
    if (error instanceof CancelledError || !(error instanceof Error)) {
      throw error;
    }
    note(
      `${network.model.file}: some shapes can only be told by running the model, which failed: ${error.message}`,
    );
    return network;
  }
}

function sizeAsked({ size, inputSize }: PhotoOptions): SizeChoice | undefined {
  const asked = inputSize ?? (typeof size === 'object' ? size : undefined);
  return asked && { origin: 'asked', size: asked };
}

/** The size that the first array among the inputs has. */
async function sizeOfArray(files: readonly string[]): Promise<SizeChoice | undefined> {
  const file = files.find(isArray);
  return file === undefined ? undefined : choiceOf(decodeNpy(await readBytes(file), file));
}

/** Undefined for an array that is no batch of images. */
function choiceOf({ shape }: FloatTensor): SizeChoice | undefined {
  return shape.length === 4 ? { origin: 'array', shape } : undefined;
}

function isArray(file: string): boolean {
  return extname(file).toLowerCase() === '.npy';
}

/** Says which size is taken where the model leaves it open and nobody chose one. @param flag that chooses another */
export function tellSize({ model, input }: Network, flag: string): void {
  if (input.sizeOrigin === 'assumed') {
    const taken =
      input.refused === undefined ? 'takes any image size' : `takes some image sizes (${input.refused})`;
    note(`${model.file} ${taken}; ${sizeText(input)} is used, ${flag} or the sidecar chooses another`);
  }
}

/** A photo or array on its way into the network. */
export interface NetworkInput {
  readonly file: string;
  /** For images of this size. */
  readonly network: Network;
  readonly tensor: FloatTensor;
  /** Undefined for an array, which is fed as it is. */
  readonly photo: RgbImage | undefined;
}

/** Reads a photo, or a .npy array that is fed exactly as it is, its size being the network's where that is open. */
export async function readInput(file: string, opened: Opened): Promise<NetworkInput> {
  const bytes = await readBytes(file);
  if (isArray(file)) {
    const tensor = decodeNpy(bytes, file);
    const choice = choiceOf(tensor);
    const network = choice === undefined ? opened.network : await opened.networkFor(choice);
    namingFile(file, () => singleImages(network, tensor));
    return { file, network, tensor, photo: undefined };
  }
  const photo = await decodeImage(bytes, file);
  const network = await opened.networkFor(undefined);
  tellSize(network, opened.sizeFlag);
  return { file, network, tensor: toInput(photo, toldPreprocessing(opened), network.input), photo };
}

/** The preprocessing that applies, told on stderr: whatever reads a photo or colours a picture asks here. */
export function toldPreprocessing({ preprocessing: chosen }: Pick<Opened, 'preprocessing'>): Preprocessing {
  const { preprocessing, source } = chosen;
  note(`preprocessing: ${preprocessing.name} (${source})`);
  return preprocessing;
}

/** Which output the class scores are, and how they become probabilities. */
export function scoresLine({ tensor, kind, isDeclared }: Scores): string {
  return `class scores: ${SCORE_KIND_TEXTS[kind]}, output '${tensor}'${isDeclared ? ', as the sidecar says' : ''}`;
}

/** The names of a network's classes, whose origin is told on stderr. @param option `--labels` */
export async function toldLabels(network: Network, option: string | undefined): Promise<ChosenLabels> {
  const chosen = await chooseLabels(network, option);
  const text = labelsText(chosen);
  if (text !== undefined) {
    note(
      `class names: ${text}${chosen.origin === 'assumed' ? '; --labels or the sidecar says which they are' : ''}`,
    );
  }
  return chosen;
}

/** Tells what the probabilities of a network that classifies are made of. */
export function tellScores({ scores }: Network): void {
  if (scores !== undefined) {
    note(scoresLine(scores));
  }
}

/** The same for subcommands that look at one image. @throws UserError for an array of several */
export async function readSingle(file: string, opened: Opened): Promise<NetworkInput> {
  const input = await readInput(file, opened);
  const [tensor, ...rest] = singleImages(input.network, input.tensor);
  if (tensor === undefined || rest.length > 0) {
    throw new UserError(`${file}: the array holds ${rest.length + (tensor ? 1 : 0)} images; give one`);
  }
  return { ...input, tensor };
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError(
      code === 'ENOENT'
        ? `${file}: there is no such file`
        : `${file}: the file cannot be read (${code ?? String(error)})`,
    );
  }
}

const noted = new Set<string>();

/** Tells something once on stderr, so that results on stdout stay clean. */
export function note(line: string): void {
  if (!noted.has(line)) {
    noted.add(line);
    process.stderr.write(`${line}\n`);
  }
}

/** Parses an option that is a whole number from `least`. */
export function wholeNumber(text: string, least = 1): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < least) {
    throw new InvalidArgumentError(`'${text}' is no whole number from ${least}`);
  }
  return value;
}

/** Commander's parser of an image's size: a side, or HEIGHTxWIDTH. */
export function pixels(text: string): ImageSize {
  const size = parseSize(text);
  if (size === undefined) {
    throw new InvalidArgumentError(`'${text}' is no size; give pixels as 64, or height and width as 48x320`);
  }
  return size;
}

export const SIZE_HELP = 'size of photos, where the model leaves it open: a side, or HEIGHTxWIDTH';

type SizeFlag = '--size' | '--input-size';

/** Adds the options that say how photos are read. @param flag of the size: `--size` is the occluder's in some */
export function photoOptions(command: Command, flag: SizeFlag = '--size'): Command {
  return command
    .option('--preprocess <name>', 'imagenet, caffe, tf, unit, or a JSON file')
    .option(`${flag} <pixels>`, 'of photos, where the model leaves it open: a side, or HEIGHTxWIDTH', pixels);
}

/** Commander's parser of a whole number from 1. */
export const positive = (text: string): number => wholeNumber(text, 1);

/** Commander's parser of a whole number from 0. */
export const natural = (text: string): number => wholeNumber(text, 0);
