// Starts code-server with extensions installed, its folders fresh and temporary, on the loopback address.
import { spawn } from 'node:child_process';
import { readFileSync, readdirSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureCodeServer } from './install.mjs';

const START_SECONDS = 60;
const STOP_SECONDS = 5;

const MANIFEST = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

/** Settings that keep a first start quiet, so that a test or a person sees the extension and nothing else. */
const QUIET = {
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'git.openRepositoryInParentFolders': 'never',
  'security.workspace.trust.enabled': false,
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'window.autoDetectColorScheme': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
};

/**
 * Starts VS Code in the browser and resolves once it answers.
 * @param {object} options
 * @param {string | string[]} [options.vsix] packaged extension to install, or several
 * @param {string} [options.workspace] folder that `url` opens
 * @param {string} [options.userDataDir] kept after stop(); without it a temporary one is made and removed
 * @param {Record<string, unknown>} [options.settings] user settings, over the quiet ones of this file
 * @param {number} [options.port] a free one is taken without it
 * @param {Record<string, string>} [options.env] extra environment, which the extension host inherits
 * @param {boolean} [options.workspaceTrust] lets the setting `security.workspace.trust.enabled` turn trust on
 */
export async function startCodeServer({
  vsix,
  workspace,
  userDataDir,
  settings,
  port = 0,
  env,
  workspaceTrust = false,
} = {}) {
  const codeServer = await ensureCodeServer();
  const instance = await createInstance(userDataDir);
  const { userData, logs } = instance;
  const stop = async () => {
    await Promise.all([...instance.groups].map(stopGroup));
    cleanUp(instance);
  };
  const run = (args, onLine) => launch(codeServer, instance, env, args, onLine);

  try {
    await writeSettings(userData, settings);
    const packages = [vsix ?? []].flat();
    if (packages.length > 0) {
      const flags = packages.flatMap((file) => ['--install-extension', path.resolve(file)]);
      await succeeded(run([...flags, '--force']), `Installing ${packages.join(' and ')}`, logs);
    }
    let announce;
    const announced = new Promise((resolve) => (announce = resolve));
    const flags = ['--auth none', '--disable-telemetry --disable-update-check']
      .concat('--disable-getting-started-override --ignore-last-opened')
      .concat(workspaceTrust ? [] : '--disable-workspace-trust')
      // With port 0 the system picks a free port, and the log tells which.
      .concat(`--bind-addr 127.0.0.1:${port}`);
    const gone = ended(
      run(flags.join(' ').split(' '), (line) => {
        const address = /HTTP server listening on (http:\/\/\S+?)\/?$/.exec(line)?.[1];
        if (address) {
          announce(address);
        }
      }),
    );
    const origin = await Promise.race([
      announced,
      gone.then((status) => fail(`code-server ended at once (${status})`, logs)),
      delay(START_SECONDS * 1000).then(() => fail(`code-server did not start in ${START_SECONDS} s`, logs)),
    ]);
    await answers(`${origin}/healthz`);

    return {
      /** The address that opens the workspace. */
      url: workspace ? `${origin}/?folder=${encodeURIComponent(path.resolve(workspace))}` : `${origin}/`,
      origin,
      /** What code-server has printed so far, line by line. */
      logs,
      userDataDir: userData,
      extensionsDir: instance.extensions,
      /** Resolves when code-server has ended, by itself or by stop(). */
      gone,
      /** Opens a file in the window that shows its folder; waits for a person to open that window. */
      async openFile(file) {
        // A file named in the address would open before VS Code has read which editors extensions contribute.
        await windowOf(instance, file);
        await succeeded(run(['--reuse-window', file]), `Opening ${file}`, logs);
      },
      /** The logs that VS Code keeps on disk (extension host, output channels), by file name. */
      fileLogs: () => readLogs(userData),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/**
 * Writes the settings of a code-server: the quiet ones of this file, and `settings` over them. VS Code in the browser
 * reads them when its window loads: reload it afterwards. Those of the machine stand in a file of their own: among a
 * user's they hold until VS Code knows of their scope, and no longer.
 */
export async function writeSettings(userDataDir, settings = {}) {
  const all = Object.entries({ ...QUIET, ...settings });
  const write = async (folder, entries) => {
    await mkdir(path.join(userDataDir, folder), { recursive: true });
    const text = JSON.stringify(Object.fromEntries(entries), null, 2);
    await writeFile(path.join(userDataDir, folder, 'settings.json'), text);
  };
  await write(
    'User',
    all.filter(([name]) => !isOfMachine(name)),
  );
  await write(
    'Machine',
    all.filter(([name]) => isOfMachine(name)),
  );
}

function isOfMachine(name) {
  return MANIFEST.contributes.configuration.properties[name]?.scope?.startsWith('machine') === true;
}

/**
 * The logs that VS Code keeps on disk (extension host, output channels), by file name.
 * @param {string} userDataDir
 */
export async function readLogs(userDataDir) {
  const folder = path.join(userDataDir, 'logs');
  /** @type {Record<string, string>} */
  const found = {};
  const files = await readdir(folder, { recursive: true }).catch(() => []);
  for (const file of files.filter((name) => name.endsWith('.log'))) {
    found[file] = await readFile(path.join(folder, file), 'utf8').catch(() => '');
  }
  return found;
}

/** The folders of one code-server, and what has to be cleaned up for it. */
async function createInstance(userDataDir) {
  // Short, for VS Code puts Unix sockets below it, whose paths may be 107 characters long at most.
  const base = tmpdir().length > 29 ? '/tmp' : tmpdir();
  const temporary = await mkdtemp(path.join(base, 'unpool-vscode-'));
  const instance = {
    temporary,
    userData: path.resolve(userDataDir ?? path.join(temporary, 'user')),
    extensions: path.join(temporary, 'extensions'),
    socket: path.join(temporary, 'session.sock'),
    logs: [],
    groups: new Set(),
  };
  cleanups.add(instance);
  listenForExit();
  await mkdir(path.join(instance.userData, 'User'), { recursive: true });
  await mkdir(instance.extensions);
  await mkdir(path.join(temporary, 'tmp'), { mode: 0o700 });
  await writeFile(path.join(temporary, 'config.yaml'), 'auth: none\n');
  return instance;
}

/** Runs code-server in a process group of its own, so that stop() reaches the extension host too. */
function launch(codeServer, { temporary, userData, extensions, socket, logs, groups }, env, args, onLine) {
  const common = [
    // Without a configuration file of our own it would read, or create, the one of the user.
    ...['--config', path.join(temporary, 'config.yaml'), '--session-socket', socket],
    ...['--user-data-dir', userData, '--extensions-dir', extensions],
  ];
  const child = spawn(codeServer.command, [...codeServer.args, ...common, ...args], {
    env: {
      ...codeServer.env,
      // code-server writes a heartbeat and logs there, outside its --user-data-dir.
      XDG_DATA_HOME: path.join(temporary, 'data'),
      // VS Code leaves its sockets behind there.
      TMPDIR: path.join(temporary, 'tmp'),
      XDG_RUNTIME_DIR: path.join(temporary, 'tmp'),
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  groups.add(child.pid);
  child.on('exit', () => isAlive(child.pid) || groups.delete(child.pid));
  for (const stream of [child.stdout, child.stderr]) {
    readLines(stream, (line) => {
      logs.push(line);
      onLine?.(line);
    });
  }
  return child;
}

async function succeeded(child, what, logs) {
  const status = await ended(child);
  if (status !== 0) {
    fail(`${what} in code-server failed (${status})`, logs);
  }
}

/** Waits until a window of code-server shows the folder of a file. */
async function windowOf(instance, file) {
  const socketPath = instance.socket;
  const ask = () =>
    new Promise((resolve) => {
      get({ socketPath, path: `/session?filePath=${encodeURIComponent(file)}` }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part) => (text += part));
        response.on('end', () => resolve(response.statusCode === 200 && JSON.parse(text).socketPath));
      }).on('error', () => resolve(undefined));
    });
  while (!(await ask())) {
    if (!cleanups.has(instance)) {
      throw new Error(`code-server was stopped before a window could open ${file}.`);
    }
    await delay(300);
  }
}

function fail(problem, logs) {
  throw new Error(`${problem}:\n${logs.slice(-40).join('\n')}`);
}

function delay(milliseconds) {
  // Not worth keeping the process alive for.
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}

function ended(child) {
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (status, signal) => resolve(status ?? signal));
  });
}

