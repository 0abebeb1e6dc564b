/** Which sources are read again after a change. VS Code is played by the little of it that is used. */

import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import type { LogOutputChannel, Memento, Uri } from 'vscode';

import { openNetwork } from '../../../src/core/network/open.js';
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

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'unpool-sources-'));
  const names = ['nested.py', 'blocks.py', 'plain.py', 'nested-torchscript.onnx', 'plain-torchscript.onnx'];
  names.forEach((name) => {
    cpSync(join(FIXTURES, name), join(folder, name));
  });
  played.files = names.map((name) => join(folder, name));
  read.length = 0;
  links = new SourceLinks(selection, { get: (_: string, other: unknown) => other } as Memento, log);
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
  await changed('plain.py');
  expect(await readAnew()).toEqual(['plain.py']);
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
