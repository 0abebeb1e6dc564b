// `npm start`: packages the extension and opens it, with sample models, in VS Code or else in code-server.
import { spawn } from 'node:child_process';
import { cp, mkdir, readFile, readdir } from 'node:fs/promises';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cacheDir } from './vscode/install.mjs';
import { packageExtension } from './vscode/packaged.mjs';
import { startCodeServer } from './vscode/server.mjs';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const MODEL = 'models/zfnet-caltech101.onnx';
const SAMPLES = [
  { from: 'media/models', to: 'models', files: /./ },
  { from: 'media/photos', to: 'photos', files: /./ },
  { from: 'samples', to: '.', files: /\.py$/ },
];
const WINDOWS = process.platform === 'win32';

// --code-server: even where there is `code`. --vsix FILE: this package instead of a new one. --port N: not any free one.
const { values: options } = parseArgs({
  options: { 'code-server': { type: 'boolean' }, port: { type: 'string' }, vsix: { type: 'string' } },
});

/** What Ctrl+C has to stop; code-server is stopped by its own module. */
let stopWindow = () => {};
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.once(signal, () => {
    stopWindow();
    process.exit(0);
  });
}

try {
  const vsix = options.vsix ?? (await packaged());
  const workspace = await prepareWorkspace();
  const model = path.join(workspace, MODEL);
  const files = existsSync(model) ? [model] : [];
  const code = options['code-server'] ? undefined : findCode();
  if (!code && process.platform !== 'linux') {
    throw new Error(
      'There is no `code` command on the PATH: install VS Code, and its command with "Shell Command: Install".',
    );
  }
  await (code ? openInCode(code, vsix, workspace, files) : openInCodeServer(vsix, workspace, files));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

async function packaged() {
  console.log('Packaging the extension …');
  return packageExtension();
}

/** A folder outside the tree with copies of the samples: what is done to them there does not touch the originals. */
async function prepareWorkspace() {
  const workspace = path.join(cacheDir(), 'unpool-samples');
  await mkdir(workspace, { recursive: true });
  for (const { from, to, files } of SAMPLES) {
    const source = path.join(ROOT, from);
    const names = existsSync(source) ? await readdir(source) : [];
    for (const name of names.filter((each) => files.test(each))) {
      await cp(path.join(source, name), path.join(workspace, to, name), { recursive: true });
    }
  }
  return workspace;
}

/** The `code` command of a VS Code on this machine. */
function findCode() {
  const names = WINDOWS ? ['code.cmd'] : ['code'];
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  const found = folders.flatMap((folder) => names.map((name) => path.join(folder, name)));
  // In the terminal of a remote VS Code, `code` talks to that window, and cannot start one with its own profile.
  return found.find(
    (file) => !/[\\/]remote-cli[\\/]/.test(file) && statSync(file, { throwIfNoEntry: false })?.isFile(),
  );
}

/** Opens VS Code with a profile of its own, so that the user's settings and extensions stay as they are. */
async function openInCode(code, vsix, workspace, files) {
  const profile = path.join(cacheDir(), 'vscode-profile');
  const userData = path.join(profile, 'user-data');
  const common = ['--user-data-dir', userData, '--extensions-dir', path.join(profile, 'extensions')];
  if (process.getuid?.() === 0) {
    // Chromium does not start its sandbox as root.
    common.push('--no-sandbox');
  }
  await run(code, [...common, '--install-extension', vsix, '--force']);
  await run(code, [
    ...common,
    '--new-window',
    '--disable-workspace-trust',
    '--disable-telemetry',
    workspace,
    ...files,
  ]);
  // The command returns at once; the window belongs to a process that notes its id in this file.
  const windowProcess = await appears(path.join(userData, 'code.lock'));
  if (!windowProcess) {
    console.log('Unpool is open in VS Code.');
    return;
  }
  stopWindow = () => kill(windowProcess);
  console.log('Unpool is open in VS Code. Close its window, or press Ctrl+C here, to stop.');
  while (isAlive(windowProcess)) {
    await pause(500);
  }
}

async function openInCodeServer(vsix, workspace, files) {
  console.log('Starting VS Code in the browser (code-server) …');
  const server = await startCodeServer({ vsix, workspace, port: Number(options.port ?? 0) });
  for (const file of files) {
    // Waits for the browser, whenever that comes.
    server.openFile(file).catch(() => {});
  }
  console.log(`\n  Unpool is open in VS Code at ${server.url}\n\n  Press Ctrl+C to stop.`);
  if (process.env.DISPLAY || process.env.WAYLAND_DISPLAY) {
    const browser = spawn('xdg-open', [server.url], { stdio: 'ignore', detached: true });
    // The address is on the screen already, for whoever has no xdg-open.
    browser.on('error', () => {});
    browser.unref();
  }
  const status = await server.gone;
  await server.stop();
  throw new Error(`code-server ended (${status}):\n${server.logs.slice(-20).join('\n')}`);
}

/** Runs a command of the project's root, shows its errors, and gives its output. */
async function run(command, args) {
  // Node starts .cmd files through the shell only, which wants spaces quoted.
  const shell = WINDOWS && command !== process.execPath;
  const quoted = shell ? [command, ...args].map((arg) => `"${arg}"`) : [command, ...args];
  const child = spawn(quoted[0], quoted.slice(1), { cwd: ROOT, shell, stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (output += text));
  const status = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve(code ?? signal));
  });
  if (status !== 0) {
    throw new Error(`${path.basename(command)} ${args.join(' ')} failed (${status}):\n${output}`);
  }
  return output;
}

/** The process id that VS Code writes into its lock file while it starts. */
async function appears(lock) {
  for (let tries = 0; tries < 60; tries++) {
    const pid = Number(await readFile(lock, 'utf8').catch(() => ''));
    if (pid && isAlive(pid)) {
      return pid;
    }
    await pause(500);
  }
  return undefined;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function kill(pid) {
  try {
    process.kill(pid);
  } catch {
    // The window was closed meanwhile.
  }
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
