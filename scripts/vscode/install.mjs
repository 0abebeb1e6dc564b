// Installs what the real-VS-Code tests and `npm start` need: code-server with its Node, and Chromium.
import { spawn, spawnSync } from 'node:child_process';
import { createWriteStream, existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

// code-server 4.x carries VS Code 1.x; it refuses any Node but 24, and its native modules must be compiled by
// that same Node. npm is pinned too: its rules on which install scripts may run change between versions.
const CODE_SERVER = '4.139.1';
const NODE = '24.21.0';
const NPM = '11.19.1';

const INSTALL_MINUTES = 30;

/** This machine cannot have what is needed: it is of the wrong kind, or somebody with more rights has to install it. */
export class UnavailableError extends Error {}

/** The folder outside the working tree that keeps downloads and builds between runs. */
export function cacheDir() {
  return path.join(process.env.XDG_CACHE_HOME || path.join(homedir(), '.cache'), 'unpool');
}

/**
 * Installs code-server into the cache folder, once, and tells how to start it:
 * spawn(command, [...args, ...more], { env: { ...env } }). Needs a compiler the first time, takes some minutes.
 */
export async function ensureCodeServer() {
  const nodePackage = `node-${process.platform}-${process.arch}`;
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) {
    throw new UnavailableError(
      `code-server is installed on Linux x64 and arm64 only, and this is ${nodePackage}.`,
    );
  }
  const dir = path.join(cacheDir(), `code-server-${CODE_SERVER}-node-${NODE}`);
  // Written last, so that its presence means that everything before it succeeded.
  const marker = path.join(dir, 'complete.json');
  if (!existsSync(marker)) {
    await mkdir(dir, { recursive: true });
    const unlock = await lock(`${dir}.lock`);
    try {
      if (!existsSync(marker)) {
        await install(dir, nodePackage, marker);
      }
    } finally {
      unlock();
    }
  }
  return {
    command: path.join(dir, 'tools/node_modules', nodePackage, 'bin/node'),
    args: [path.join(dir, 'app/node_modules/code-server/out/node/entry.js')],
    env: cleanEnvironment(),
    version: CODE_SERVER,
  };
}

async function install(dir, nodePackage, marker) {
  ensureBuildTools();
  await rm(dir, { recursive: true, force: true });
  const tools = path.join(dir, 'tools');
  const app = path.join(dir, 'app');
  for (const folder of [tools, app]) {
    await mkdir(folder, { recursive: true });
    // npm installs into the nearest folder with a package.json: without this one it could walk up the tree.
    await writeFile(path.join(folder, 'package.json'), '{ "private": true }\n');
  }
  console.error(`Installing code-server ${CODE_SERVER} into ${dir} (once; some minutes) …`);
  const started = Date.now();

  const logFile = path.join(dir, 'install.log');
  const common = ['install', '--no-audit', '--no-fund', '--no-update-notifier', '--no-save'];
  await runLogged(
    ...hostNpm(),
    [...common, `${nodePackage}@${NODE}`, `npm@${NPM}`],
    tools,
    cleanEnvironment(),
    logFile,
  );

  const nodeDir = path.join(tools, 'node_modules', nodePackage);
  const node = path.join(nodeDir, 'bin/node');
  const npmCli = path.join(tools, 'node_modules/npm/bin/npm-cli.js');
  const env = {
    ...cleanEnvironment(),
    // The install script of code-server calls `npm` and `node` again by name.
    PATH: [path.join(nodeDir, 'bin'), path.join(tools, 'node_modules/.bin'), process.env.PATH].join(
      path.delimiter,
    ),
    // The headers of exactly this Node are in its npm package; node-gyp would download them from nodejs.org.
    npm_config_nodedir: nodeDir,
    // One compiler per core is enough to starve everything else on a small machine.
    JOBS: '2',
  };
  await runLogged(node, [npmCli], [...common, `code-server@${CODE_SERVER}`], app, env, logFile);
  await writeFile(marker, `${JSON.stringify({ codeServer: CODE_SERVER, node: NODE, npm: NPM }, null, 2)}\n`);
  console.error(`Installed code-server in ${Math.round((Date.now() - started) / 1000)} s.`);
}

/** Runs a command with its output in a log file, and quotes the end of it when it fails. */
async function runLogged(command, prefix, args, cwd, env, logFile) {
  const log = createWriteStream(logFile, { flags: 'a' });
  const child = spawn(command, [...prefix, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const timer = setTimeout(() => child.kill(), INSTALL_MINUTES * 60_000);
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status, signal) => resolve(status ?? signal));
  });
  clearTimeout(timer);
  await new Promise((resolve) => log.end(resolve));
  if (code === 0) {
    return;
  }
  const tail = (await readFile(logFile, 'utf8')).split('\n').slice(-40).join('\n');
  throw new Error(`npm ${args.join(' ')} failed (${code}). The end of ${logFile}:\n${tail}`);
}

