/** VS Code with the extension for a benchmark, and what goes on in its extension host. */

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { packageExtension } from '../../scripts/vscode/packaged.mjs';
import { startCodeServer } from '../../scripts/vscode/server.mjs';
import { Workbench } from '../../scripts/vscode/workbench.mjs';

const ANSWER_SECONDS = 120;
const SETTLING_SECONDS = 10;

/** An empty folder to open, which goes with the process. */
export function newWorkspace() {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'workspace'));
  mkdirSync(join(folder, 'probes'));
  return { workspace: join(folder, 'workspace'), probes: join(folder, 'probes') };
}

/** Opens VS Code on the workspace, lets `measure` work with it, and ends it. @param vsix a package; made without */
export async function inVsCode({ workspace, probes, vsix }, measure) {
  const server = await startCodeServer({
    vsix: vsix ?? (await packageExtension()),
    workspace,
    env: { UNPOOL_PROBE: probes },
  });
  addProbes(extensionFolder(server));
  const window = await Workbench.launch();
  try {
    await window.open(server.url);
    await measure(window, new ExtensionHost(server, probes));
  } finally {
    await window.close();
    await server.stop();
  }
}

/** VS Code keeps NODE_OPTIONS from its extension host, so the probes come in with the extension. */
function addProbes(folder) {
  const file = join(folder, 'dist/extension.js');
  const imports = ['eventLoopProbe.mjs', 'hoverProbe.mjs'].map(
    (probe) => `void import(${JSON.stringify(String(pathToFileURL(join(import.meta.dirname, probe))))});\n`,
  );
  writeFileSync(file, imports.join('') + readFileSync(file, 'utf8'));
}

function extensionFolder({ extensionsDir }) {
  const name = readdirSync(extensionsDir).find((each) => each.startsWith('unpool.unpool'));
  if (name === undefined) {
    throw new Error(`the extension is not in ${extensionsDir}`);
  }
  return join(extensionsDir, name);
}

class ExtensionHost {
  constructor(server, probes) {
    this.server = server;
    this.probes = probes;
  }

  /** What the extension has logged. */
  async log() {
    const logs = Object.entries(await this.server.fileLogs());
    return logs.find(([name]) => name.endsWith('Unpool.log'))?.[1] ?? '';
  }

  /** What the probe has noted so far. */
  samples() {
    return readdirSync(this.probes)
      .filter((name) => name.endsWith('.log'))
      .flatMap((name) => readFileSync(join(this.probes, name), 'utf8').trim().split('\n'))
      .map((line) => line.split(' ').map(Number))
      .map(([at, gap, used, rss]) => ({ at, gap, used, rss }));
  }

  /**
   * The longest gap of the event loop since a time, and the longest time in which it was computing: the processor may
   * have been somebody else's in a gap, then the host used less of it than the gap is long.
   */
  blockedSince(start) {
    const gaps = this.samples().filter(({ at }) => at > start);
    return {
      gap: gaps.reduce((most, { gap }) => Math.max(most, gap), 0),
      computing: gaps.reduce((most, { gap, used }) => Math.max(most, Math.min(gap, used)), 0),
      computingGaps: gaps
        .map(({ gap, used }) => Math.min(gap, used))
        .filter((each) => each > 50)
        .sort((a, b) => b - a),
    };
  }

  /** Resident memory in MB. */
  memory() {
    return this.samples().at(-1)?.rss ?? NaN;
  }

  /** … once it has not changed by a megabyte for two seconds, or after SETTLING_SECONDS. */
  async settledMemory() {
    let last = this.memory();
    const end = Date.now() + SETTLING_SECONDS * 1000;
    for (let quiet = 0; quiet < 4 && Date.now() < end;) {
      await pause(500);
      const now = this.memory();
      quiet = Math.abs(now - last) < 1 ? quiet + 1 : 0;
      last = now;
    }
    return last;
  }

  /** Asks for hovers one after another, as an extension would: [{ milliseconds, length }], of all their text. */
  async hovers(uri, words) {
    const extension = extensionFolder(this.server);
    const answer = join(this.probes, 'hovers.answer.json');
    rmSync(answer, { force: true });
    writeFileSync(join(this.probes, 'hovers.json.part'), JSON.stringify({ extension, uri, words }));
    // Not written in place, so that nobody reads half of it.
    renameSync(join(this.probes, 'hovers.json.part'), join(this.probes, 'hovers.json'));
    for (let waited = 0; !existsSync(answer); waited++) {
      if (waited > ANSWER_SECONDS * 10) {
        throw new Error(`no answer about hovers in ${ANSWER_SECONDS} s`);
      }
      await pause(100);
    }
    const answers = JSON.parse(readFileSync(answer, 'utf8'));
    if (!Array.isArray(answers)) {
      throw new Error(answers.error);
    }
    return answers;
  }
}

function pause(milliseconds) {
  return new Promise((done) => setTimeout(done, milliseconds));
}

export function print(what, value, unit, target) {
  const goal =
    target === undefined ? '' : `  (target: below ${target} ${unit}${value < target ? '' : ', MISSED'})`;
  process.stdout.write(`${what}: ${value.toFixed(unit === 'MB' ? 1 : 0)} ${unit}${goal}\n`);
}
