/**
 * The tests that run inside an extension host, in VS Code for the desktop: in VSCODE_EXECUTABLE, or in the version
 * VSCODE_VERSION ("stable", "1.105.0"), which is downloaded.
 */

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  downloadAndUnzipVSCode,
  resolveCliArgsFromVSCodeExecutablePath,
  runTests,
} from '@vscode/test-electron';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { packageExtension } from '../../scripts/vscode/packaged.mjs';
import { buildSuite, fillWorkspace, HARNESS, resultsIn } from '../host/suite.js';

const { VSCODE_EXECUTABLE: given, VSCODE_VERSION: version } = process.env;

describe.skipIf(!given && !version)('VS Code for the desktop', () => {
  let temporary: string;

  beforeAll(async () => {
    // Short, for VS Code puts Unix sockets below it.
    temporary = await mkdtemp(join(tmpdir(), 'unpool-desktop-'));
  });
  afterAll(() => rm(temporary, { recursive: true, force: true }));

  it('passes the tests in its extension host', async () => {
    const executable = given || (await downloadAndUnzipVSCode(version));
    const [extensions, user, folder] = ['extensions', 'user', 'folder'].map((name) => join(temporary, name));
    const folders = [`--extensions-dir=${extensions}`, `--user-data-dir=${user}`];
    const [command = executable, ...args] = resolveCliArgsFromVSCodeExecutablePath(executable, {
      reuseMachineInstall: true,
    });
    const vsix = process.env['UNPOOL_VSIX'] || (await packageExtension());
    // Chromium does not start its sandbox as root.
    const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
    const install = [...folders, ...asRoot, '--install-extension', vsix, '--force'];
    await promisify(execFile)(command, [...args, ...install], {
      shell: process.platform === 'win32',
    });
    await fillWorkspace(folder ?? '');
    await runTests({
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: HARNESS,
      extensionTestsPath: await buildSuite(),
      launchArgs: [folder ?? '', ...folders],
    });
    const { failed, passed } = await resultsIn(folder ?? '');
    expect(failed).toEqual([]);
    expect(passed.length).toBeGreaterThan(15);
  });
});
