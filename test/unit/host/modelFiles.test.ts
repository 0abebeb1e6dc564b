/** A model's file that changes while it is being opened. VS Code is played by the little of it that is used. */

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import type { LogOutputChannel, Uri } from 'vscode';

import { BoundedCache } from '../../../src/core/boundedCache.js';
import type { Engine } from '../../../src/core/engine.js';
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
  mtime: 1,
  isTrusted: true,
  trust: undefined as (() => void) | undefined,
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
      onDidGrantWorkspaceTrust: (trust: typeof played.trust) => {
        played.trust = trust;
        return nothing;
      },
      get isTrusted() {
        return played.isTrusted;
      },
      getConfiguration: () => ({ inspect: () => undefined }),
      fs: { stat: () => Promise.resolve({ mtime: played.mtime, size: 1 }) },
    },
  };
});

const uri = { fsPath: '/models/model.onnx', toString: () => 'file:///models/model.onnx' } as Uri;
const log = { info: vi.fn(), warn: vi.fn() } as unknown as LogOutputChannel;

const engine = { run: vi.fn<Engine['run']>() };

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
    file = new ModelFile(uri, engine, new BoundedCache(20), log, (model) => opened.push(model));
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
    await vi.advanceTimersByTimeAsync(0);
    played.readings[2]?.finish(networkWith(3));
    expect((await next).network.layers).toHaveLength(3);
  });
});

describe('a model whose shapes only a run tells', () => {
  const unknown = networkOf({
    inputs: { x: [1, 3, 8, 8] },
    nodes: [
      { opType: 'NonZero', inputs: ['x'] },
      { opType: 'Relu', inputs: ['x'] },
    ],
  });
  let file: ModelFile;

  async function opened(): Promise<OpenModel> {
    const asked = file.get();
    await vi.waitFor(() => {
      expect(played.readings).toHaveLength(1);
    });
    played.readings[0]?.finish(unknown);
    return asked;
  }

  beforeEach(() => {
    played.readings.length = 0;
    played.isTrusted = true;
    played.mtime = 1;
    engine.run.mockReset();
    file = new ModelFile(uri, engine, new BoundedCache(20), log, () => undefined);
  });
  afterEach(() => {
    file.dispose();
  });

  it('opens with the shapes that the run tells', async () => {
    const shape = { dtype: 'int64', shape: [2], data: BigInt64Array.of(4n, 7n) } as const;
    engine.run.mockResolvedValue([0, 1].map(() => ({ 'nonzero0/unpool_shape': shape })));
    const { network } = await opened();
    expect(network.shapes.staticShapeOf('nonzero0')).toEqual([4, 7]);
  });

  it('is not run again while its file and the size of images are the same', async () => {
    const shape = { dtype: 'int64', shape: [2], data: BigInt64Array.of(4n, 7n) } as const;
    engine.run.mockResolvedValue([0, 1].map(() => ({ 'nonzero0/unpool_shape': shape })));
    await opened();
    /** Opens it once more after a change beside it, as of its sidecar. */
    const reopened = async (network: Network): Promise<OpenModel> => {
      const before = played.readings.length;
      played.touch?.(uri);
      await vi.waitFor(() => {
        expect(played.readings).toHaveLength(before + 1);
      });
      played.readings[before]?.finish(network);
      return file.get();
    };
    const { network } = await reopened(unknown);
    expect(network.shapes.staticShapeOf('nonzero0')).toEqual([4, 7]);
    expect(engine.run).toHaveBeenCalledOnce();
    const larger = { inputs: { x: [1, 3, 16, 16] }, nodes: [{ opType: 'NonZero', inputs: ['x'] }] };
    await reopened(networkOf(larger));
    expect(engine.run).toHaveBeenCalledTimes(2);
    played.mtime = 2;
    await reopened(networkOf(larger));
    expect(engine.run).toHaveBeenCalledTimes(3);
  });

  it('opens without them where the engine fails, which the log tells', async () => {
    engine.run.mockRejectedValue(new Error('the engine process ended'));
    const { network } = await opened();
    expect(network.shapes.staticShapeOf('nonzero0')).toBeUndefined();
    expect(log.warn).toHaveBeenCalledWith(expect.stringMatching(/model\.onnx: .*the engine process ended/));
  });

  it('runs nothing in a workspace that is not trusted, until it is', async () => {
    played.isTrusted = false;
    await opened();
    expect(engine.run).not.toHaveBeenCalled();
    engine.run.mockResolvedValue([]);
    played.isTrusted = true;
    played.trust?.();
    await vi.waitFor(() => {
      expect(played.readings).toHaveLength(2);
    });
    played.readings[1]?.finish(unknown);
    await vi.waitFor(() => {
      expect(engine.run).toHaveBeenCalledOnce();
    });
  });
});
