import { describe, expect, it } from 'vitest';

import type { EvaluationRowView, EvaluationView } from '../../../../../src/protocol/panels/evaluation.js';
import { commandWords, EvaluationState } from '../../../../../webview/panels/evaluation/state.js';

const OFFER = {
  sets: [
    { root: '/photos', name: 'photos' },
    { root: '/more.zip', name: 'more.zip' },
  ],
  models: [{ uri: 'file:///b.onnx', name: 'b.onnx' }],
};

function row(name: string): EvaluationRowView {
  const rate = { count: 1, photos: 4, rate: 0.25, low: 0.1, high: 0.6 };
  return {
    ...{ name, top1: rate, top5: null, meanRecall: 0.7, calibrationError: 0.1, bins: [], robustness: [] },
    classes: [2, 5, 9].map((index) => ({
      ...{ index, photos: 1, predicted: 1, correct: 1, precision: 1, recall: 1 },
    })),
    confusions: [],
    clustered: [5, 2, 9],
  };
}
const VIEW: EvaluationView = {
  ...{ photos: 4, names: [], skipped: [], unmatched: [], unlabelled: 0 },
  rows: ['a', 'b', 'mean of 2'].map(row),
};

describe('what is chosen', () => {
  it('is the first set before any choice, and nothing where there is none', () => {
    const state = new EvaluationState();
    expect(state.choice).toBeUndefined();
    state.offer = OFFER;
    expect(state.choice).toEqual({ set: '/photos', models: [], crops: 1, robustness: false });
  });

  it('is kept, but for sets and models that are gone', () => {
    const models = ['file:///b.onnx', 'file:///gone.onnx'];
    const state = new EvaluationState({ set: '/more.zip', models, crops: 10, robustness: true });
    state.offer = OFFER;
    expect(state.choice).toEqual({
      ...{ set: '/more.zip', models: ['file:///b.onnx'], crops: 10, robustness: true },
    });
    state.choose({ set: '/gone', crops: 1 });
    expect(state.choice).toMatchObject({ set: '/photos', crops: 1, robustness: true });
  });
});

describe('what is looked at', () => {
  it('is the mean of several models at first, then the one chosen', () => {
    const state = new EvaluationState();
    state.show(VIEW);
    expect(state.row?.name).toBe('mean of 2');
    state.look(0);
    expect(state.row?.name).toBe('a');
    state.show(undefined);
    expect(state.row).toBeUndefined();
  });

  it('are the classes that occur, in either order', () => {
    const state = new EvaluationState();
    state.show(VIEW);
    expect(state.classes).toEqual([2, 5, 9]);
    state.order = 'clusters';
    expect(state.classes).toEqual([5, 2, 9]);
  });

  it('is a cell only where both of its classes are', () => {
    const state = new EvaluationState();
    expect(state.cell).toBeUndefined();
    state.filter = { kind: 'cell', actual: 2, predicted: null };
    expect(state.cell).toBeUndefined();
    state.filter = { kind: 'cell', actual: 2, predicted: 5 };
    expect(state.cell).toEqual({ actual: 2, predicted: 5 });
    state.begin();
    expect(state.cell).toBeUndefined();
  });
});

it('has a command that does the same', () => {
  const choice = { set: '/my photos', models: ['file:///b.onnx'], crops: 10, robustness: true } as const;
  expect(commandWords(choice, '/a.onnx', (uri) => uri.slice('file://'.length))).toEqual([
    ...['unpool', 'evaluate', '/a.onnx', '/b.onnx', '/my photos', '--crops', '10', '--robustness'],
    ...['--out', 'evaluation'],
  ]);
  const plain = { ...choice, models: [], crops: 1, robustness: false } as const;
  expect(commandWords(plain, '/a.onnx', String)).toEqual([
    ...['unpool', 'evaluate', '/a.onnx', '/my photos', '--out', 'evaluation'],
  ]);
});
