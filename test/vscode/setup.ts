/** Packages the extension and starts code-server with it, once for all files of this project. */

import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';

import { ensureChromium, ensureCodeServer, UnavailableError } from '../../scripts/vscode/install.mjs';
import { startCodeServer } from '../../scripts/vscode/server.mjs';

const ROOT = resolve(import.meta.dirname, '../..');

/** What test files need to know of the running code-server, or why there is none on this machine. */
export type CodeServer =
  { readonly origin: string; readonly userDataDir: string } | { readonly unavailable: string };

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
  const server = await startCodeServer({ vsix: [vsix, await packageToolCaller()], workspaceTrust: true });
  project.provide('codeServer', { origin: server.origin, userDataDir: server.userDataDir });
  return () => server.stop();
}

/** @returns path of the package, which the script says on its last line */
async function packageExtension(): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(ROOT, 'scripts/package.mjs')], {
    cwd: ROOT,
    maxBuffer: 2 ** 26,
  });
  return stdout.trim().split('\n').at(-1) ?? '';
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
