/**
 * Installs an onnxruntime-node with CUDA: a folder like one in which npm has installed it, made of the bundled
 * package and the CUDA libraries. A folder with its final name is complete; work in progress has another name.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { throwIfCancelled, UserError } from '../../core/errors.js';
import type { Job, JobContext } from '../../core/jobs/job.js';
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
 * Downloads and installs, in place of what was installed before; gives the folder, for the runtime path of the engine.
 * What a killed process has downloaded is not downloaded again.
 * @returns a job that throws UserError that says what to do; where it fails or is cancelled, nothing new is left behind
 */
export function cudaInstallationJob(installation: CudaInstallation): Job<never, string> {
  const { version, sha512 } = installation.package;
  return {
    key: `CUDA ${version} ${sha512} ${installation.storage}`,
    run: (context) => installCuda(installation, context),
  };
}

async function installCuda(installation: CudaInstallation, context: JobContext<never>): Promise<string> {
  const { storage, package: wanted } = installation;
  const { signal } = context;
  let part: string | undefined;
  try {
    checkVersion(installation);
    await mkdir(storage, { recursive: true });
    part = await mkdtemp(join(storage, `${PART}${process.pid}-`));
    await takeAbandoned(storage, join(part, archiveName(wanted)));
    await fill(part, installation, context);
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

/** Names what is downloaded, so that nobody goes on with another file. */
const archiveName = ({ sha512 }: CudaPackage): string => `download-${sha512.slice(0, 16)}`;

async function fill(
  folder: string,
  { packages, package: wanted }: CudaInstallation,
  { signal, report }: JobContext<never>,
): Promise<void> {
  const archive = join(folder, archiveName(wanted));
  const received = (done: number): void => {
    report('downloading', done / wanted.bytes, { done, of: wanted.bytes, unit: 'bytes' });
  };
  await download(wanted, archive, signal, received);
  report('unpacking', 1);
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

/** Removes what processes that have ended left half done, but for a download that can be gone on with. */
async function takeAbandoned(storage: string, archive: string): Promise<void> {
  for (const name of (await readdir(storage)).filter((each) => each.startsWith(PART))) {
    if (!isAlive(Number.parseInt(name.slice(PART.length), 10))) {
      const folder = join(storage, name);
      const begun = join(folder, basename(archive));
      if (existsSync(begun)) {
        await rename(begun, archive);
      }
      await rm(folder, { recursive: true, force: true });
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
