/**
 * Installs an onnxruntime-node with CUDA: a folder like one in which npm has installed it, made of the bundled
 * package and the CUDA libraries. A folder with its final name is complete; work in progress has another name.
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfCancelled, UserError } from '../../core/errors.js';
import { CUDA_LIBRARIES, CUDA_PACKAGE } from './cudaPackage.js';
import type { CudaPackage } from './cudaPackage.js';
import { download } from './download.js';
import { unzip } from './unzip.js';

export interface CudaInstallation {
  readonly package: CudaPackage;
  /** The folder with all installations, one a version; made where it is missing. */
  readonly storage: string;
  /** The node_modules folder that holds the bundled onnxruntime-node and onnxruntime-common. */
  readonly packages: string;
  readonly signal: AbortSignal;
  /** Bytes of the download that have come, out of `package.bytes`. */
  readonly onBytes: (received: number) => void;
}

/** @throws UserError where onnxruntime has no CUDA libraries */
export function checkCudaPlatform({ platform, arch } = process as { platform: string; arch: string }): void {
  if (platform !== 'linux' || arch !== 'x64') {
    throw new UserError(
      `onnxruntime's CUDA libraries exist for Linux on x64 processors, and this is ${platform} on ${arch}: ` +
        'choose the provider auto, webgpu or cpu.',
    );
  }
}

/** The complete installation of a version, or undefined. */
export function installedCuda(storage: string, version: string): string | undefined {
  const folder = join(storage, version);
  return existsSync(folder) ? folder : undefined;
}

/** Versions that are installed. */
export function installedVersions(storage: string): readonly string[] {
  return existsSync(storage) ? readdirSync(storage).filter((name) => !name.startsWith(PART)) : [];
}

/**
 * Downloads and installs, in place of what was installed before.
 * @returns the folder, for the runtime path of the engine
 * @throws CancelledError, or UserError that says what to do; nothing new is left behind then
 */
export async function installCuda(installation: CudaInstallation): Promise<string> {
  const { storage, signal, package: wanted } = installation;
  let part: string | undefined;
  try {
    checkVersion(installation);
    removeAbandoned(storage);
    part = await mkdtemp(join(storage, `${PART}${process.pid}-`));
    await fill(part, installation);
    throwIfCancelled(signal);
    const others = installedVersions(storage);
    await Promise.all(others.map((name) => rm(join(storage, name), { recursive: true, force: true })));
    const folder = join(storage, wanted.version);
    await rename(part, folder);
    return folder;
  } catch (error) {
    throwIfCancelled(signal);
    throw new UserError(
      `The CUDA libraries of onnxruntime ${wanted.version} cannot be installed: ${reasonOf(error)}. ` +
        `Check network, proxy and disk and try again; or run "npm install onnxruntime-node@${CUDA_PACKAGE.version}" ` +
        'in a folder of its own and name it in the setting unpool.runtime.path.',
    );
  } finally {
    if (part !== undefined) {
      await rm(part, { recursive: true, force: true });
    }
  }
}

/** Work in progress: this, the number of the process that does it, and something to tell them apart. */
const PART = '.part-';

async function fill(folder: string, installation: CudaInstallation): Promise<void> {
  const { packages, signal, onBytes, package: wanted } = installation;
  const archive = join(folder, 'download');
  await download(wanted, archive, signal, onBytes);
  const libraries = await copyRuntime(packages, join(folder, 'node_modules'));
  await unzip(archive, libraries, CUDA_LIBRARIES, signal);
  await rm(archive);
  await writeFile(join(folder, 'package.json'), '{}\n');
}

/**
 * Copies onnxruntime-node, with the libraries of this platform, and what it needs.
 * @returns the folder with the libraries, where onnxruntime looks for those of providers
 */
async function copyRuntime(from: string, to: string): Promise<string> {
  const [source, target] = [from, to].map((folder) => join(folder, 'onnxruntime-node')) as [string, string];
  const [abi = ''] = await readdir(join(source, 'bin'));
  const libraries = join('bin', abi, process.platform, process.arch);
  await mkdir(target, { recursive: true });
  for (const part of ['package.json', 'dist', libraries]) {
    await cp(join(source, part), join(target, part), { recursive: true });
  }
  await cp(join(from, 'onnxruntime-common'), join(to, 'onnxruntime-common'), { recursive: true });
  return join(target, libraries);
}

function checkVersion({ packages, package: wanted }: CudaInstallation): void {
  const manifest = readFileSync(join(packages, 'onnxruntime-node/package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  if (version !== wanted.version) {
    throw new UserError(`they do not fit onnxruntime ${version}, which comes with Unpool`);
  }
}

/** Makes the folder, and removes what processes that have ended left half done in it. */
function removeAbandoned(storage: string): void {
  mkdirSync(storage, { recursive: true });
  for (const name of readdirSync(storage).filter((each) => each.startsWith(PART))) {
    if (!isAlive(Number.parseInt(name.slice(PART.length), 10))) {
      rmSync(join(storage, name), { recursive: true, force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // A process of somebody else is alive too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** fetch says only that it failed, and keeps the reason in `cause`. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  const reason = cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code : undefined;
  return reason === undefined ? message : `${message} (${reason})`;
}
