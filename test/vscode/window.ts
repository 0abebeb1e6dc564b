/** A window of VS Code on a fresh folder with a model and photos, for the tests of one file. */

import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import type { Frame, Locator } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';

import { PATIENCE as MILLISECONDS } from '../../scripts/vscode/poll.mjs';
import { readLogs, writeSettings } from '../../scripts/vscode/server.mjs';
import { Workbench } from '../../scripts/vscode/workbench.mjs';
import type { RunningCodeServer } from './setup.js';

export const ROOT = resolve(import.meta.dirname, '../..');
export const MODEL = 'zfnet-caltech101.onnx';
/** For `expect.poll`. */
export const PATIENCE = { timeout: MILLISECONDS, interval: 200 };

export class Window {
  /** The open folder. */
  folder = '';
  private running: Workbench | undefined;

  constructor(readonly server: RunningCodeServer) {}

  get workbench(): Workbench {
    if (this.running === undefined) {
      throw new Error('the window is not open');
    }
    return this.running;
  }

  /** Opens a folder that `fill` has put files into. */
  async open({ fill = modelAndPhotos, settings = {} }: WindowOptions): Promise<void> {
    await writeSettings(this.server.userDataDir, settings);
    this.folder = await mkdtemp(join(tmpdir(), 'unpool-folder-'));
    await fill(this.folder);
    this.running = await Workbench.launch();
    await this.running.open(this.server.origin, this.folder);
    // On a busy machine VS Code knows of its extensions some time after it is there; until then models open as text.
    await this.running.page.locator('.activitybar .action-label[aria-label^="Unpool"]').waitFor();
  }

