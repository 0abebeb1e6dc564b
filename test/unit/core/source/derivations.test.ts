/** What a change of one file makes others be read again. */

import { describe, expect, it, vi } from 'vitest';

import { Budget } from '../../../../src/core/source/budget.js';
import { Derivations } from '../../../../src/core/source/derivations.js';
import { readSource } from '../../../../src/core/source/readSource.js';
import type { Source } from '../../../../src/core/source/readSource.js';
import { mapSource } from '../../../../src/core/source/mapSource.js';
import { pythonParser } from '../../../../src/core/source/syntax.js';
import { openNetwork } from '../../../../src/core/network/open.js';
import { diskFiles, textFiles } from './files.js';

const TEXTS: Record<string, string> = {
  '/project/blocks.py': 'from torch import nn\nclass Block(nn.Module):\n    pass\n',
  '/project/net.py': 'from torch import nn\nfrom blocks import Block\nimport absent\n',
  '/project/other.py': 'from torch import nn\n',
};

describe('what is made of a file', () => {
  const files = Object.keys(TEXTS);

  /** Reads all files, and tells which were read anew. */
  async function readAll(sources: Derivations<Source>): Promise<readonly string[]> {
    const anew: string[] = [];
    for (const file of files) {
      await sources.get(file, async (read) => {
        anew.push(file);
        const { roots, read: textOf } = textFiles(TEXTS);
        const noted = {
          roots,
          read: (each: string) => {
            read(each);
            return textOf(each);
          },
        };
        return readSource(await pythonParser(), noted, file);
      });
    }
    return anew;
  }

  it('is made again where the file changes, one that it imports, or one that it looked for in vain', async () => {
    const sources = new Derivations<Source>(10);
    expect(await readAll(sources)).toEqual(files);
    expect(await readAll(sources)).toEqual([]);
    sources.forget('/project/blocks.py');
    expect(await readAll(sources)).toEqual(['/project/blocks.py', '/project/net.py']);
    sources.forget('/project/net.py');
    expect(await readAll(sources)).toEqual(['/project/net.py']);
    sources.forget('/project/absent.py');
    expect(await readAll(sources)).toEqual(['/project/net.py']);
    sources.forget('/project/unrelated.py');
    expect(await readAll(sources)).toEqual([]);
  });

  it('is made again while it is being made, for everybody who waits, and where there was too much', async () => {
    const made = new Derivations<number>(2);
    let count = 0;
    const get = (file: string): Promise<number> =>
      made.get(file, async (read) => {
        read('/project/blocks.py');
        return ++count;
      });
    const first = get('a');
    made.forget('/project/blocks.py');
    expect([await get('a'), await first]).toEqual([2, 2]);
    await get('b');
    await get('c');
    expect([await get('b'), await get('c'), await get('a')]).toEqual([3, 4, 5]);
  });
});

it('is made again where a file has changed of which it tells only later that it was read', async () => {
  const made = new Derivations<string>(2);
  let text = 'before';
  let answer = (): void => undefined;
  const signals: AbortSignal[] = [];
  const get = made.get('/project/net.py', async (read, signal) => {
    signals.push(signal);
    const found = text;
    await new Promise<void>((resolve) => (answer = resolve));
    read('/project/blocks.py');
    return found;
  });
  text = 'after';
  made.forget('/project/other.py');
  made.forget('/project/blocks.py');
  answer();
  await vi.waitFor(() => {
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  });
  answer();
  expect(await get).toBe('after');
});

describe('the budget of a file', () => {
  const FILE = 'test/fixtures/sources/nested.py';
  const read = async (steps?: number): Promise<Source> =>
    readSource(await pythonParser(), diskFiles(), FILE, { budget: new Budget(steps) });

  it('is enough for what people write', async () => {
    const source = await read();
    expect(source.givenUp).toBeUndefined();
    expect(source.trees.length).toBeGreaterThan(0);
  });

  it('ends with a reason, and stack traces tell of the lines of forward all the same', async () => {
    const source = await read(300);
    expect(source.trees).toEqual([]);
    expect(source.givenUp).toMatch(/^given up after 300 steps: it and what it imports \(2 files\)/);
    const map = mapSource(await openNetwork('test/fixtures/sources/nested-dynamo.onnx'), source);
    expect(map?.coverage).toBe(0);
    expect(map?.anchors.size).toBeGreaterThan(0);
    expect(
      mapSource(await openNetwork('test/fixtures/sources/nested-torchscript.onnx'), source),
    ).toBeUndefined();
  });

  it('is one for all ways to run the file, each of which alone would be short enough', async () => {
    const count = 2000;
    const loop = `        for i in range(${count}):\n            x = i\n`;
    const network = (name: string): string =>
      `class ${name}(nn.Module):\n    def __init__(self):\n        self.conv = nn.Conv2d(3, 4, 3)\n${loop}`;
    const read = async (names: readonly string[]): Promise<Source> => {
      const texts = { '/project/net.py': `from torch import nn\n${names.map(network).join('')}` };
      const budget = new Budget(3 * count);
      return readSource(await pythonParser(), textFiles(texts), '/project/net.py', { budget });
    };
    const one = await read(['One']);
    expect([one.trees.length, one.givenUp]).toEqual([1, undefined]);
    const many = await read(['One', 'Two', 'Three', 'Four']);
    expect([many.trees.length, many.givenUp]).toEqual([
      0,
      expect.stringMatching(/^given up after 6,000 steps: it would/),
    ]);
  });
});
