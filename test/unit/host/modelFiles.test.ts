/** A model's file that changes while it is being opened. VS Code is played by the little of it that is used. */

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { LogOutputChannel, Uri } from 'vscode';

import type { Network } from '../../../src/core/network/network.js';
import { ModelFile } from '../../../src/host/modelFiles.js';
import type { OpenModel } from '../../../src/host/modelFiles.js';
import { networkOf } from '../core/onnx/networkOf.js';

interface Reading {
  readonly finish: (network: Network) => void;
  readonly fail: (error: Error) => void;
}

const played = vi.hoisted(() => ({
  /** The openings of the file so far. */
  readings: [] as Reading[],
  touch: undefined as ((changed: { fsPath: string }) => void) | undefined,
}));

vi.mock('../../../src/core/network/open.js', () => ({
  openNetwork: () =>
    new Promise<Network>((finish, fail) => {
      played.readings.push({ finish, fail });
    }),
}));

vi.mock('vscode', () => {
  const nothing = { dispose: (): void => undefined };
  return {
    EventEmitter: class {
      event = (): typeof nothing => nothing;
      fire = vi.fn();
      dispose = vi.fn();
    },
    RelativePattern: vi.fn(),
    l10n: { t: (text: string) => text },
    Uri: { file: (fsPath: string) => ({ fsPath }) },
    workspace: {
      createFileSystemWatcher: () => ({
        ...nothing,
        onDidChange: (touch: typeof played.touch) => {
          played.touch = touch;
          return nothing;
        },
        onDidCreate: () => nothing,
        onDidDelete: () => nothing,
      }),
      onDidChangeConfiguration: () => nothing,
      getConfiguration: () => ({ inspect: () => undefined }),
    },
  };
});

const uri = { fsPath: '/models/model.onnx', toString: () => 'file:///models/model.onnx' } as Uri;
const log = { info: vi.fn(), warn: vi.fn() } as unknown as LogOutputChannel;

const networkWith = (layers: number): Network =>
  networkOf({
    inputs: { x: [1, 3, 8, 8] },
    nodes: Array.from({ length: layers }, (_, at) => ({
      opType: 'Relu',
      inputs: [at === 0 ? 'x' : `relu${at - 1}`],
    })),
  });

describe('a file that changes while it is opened', () => {
  let file: ModelFile;
  let opened: OpenModel[];

  /** The file as it was, and as it is after the change, are being read when this is done. */
  async function readTwice(): Promise<{ asked: Promise<OpenModel>; old: Reading; changed: Reading }> {
    const asked = file.get();
    played.touch?.(uri);
    await vi.advanceTimersByTimeAsync(1000);
    const [old, changed, ...more] = played.readings;
    if (old === undefined || changed === undefined || more.length > 0) {
      throw new Error(`the file is read ${played.readings.length} times`);
    }
    return { asked, old, changed };
  }

  beforeEach(() => {
    vi.useFakeTimers();
    played.readings.length = 0;
    opened = [];
    file = new ModelFile(uri, log, (model) => opened.push(model));
  });
  afterEach(() => {
    file.dispose();
    vi.useRealTimers();
  });

  it('is what it is now, for those too who asked before', async () => {
    const { asked, old, changed } = await readTwice();
    changed.finish(networkWith(2));
    await vi.waitFor(() => {
      expect(opened).toHaveLength(1);
    });
    old.finish(networkWith(1));
    expect((await asked).network.layers).toHaveLength(2);
    expect(file.current?.network.layers).toHaveLength(2);
    expect(opened).toHaveLength(1);
  });

  it('is waited for where the old one comes first', async () => {
    const { asked, old, changed } = await readTwice();
    old.finish(networkWith(1));
    await vi.advanceTimersByTimeAsync(1000);
    expect(file.current).toBeUndefined();
    changed.finish(networkWith(2));
    expect((await asked).network.layers).toHaveLength(2);
  });

  it('stays what it was where it cannot be opened again', async () => {
    const { asked, old, changed } = await readTwice();
    changed.fail(new Error('half written'));
    old.finish(networkWith(1));
    expect((await asked).network.layers).toHaveLength(1);
    expect((await file.get()).network.layers).toHaveLength(1);
    expect(played.readings).toHaveLength(2);
  });

  it('is read again for the next who asks where it could be opened neither time', async () => {
    const { asked, old, changed } = await readTwice();
    const failed = expect(asked).rejects.toThrow('half written');
    old.fail(new Error('half written'));
    changed.fail(new Error('half written still'));
    await failed;
    await vi.advanceTimersByTimeAsync(0);
    const next = file.get();
    played.readings[2]?.finish(networkWith(3));
    expect((await next).network.layers).toHaveLength(3);
  });
});