  async close(): Promise<void> {
    await this.running?.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** The document of the panel with that title, once what it was asked for is there. */
  async panel(title: string): Promise<Frame> {
    const frame = await this.workbench.webview(title);
    await frame.locator('body[data-ready="true"]').waitFor();
    return frame;
  }

  /** Runs the command that shows a panel, and gives its document. */
  async show(panel: string, model = MODEL): Promise<Frame> {
    await this.workbench.runCommand(`Unpool: Show ${panel}`);
    return this.panel(`${panel}: ${model}`);
  }

  /**
   * Answers a dialog of VS Code that asks for a file or a folder; without a path, with what it proposes.
   * @param path with a slash at the end for a folder, which contains no further ones
   */
  async chooseFile(path?: string): Promise<void> {
    const { accept, input } = await this.fileDialog();
    if (path !== undefined) {
      // The dialog lists a folder some time after it was told to, may write the one it listed before into its box
      // meanwhile, and takes the row that it shows: so what was asked for has to be there for some looks in a row.
      let looks = 0;
      const steady = async (): Promise<number> => {
        if ((await input.inputValue()) !== path) {
          await input.fill(path);
          looks = 0;
        }
        const labels = (await this.workbench.quickPickRows()).map(({ label }) => label);
        const isListed = path.endsWith('/') ? labels.join() === '..' : labels.includes(basename(path));
        looks = isListed ? looks + 1 : 0;
        return looks;
      };
      await expect.poll(steady, PATIENCE).toBeGreaterThan(5);
    }
    await accept.click();
    await accept.waitFor({ state: 'hidden' });
  }

  /** Answers such a dialog with a folder, whatever is in it. */
  async chooseFolder(path: string): Promise<void> {
    // Without the slash the dialog may go into the folder rather than take it.
    const inFolder = `${path}/`;
    const { accept, input } = await this.fileDialog();
    let looks = 0;
    const steady = async (): Promise<number> => {
      looks = (await input.inputValue()) === inFolder ? looks + 1 : 0;
      if (looks === 0) {
        await input.fill(inFolder);
      }
      return looks;
    };
    await expect.poll(steady, PATIENCE).toBeGreaterThan(5);
    await accept.click();
    await accept.waitFor({ state: 'hidden' });
  }

  /** Leaves such a dialog without an answer. */
  async dismissFileDialog(): Promise<void> {
    const { accept } = await this.fileDialog();
    await this.workbench.page.keyboard.press('Escape');
    await accept.waitFor({ state: 'hidden' });
  }

  private async fileDialog(): Promise<{ readonly accept: Locator; readonly input: Locator }> {
    const { page } = this.workbench;
    const accept = page
      .locator('.quick-input-widget .monaco-button', { hasText: /^(OK|Add|Save|Open)/ })
      .first();
    const input = page.locator('.quick-input-widget input.input');
    await accept.waitFor();
    // The dialog writes its proposal some time after it opened.
    await expect.poll(() => input.inputValue(), PATIENCE).toContain(this.folder);
    return { accept, input };
  }

  /** The newest log that the extension writes: that of this window, for there is one at a time. */
  async extensionLog(): Promise<string> {
    const logs = await readLogs(this.server.userDataDir);
    const newest = Object.keys(logs)
      .filter((name) => name.endsWith('Unpool.log'))
      .sort((a, b) => a.localeCompare(b, undefined, { numeric: true }))
      .at(-1);
    return newest === undefined ? '' : (logs[newest] ?? '');
  }

  /** Writes what there is to see of a failure, and says where. */
  async keepEvidence(test: string): Promise<void> {
    const folder = join(ROOT, 'out/vscode-failures', test.replaceAll(/[^\w]+/g, '-').slice(0, 100));
    await mkdir(folder, { recursive: true });
    const logs = await readLogs(this.server.userDataDir);
    await Promise.all(
      Object.entries(logs).map(([name, text]) => writeFile(join(folder, name.replaceAll('/', '_')), text)),
    );
    await writeFile(join(folder, 'console.json'), JSON.stringify(this.running?.allProblems, undefined, 2));
    await this.running?.screenshot(join(folder, 'window.png'), { hover: true });
    process.stderr.write(`\nA screenshot and the logs of the failure are in ${folder}\n`);
  }
}

/** The embedded network and its sidecar, and the demo photos. */
export async function modelAndPhotos(folder: string): Promise<void> {
  await mkdir(join(folder, 'models'));
  for (const file of [MODEL, MODEL.replace('.onnx', '.unpool.json')]) {
    await cp(join(ROOT, 'media/models', file), join(folder, 'models', file));
  }
  await cp(join(ROOT, 'media/photos'), join(folder, 'photos'), { recursive: true });
}

export interface WindowOptions {
  /** Puts files into the folder to open. */
  readonly fill?: (folder: string) => Promise<void>;
  /** User settings, over the quiet ones of all tests. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Errors that the tests provoke. */
  readonly expected?: RegExp;
}

/** Tests that share a window, one after another; at the end nothing may have been reported as an error. */
export function describeInVsCode(name: string, options: WindowOptions, body: (window: Window) => void): void {
  const server = inject('codeServer');
  const { expected } = options;
  const isUnavailable = 'unavailable' in server;
  const window = new Window(isUnavailable ? { origin: '', userDataDir: '', cudaWheel: '' } : server);

  describe.skipIf(isUnavailable)(name, () => {
    beforeAll(() => window.open(options));
    afterAll(() => window.close());
    afterEach(async ({ task }) => {
      if (task.result?.state === 'fail') {
        await window.keepEvidence(`${name} ${task.name}`);
        // They belong to a try that has failed: what the next one reports, counts.
        window.workbench.allProblems = [];
      }
    });
    body(window);
    it('reports no error in the console and violates no content security policy', () => {
      const problems = window.workbench.problems.filter(({ text }) => expected?.test(text) !== true);
      expect(problems).toEqual([]);
    });
    it('logs no error', async () => {
      const errors = (await window.extensionLog())
        .split('\n')
        .filter((line) => /\[error\]/.test(line) && expected?.test(line) !== true);
      expect(errors).toEqual([]);
    });
  });
}

/** The colour of a canvas or an image at a place given as shares of its width and height: [red, green, blue]. */
export function pixel(picture: Locator, x: number, y: number): Promise<number[]> {
  return picture.evaluate(
    (element, [right, down]) => {
      const { width, height, naturalWidth, naturalHeight } = element as unknown as Record<string, number>;
      const { OffscreenCanvas } = globalThis as unknown as {
        OffscreenCanvas: new (
          width: number,
          height: number,
        ) => {
          getContext(kind: '2d'): {
            drawImage(source: unknown, x: number, y: number): void;
            getImageData(...box: number[]): { data: Uint8ClampedArray };
          };
        };
      };
      // An image may be shown in another size than it has.
      const size = [naturalWidth ?? width ?? 0, naturalHeight ?? height ?? 0] as const;
      const context = new OffscreenCanvas(...size).getContext('2d');
      context.drawImage(element, 0, 0);
      const at = [Math.floor((right ?? 0) * size[0]), Math.floor((down ?? 0) * size[1])];
      return [...context.getImageData(...at, 1, 1).data].slice(0, 3);
    },
    [x, y],
  );
}

/** The colours of a canvas with the shares of its pixels that they cover, the most frequent one first. */
export async function coloursOf(canvas: Locator): Promise<readonly (readonly [string, number])[]> {
  return canvas.evaluate((element) => {
    const picture = element as unknown as {
      width: number;
      height: number;
      getContext(kind: '2d'): { getImageData(...box: number[]): { data: Uint8ClampedArray } };
    };
    const { width, height } = picture;
    const { data } = picture.getContext('2d').getImageData(0, 0, width, height);
    const counts = new Map<string, number>();
    for (let at = 0; at < data.length; at += 4) {
      const colour = data.subarray(at, at + 4).join();
      counts.set(colour, (counts.get(colour) ?? 0) + 1);
    }
    return [...counts]
      .sort((a, b) => b[1] - a[1])
      .map(([colour, count]) => [colour, count / (width * height)] as const);
  });
}

/** The text of an element of a panel with its spaces made single. */
export async function textOf(locator: Locator): Promise<string> {
  return (await locator.innerText()).replaceAll(/\s+/g, ' ').trim();
}

/** `panda.jpg` of `/…/panda.jpg`. */
export const nameOf = basename;
