import { expect, it } from 'vitest';

import { mergesOf } from '../../../../../webview/panels/architecture/merges.js';

const first = { first: 'Conv_a', second: 'Conv_b' };
const second = { first: 'Conv_b', second: 'Gemm_c' };
const problems = [{ merge: null }, { merge: first }, { merge: second }];

it('offers a layer what it can be merged with, before it and behind', () => {
  expect(mergesOf({ name: 'b', aliases: ['Conv_b', 'b_out'] }, problems)).toEqual([
    { pair: first, other: 'Conv_a' },
    { pair: second, other: 'Gemm_c' },
  ]);
  expect(mergesOf({ name: 'Gemm_c', aliases: [] }, problems)).toEqual([{ pair: second, other: 'Conv_b' }]);
});

it('offers a layer of no such pair nothing', () => {
  expect(mergesOf({ name: 'relu', aliases: ['Relu_d'] }, problems)).toEqual([]);
});