function readLines(stream, onLine) {
  let rest = '';
  stream.setEncoding('utf8').on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    lines.forEach(onLine);
  });
}

async function answers(url) {
  const deadline = Date.now() + START_SECONDS * 1000;
  for (;;) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) {
      return;
    }
    if (Date.now() > deadline) {
      throw new Error(`${url} does not answer.`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Ends all processes of a group: asks first, kills those that are still there after some seconds. */
async function stopGroup(group) {
  const deadline = Date.now() + STOP_SECONDS * 1000;
  signalGroup(group, 'SIGTERM');
  while (isAlive(group)) {
    if (Date.now() > deadline) {
      return signalGroup(group, 'SIGKILL');
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Whether a process of the group runs. kill(-group, 0) would count zombies, which some containers keep for long. */
function isAlive(group) {
  return readdirSync('/proc').some((pid) => {
    try {
      // "pid (name) state parent group …", where the name may contain anything.
      const [state, , pgrp] = readFileSync(`/proc/${Number(pid)}/stat`, 'latin1')
        .split(') ')
        .at(-1)
        .split(' ');
      return Number(pgrp) === group && state !== 'Z';
    } catch {
      return false;
    }
  });
}

function signalGroup(group, signal) {
  try {
    process.kill(-group, signal);
  } catch {
    // It has ended already.
  }
}

/** Everything started here and not stopped yet, for the case that this process ends first. */
const cleanups = new Set();

function cleanUp(instance) {
  cleanups.delete(instance);
  for (const group of instance.groups) {
    signalGroup(group, 'SIGKILL');
  }
  // A process that was just killed may still be creating files: try again instead of leaving a folder behind.
  rmSync(instance.temporary, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

function cleanUpAll() {
  for (const instance of cleanups) {
    cleanUp(instance);
  }
}

let listening = false;

function listenForExit() {
  if (listening) {
    return;
  }
  listening = true;
  process.on('exit', cleanUpAll);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => {
      cleanUpAll();
      // Ends this process the way that the signal would have, unless somebody else handles it as well.
      if (process.listenerCount(signal) === 0) {
        process.kill(process.pid, signal);
      }
    });
  }
}
