/** What is kept of findings and their places, and when it is stored. VS Code is played by the little of it that is used. */

import { beforeEach, describe, expect, it, vi } from 'vitest';

import * as vscode from 'vscode';

import type { Problem } from '../../../../src/core/problems/problem.js';
import { Diagnostics } from '../../../../src/host/diagnostics/diagnostics.js';
import type { ModelFiles, OpenModel } from '../../../../src/host/modelFiles.js';
import type { Selection } from '../../../../src/host/selection.js';

const played = vi.hoisted(() => ({
  /** When files were written. */
  written: new Map<string, number>(),
  save: undefined as ((document: { uri: unknown }) => void) | undefined,
  /** What the Problems view lists: lines by file. */
  listed: [] as [string, number[]][],
}));

vi.mock('vscode', () => {
  const nothing = { dispose: (): void => undefined };
  class Location {
    constructor(
      readonly uri: unknown,
      readonly range: unknown,
    ) {}
  }
  class Position {
    constructor(
      readonly line: number,
      readonly character: number,
    ) {}
  }
  class Range {
    readonly start: Position;
    readonly end: Position;
    constructor(...at: [number, number, number, number]) {
      this.start = new Position(at[0], at[1]);
      this.end = new Position(at[2], at[3]);
    }
  }
  const parse = (text: string): object => ({
    scheme: text.slice(0, text.indexOf(':')),
    fsPath: text.replace(/^file:\/\//, ''),
    toString: () => text,
  });
  return {
    Location,
    Position,
    Range,
    Disposable: class {
      constructor(readonly dispose: () => void) {}
    },
    Diagnostic: class {
      constructor(
        readonly range: unknown,
        readonly message: string,
      ) {}
    },
    DiagnosticSeverity: {},
    Uri: { parse },
    l10n: { t: (text: string) => text },
    languages: {
      createDiagnosticCollection: () => ({
        ...nothing,
        clear: () => undefined,
        set: (entries: [object, { range: Range | Location }][]) => {
          played.listed = entries.map(([uri, found]) => [
            uri.toString(),
            [found].flat().map(({ range }) => (range as Range).start?.line ?? 0),
          ]);
        },
      }),
    },
    workspace: {
      onDidSaveTextDocument: (save: typeof played.save) => {
        played.save = save;
        return nothing;
      },
      onDidDeleteFiles: () => nothing,
      fs: {
        stat: async ({ fsPath }: { fsPath: string }) => {
          const mtime = played.written.get(fsPath);
          if (mtime === undefined) {
            throw new Error('no such file');
          }
          return { mtime, size: 1 };
        },
      },
    },
  };
});

const MODEL = vscode.Uri.parse('file:///net.onnx');
const SOURCE = vscode.Uri.parse('file:///net.py');

/** Keeps values as VS Code does: what comes back is a copy. */
class Memento {
  private readonly values = new Map<string, string>();
  readonly update = vi.fn(async (key: string, value: unknown) => {
    this.values.set(key, JSON.stringify(value));
  });

  get(key: string, otherwise: unknown): unknown {
    const value = this.values.get(key);
    return value === undefined ? otherwise : JSON.parse(value);
  }
}

const problem = (layer: string): Problem => ({
  id: 'dead-units',
  severity: 'warning',
  message: `layer '${layer}' is dead`,
  explanation: 'It answers nothing.',
  panel: 'featureMaps',
  layer,
});

const model = {
  uri: MODEL,
  stamp: '1 1',
  preprocessing: { preprocessing: { name: 'unit' } },
  problems: [],
} as unknown as OpenModel;

/** A source whose line can be moved. */
class Source {
  readonly name = 'python';
  line: number | undefined = 3;
  private changed: (() => void) | undefined;

  readonly onDidChange = ((listener: () => void) => {
    this.changed = listener;
    return { dispose: () => undefined };
  }) as unknown as vscode.Event<void>;

  locate(): vscode.Location[] | undefined {
    const { line } = this;
    return line === undefined ? undefined : [new vscode.Location(SOURCE, new vscode.Range(line, 0, line, 9))];
  }

  fire(): void {
    this.changed?.();
  }
}

describe('findings', () => {
  let memento: Memento;
  let source: Source;
  const none = () => ({ dispose: () => undefined });
  const started = (): Diagnostics => {
    const diagnostics = new Diagnostics(
      { onDidOpen: none } as unknown as ModelFiles,
      { file: undefined, onDidChangeModel: none } as unknown as Selection,
      memento as unknown as vscode.Memento,
    );
    diagnostics.register(source);
    return diagnostics;
  };
  /** Lets everything that has been started come to its end. */
  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  };

  beforeEach(() => {
    memento = new Memento();
    source = new Source();
    played.written = new Map([
      ['/net.onnx', 1],
      ['/net.py', 1],
    ]);
    played.listed = [];
  });

  it('are stored where they or their places have changed, not whenever they are drawn', async () => {
    const diagnostics = started();
    await settled();
    expect(memento.update).not.toHaveBeenCalled();
    await diagnostics.set(model, [problem('conv1')]);
    expect(memento.update).toHaveBeenCalledTimes(1);
    source.fire();
    await settled();
    expect(memento.update).toHaveBeenCalledTimes(1);
    source.line = 4;
    source.fire();
    await settled();
    expect(memento.update).toHaveBeenCalledTimes(2);
    await diagnostics.set(model, [problem('conv1'), problem('conv2')]);
    expect(memento.update).toHaveBeenCalledTimes(3);
  });

  it('come back where they stood, and nothing is stored anew', async () => {
    await started().set(model, [problem('conv1')]);
    memento.update.mockClear();
    source = new Source();
    source.line = undefined;
    started();
    await settled();
    expect(played.listed).toEqual([[SOURCE.toString(), [3]]]);
    expect(memento.update).not.toHaveBeenCalled();
  });

  it('come back where they stood in a source that was saved since they were found', async () => {
    await started().set(model, [problem('conv1')]);
    source.line = 7;
    source.fire();
    await settled();
    played.written.set('/net.py', 2);
    played.save?.({ uri: SOURCE });
    await settled();
    source = new Source();
    source.line = undefined;
    started();
    await settled();
    expect(played.listed).toEqual([[SOURCE.toString(), [7]]]);
  });

  it('stand at the model where the source was written to by somebody else, or is gone', async () => {
    await started().set(model, [problem('conv1')]);
    for (const change of [() => played.written.set('/net.py', 2), () => played.written.delete('/net.py')]) {
      change();
      source = new Source();
      source.line = undefined;
      started();
      await settled();
      expect(played.listed).toEqual([[MODEL.toString(), [0]]]);
    }
  });
});
