import { describe, expect, it } from 'vitest';

import type {
  ActivationInfoView,
  ActivationInputsView,
} from '../../../../../src/protocol/panels/activations.js';
import { ActivationsState } from '../../../../../webview/panels/activations/state.js';

function info(id: string, ...initial: readonly number[]): ActivationInfoView {
  return {
    id,
    name: id.toUpperCase(),
    formula: '',
    derivative: '',
    source: '',
    parameters: initial.map((value) => ({ symbol: 'α', initial: value, min: 0, max: 1, step: 0.1 })),
  };
}

const INFOS = [info('relu'), info('leakyRelu', 0.01), info('sigmoid'), info('swish', 1, 2)];

function fed(own: { id: string; parameters?: readonly number[] }, reach = 1): ActivationInputsView {
  return {
    layer: 'relu1',
    own: { parameters: [], ...own },
    inputs: { min: -reach, max: reach, mean: 0, standardDeviation: 1, zeros: 0 },
    count: 10,
    reach,
  };
}

function opened(state: ActivationsState, inputs = fed({ id: 'relu' })): ActivationsState {
  state.infos = INFOS;
  state.inputs = inputs;
  return state;
}

const ids = ({ choices }: ActivationsState): string[] => choices.map(({ id }) => id);

describe('the functions that are compared', () => {
  it("begin with the layer's own, which is not listed twice", () => {
    expect(ids(opened(new ActivationsState(['sigmoid', 'relu'])))).toEqual(['relu', 'sigmoid']);
    expect(ids(opened(new ActivationsState(['sigmoid']), fed({ id: 'swish' })))).toEqual([
      'swish',
      'sigmoid',
    ]);
  });

  it("show the layer's own beside itself where the parameters differ", () => {
    const state = opened(new ActivationsState(['leakyRelu']), fed({ id: 'leakyRelu', parameters: [0.2] }));
    expect(state.choices).toEqual([
      { id: 'leakyRelu', parameters: [0.2] },
      { id: 'leakyRelu', parameters: [0.01] },
    ]);
    expect(state.choices.map((each) => state.isOwn(each))).toEqual([true, false]);
  });

  it('are the usual ones until the user chooses, in the order of the list', () => {
    const state = opened(new ActivationsState());
    expect(ids(state)).toEqual(['relu', 'sigmoid']);
    state.compare('swish', true);
    state.compare('sigmoid', false);
    state.compare('leakyRelu', true);
    expect(ids(state)).toEqual(['relu', 'leakyRelu', 'swish']);
    expect(ids(opened(new ActivationsState(state.compared)))).toEqual(ids(state));
  });

  it('are none before the functions are known', () => {
    expect(new ActivationsState().choices).toEqual([]);
  });
});

describe('parameters', () => {
  it('are the initial ones until one is set, which compares the function', () => {
    const state = opened(new ActivationsState([]));
    expect(state.settingOf('swish')).toEqual({ id: 'swish', parameters: [1, 2] });
    state.tune('swish', 1, 5);
    expect(state.settingOf('swish')).toEqual({ id: 'swish', parameters: [1, 5] });
    expect(state.isCompared('swish')).toBe(true);
    state.tune('swish', 0, 3);
    expect(state.parameters).toEqual({ swish: [3, 5] });
  });

  it('at hand are those of a compared function, or else of Leaky ReLU', () => {
    expect(opened(new ActivationsState(['swish'])).firstTuned).toBe('swish');
    expect(opened(new ActivationsState(['sigmoid'])).firstTuned).toBe('leakyRelu');
    expect(new ActivationsState().firstTuned).toBe('');
  });
});

describe('the x axis', () => {
  it.each([
    [1, 4],
    [7.2, 8],
    [730, 730],
    [0, 4],
  ])('goes as far as nearly all inputs, %f, at least as far as the functions need: to %f', (far, reach) => {
    expect(opened(new ActivationsState(), fed({ id: 'relu' }, far)).reach).toBe(reach);
  });

  it('shows where the functions bend when told to, however far the inputs go', () => {
    expect(opened(new ActivationsState([], {}, 'functions'), fed({ id: 'relu' }, 730)).reach).toBe(4);
  });
});

it('keeps the stroke of a function by its place in the list', () => {
  const state = opened(new ActivationsState());
  expect(state.placeOf({ id: 'sigmoid', parameters: [] })).toBe(2);
  expect(state.infoOf({ id: 'unheard', parameters: [] })).toMatchObject({ name: 'unheard', parameters: [] });
});
