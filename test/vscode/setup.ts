/** Packages the extension and starts code-server with it, once for all files of this project. */

import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

import { ensureChromium, ensureCodeServer, UnavailableError } from '../../scripts/vscode/install.mjs';
import { packageExtension } from '../../scripts/vscode/packaged.mjs';
import { startCodeServer } from '../../scripts/vscode/server.mjs';
import { CudaFeed, makeWheel, packageOf } from '../cudaFeed.js';

const ROOT = resolve(import.meta.dirname, '../..');

/** What test files need to know of the running code-server, or why there is none on this machine. */
export type CodeServer = RunningCodeServer | { readonly unavailable: string };

export interface RunningCodeServer {
  readonly origin: string;
  readonly userDataDir: string;
  /** What the extension downloads as onnxruntime's CUDA libraries; a file that is cut short is sent as far as it goes. */
  readonly cudaWheel: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    codeServer: CodeServer;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  try {
    await ensureCodeServer();
    await ensureChromium();
  } catch (error) {
    if (!(error instanceof UnavailableError)) {
      throw error;
    }
    project.provide('codeServer', { unavailable: error.message });
    process.stderr.write(`\nSKIPPED: all tests in a real VS Code. ${error.message}\n\n`);
    return async () => undefined;
  }
  const vsix = process.env['UNPOOL_VSIX'] || (await packageExtension());
  // Trust is off in the settings; the tests of the restricted mode turn it on.
  const cuda = await serveCuda();
  const extensions = [vsix, await packageToolCaller()];
  const server = await startCodeServer({ vsix: extensions, workspaceTrust: true, env: cuda.env });
  const { origin, userDataDir } = server;
  project.provide('codeServer', { origin, userDataDir, cudaWheel: cuda.file });
  return async () => {
    await server.stop();
    await cuda.stop();
  };
}

interface ServedCuda {
  readonly file: string;
  /** Tells the extension of it. */
  readonly env: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

async function serveCuda(): Promise<ServedCuda> {
  const folder = await mkdtemp(join(tmpdir(), 'unpool-cuda-'));
  const file = join(folder, 'cuda.whl');
  const wheel = await makeWheel();
  await writeFile(file, wheel);
  const feed = new CudaFeed();
  const url = await feed.start();
  feed.answer = (response) => {
    response.writeHead(200, { 'content-length': wheel.length });
    const bytes = readFileSync(file);
    response.write(bytes, () => bytes.length === wheel.length && response.end());
  };
  return {
    file,
    env: { UNPOOL_CUDA_PACKAGE: JSON.stringify(packageOf(wheel, url)) },
    stop: async () => {
      await feed.stop();
      await rm(folder, { recursive: true });
    },
  };
}

/** The extension that calls tools as a language model would. */
async function packageToolCaller(): Promise<string> {
  const file = join(ROOT, 'out/tool-caller.vsix');
  await mkdir(join(ROOT, 'out'), { recursive: true });
  const vsce = join(ROOT, 'node_modules/@vscode/vsce/vsce');
  const options = ['--out', file, '--allow-missing-repository', '--skip-license'];
  await promisify(execFile)(process.execPath, [vsce, 'package', ...options], {
    cwd: join(import.meta.dirname, 'fixtures/toolCaller'),
  });
  return file;
}