/** The npm that belongs to the running Node or, failing that, the one on the PATH, as [command, prefix]. */
function hostNpm() {
  const nearNode = path.resolve(path.dirname(process.execPath), '../lib/node_modules/npm/bin/npm-cli.js');
  const cli = [process.env.npm_execpath, nearNode].find(
    (file) => file?.endsWith('npm-cli.js') && existsSync(file),
  );
  return cli ? [process.execPath, [cli]] : ['npm', []];
}

/** The environment without what an outer npm, VS Code or test runner would leak into code-server. */
function cleanEnvironment() {
  // VSCODE_IPC_HOOK_CLI, set in every VS Code terminal, would make code-server talk to that VS Code instead;
  // PORT, PASSWORD and CODE_SERVER_* change its configuration; the npm_* of an outer npm win over .npmrc files.
  const leaks =
    /^(npm_(?!config_(registry|cafile|.*proxy)$)|VSCODE_|CODE_SERVER_|CS_|NODE_OPTIONS$|NODE_PATH$|NODE_ENV$|PORT$|PASSWORD$|HASHED_PASSWORD$|GITHUB_TOKEN$|LOG_LEVEL$|INIT_CWD$)/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !leaks.test(name)));
}

/** Makes sure that native modules can be compiled. */
function ensureBuildTools() {
  const missing = [
    ['g++', () => onPath(['g++'])],
    ['make', () => onPath(['make'])],
    ['python3', () => onPath(['python3'])],
    // The `kerberos` module includes this header, and asking the compiler finds it wherever a system puts it.
    ['libkrb5-dev', () => includes('gssapi/gssapi.h')],
  ]
    .filter(([, present]) => !present())
    .map(([name]) => name);
  if (missing.length === 0) {
    return;
  }
  aptInstall(missing, `Building code-server needs ${missing.join(', ')}`);
}

function includes(header) {
  const options = { input: `#include <${header}>\n`, stdio: ['pipe', 'ignore', 'ignore'] };
  return spawnSync('g++', ['-E', '-x', 'c++', '-'], options).status === 0;
}

/** Chromium (or Chrome) to drive VS Code with: UNPOOL_CHROMIUM, else on the PATH, else installed on Debian as root. */
export async function ensureChromium() {
  const chosen = process.env.UNPOOL_CHROMIUM;
  if (chosen) {
    if (!isFile(chosen)) {
      throw new Error(`UNPOOL_CHROMIUM is ${chosen}, which is not a file.`);
    }
    return chosen;
  }
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const found = onPath(names);
  if (found) {
    return found;
  }
  aptInstall(['chromium'], 'No Chromium found on the PATH (or name one in UNPOOL_CHROMIUM)');
  const installed = onPath(names);
  if (!installed) {
    throw new Error('apt-get installed chromium, but it is not on the PATH.');
  }
  return installed;
}

function onPath(names) {
  const folders = (process.env.PATH ?? '').split(path.delimiter).filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => path.join(folder, name))).find(isFile);
}

function isFile(file) {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

function aptInstall(packages, problem) {
  const command = `apt-get install --no-install-recommends ${packages.join(' ')}`;
  if (process.getuid?.() !== 0 || !onPath(['apt-get'])) {
    throw new UnavailableError(`${problem}. On Debian or Ubuntu: sudo ${command}`);
  }
  console.error(`${problem}: installing with apt-get …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...packages]]) {
    const result = spawnSync('apt-get', ['-qq', ...args], { env, encoding: 'utf8', maxBuffer: 2 ** 26 });
    if (result.status !== 0) {
      throw new Error(`apt-get ${args.join(' ')} failed: ${result.stderr || result.error}\nTry: ${command}`);
    }
  }
}

/** Waits until no other live process holds the lock file, takes it, and returns the function that releases it. */
async function lock(file) {
  const deadline = Date.now() + INSTALL_MINUTES * 60_000;
  for (;;) {
    try {
      await writeFile(file, identity(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') {
        throw error;
      }
    }
    const holder = await readFile(file, 'utf8').catch(() => '');
    if (holder && identity(holder.split(' ')[0]) !== holder) {
      // A process that was ended while it installed left its lock behind.
      await rm(file, { force: true });
    } else if (Date.now() > deadline) {
      throw new Error(`Process ${holder} holds ${file} for too long.`);
    } else {
      // Another install takes minutes, so asking once a second costs nothing.
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

/** The id of a process and when it started, because ids are used again. */
function identity(pid) {
  try {
    // "pid (name) state …", with the start time as the 22nd field; the name may contain spaces.
    return `${pid} ${readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1).split(' ')[19]}`;
  } catch {
    return `${pid} gone`;
  }
}

// `node scripts/vscode/install.mjs` prepares a machine ahead of the tests.
if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { command, args } = await ensureCodeServer();
  console.log([command, ...args].join(' '));
  console.log(await ensureChromium());
}
