/** Which sources are read again after a change. VS Code is played by the little of it that is used. */

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import type { LogOutputChannel, Memento, Uri } from 'vscode';

import { openNetwork } from '../../../src/core/network/open.js';
import type { Background } from '../../../src/host/background/background.js';
import { sourceHandlers } from '../../../src/host/background/readSources.js';
import type { SourceRequests } from '../../../src/host/background/readSources.js';
import type { FileLinks } from '../../../src/host/python/sourceLink.js';
import { SourceLinks } from '../../../src/host/python/sourceLinks.js';
import type { Selection } from '../../../src/host/selection.js';

const FIXTURES = 'test/fixtures/sources';

const played = vi.hoisted(() => ({
  files: [] as string[],
  change: undefined as ((uri: { fsPath: string }) => void) | undefined,
  fired: 0,
}));

vi.mock('vscode', () => {
  const nothing = { dispose: (): void => undefined };
  const uriOf = (fsPath: string): object => ({ fsPath, path: fsPath, toString: () => `file://${fsPath}` });
  return {
    EventEmitter: class {
      event = (): typeof nothing => nothing;
      fire = (): void => {
        played.fired++;
      };
      dispose = vi.fn();
    },
    Uri: { file: uriOf },
    workspace: {
      textDocuments: [],
      notebookDocuments: [],
      workspaceFolders: [],
      createFileSystemWatcher: () => ({
        ...nothing,
        onDidChange: (change: typeof played.change) => {
          played.change = change;
          return nothing;
        },
        onDidCreate: () => nothing,
        onDidDelete: () => nothing,
      }),
      onDidChangeTextDocument: () => nothing,
      onDidChangeNotebookDocument: () => nothing,
      findFiles: async (pattern: string) =>
        played.files.filter((file) => file.endsWith(pattern.slice(pattern.lastIndexOf('.')))).map(uriOf),
    },
  };
});

let folder: string;
let links: SourceLinks;
const read: string[] = [];
const log = {
  info: (line: string) => {
    const [, file] = /^read (\S+) in/.exec(line) ?? [];
    read.push(...(file === undefined ? [] : [file]));
  },
  debug: vi.fn(),
  warn: vi.fn(),
  error: vi.fn(),
} as unknown as LogOutputChannel;

const selection = {
  file: undefined,
  onDidChangeModel: () => ({ dispose: () => undefined }),
  acquire: (uri: Uri) => ({
    file: {
      onDidChange: () => ({ dispose: () => undefined }),
      get: async () => ({ uri, network: await openNetwork(uri.fsPath) }),
    },
    dispose: () => undefined,
  }),
} as unknown as Selection;

const memento = { get: (_: string, other: unknown) => other } as Memento;

/** The background thread, played in this one: what is asked and answered goes through as little as a message holds. */
const thread = {
  async request(method: keyof SourceRequests, params: never, { signal }: { signal: AbortSignal }) {
    const result = await handlers[method](structuredClone(params), signal, () => undefined);
    answered.push(method);
    await held.get(method);
    return structuredClone(result);
  },
} as unknown as Background;
/** What was asked and has an answer, which may be held. */
const answered: string[] = [];
/** What answers wait for. */
const held = new Map<string, Promise<void>>();
let handlers: ReturnType<typeof sourceHandlers>;

beforeEach(() => {
  handlers = sourceHandlers();
  held.clear();
  folder = mkdtempSync(join(tmpdir(), 'unpool-sources-'));
  const names = ['nested.py', 'blocks.py', 'plain.py', 'nested-torchscript.onnx', 'plain-torchscript.onnx'];
  names.forEach((name) => {
    cpSync(join(FIXTURES, name), join(folder, name));
  });
  played.files = names.map((name) => join(folder, name));
  read.length = 0;
  links = new SourceLinks(selection, memento, thread, log);
});
afterEach(() => {
  links.dispose();
  rmSync(folder, { recursive: true, force: true });
});

/** Asks for every source. @returns those that were read for it */
async function readAnew(): Promise<readonly string[]> {
  read.length = 0;
  for (const name of ['nested.py', 'plain.py']) {
    const all = await links.ofFile(join(folder, name));
    expect(all?.links[0].model.uri.fsPath).toBe(join(folder, name.replace('.py', '-torchscript.onnx')));
  }
  return read.map((file) => file.slice(folder.length + 1));
}

async function changed(name: string): Promise<void> {
  const before = played.fired;
  played.change?.({ fsPath: join(folder, name) });
  await vi.waitFor(() => {
    expect(played.fired).toBe(before + 1);
  });
}

it('reads a changed source again, and those that import it, and none for a model', async () => {
  expect(await readAnew()).toEqual(['nested.py', 'plain.py']);
  expect(await readAnew()).toEqual([]);
  writeFileSync(join(folder, 'blocks.py'), '\n\n', { flag: 'a' });
  await changed('blocks.py');
  expect(await readAnew()).toEqual(['nested.py']);
  writeFileSync(join(folder, 'plain.py'), '\n', { flag: 'a' });
  await changed('plain.py');
  expect(await readAnew()).toEqual(['plain.py']);
  await changed('plain.py');
  expect(await readAnew()).toEqual([]);
  await changed('plain-torchscript.onnx');
  expect(await readAnew()).toEqual([]);
  expect(log.error).not.toHaveBeenCalled();
});

it('connects a file of building blocks with the source that imports it, until that no longer does', async () => {
  const blocks = join(folder, 'blocks.py');
  expect((await links.ofFile(blocks))?.links[0].model.uri.fsPath).toBe(
    join(folder, 'nested-torchscript.onnx'),
  );
  writeFileSync(join(folder, 'nested.py'), 'import torch\n');
  await changed('nested.py');
  expect(await links.ofFile(blocks)).toBeUndefined();
});

it('gives no places of a text that has changed while it was read', async () => {
  const [nested, blocks] = [join(folder, 'nested.py'), join(folder, 'blocks.py')];
  const lineOfFirst = (all: FileLinks | undefined): number | undefined =>
    all?.links[0].map.anchors.get(blocks)?.find(({ role }) => role === 'creation')?.range.start.line;
  const before = lineOfFirst(await links.ofFile(nested));
  writeFileSync(blocks, `\n${readFileSync(blocks, 'utf8')}`);
  await changed('blocks.py');
  let answer = (): void => undefined;
  answered.length = 0;
  held.set('connectSource', new Promise((resolve) => (answer = resolve)));
  const asked = links.ofFile(nested);
  await vi.waitFor(() => {
    expect(answered.at(-1)).toBe('connectSource');
  });
  writeFileSync(blocks, `\n${readFileSync(blocks, 'utf8')}`);
  played.change?.({ fsPath: blocks });
  answer();
  expect(lineOfFirst(await asked)).toBe((before ?? NaN) + 2);
  expect(log.error).not.toHaveBeenCalled();
});
