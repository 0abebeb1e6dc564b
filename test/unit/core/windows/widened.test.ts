/** Which tensors take the window of what reads them. */

import { describe, expect, it } from 'vitest';

import type { WindowedNode, WindowRead } from '../../../../src/core/windows/windowedForm.js';
import { widened } from '../../../../src/core/windows/widened.js';

const STILL = { step: 1, first: 0, last: 0 };
const AROUND = { step: 1, first: -1, last: 1 };

function made(output: string, tensors: readonly string[], slide = STILL): WindowedNode {
  const node = {
    name: output,
    opType: 'Any',
    domain: '',
    inputs: tensors,
    outputs: [output],
    attributes: new Map(),
    metadata: new Map(),
  };
  const reads = tensors.map((tensor, input): WindowRead => ({
    input,
    tensor,
    rows: slide,
    columns: slide,
    padding: 0,
  }));
  return { node, output, form: { reads, node } };
}

/** A fire module: channels of the squeezed tensor as given, 64 of each expanded one. */
function fire(squeezed: number, ...more: WindowedNode[]): ReadonlyMap<string, string> {
  const nodes = [
    made('squeeze', ['image'], AROUND),
    made('one', ['squeeze']),
    made('oneActive', ['one']),
    made('three', ['squeeze'], AROUND),
    made('joined', ['oneActive', 'three']),
    ...more,
  ];
  return widened(nodes, (tensor) => (tensor === 'squeeze' ? squeezed : 64));
}

describe('widened', () => {
  it('takes a 1x1 convolution and its activation along, up to the smaller tensor', () => {
    expect([...fire(16)]).toEqual([
      ['oneActive', 'joined'],
      ['one', 'joined'],
    ]);
  });

  it('leaves what is made of a tensor that is hardly smaller', () => {
    expect(fire(33).size).toBe(0);
  });

  it('leaves what something else reads too', () => {
    expect(fire(16, made('other', ['one'], AROUND)).size).toBe(0);
  });

  it('leaves a residual sum, whose one input is the block’s own', () => {
    const nodes = [
      made('x', ['image'], AROUND),
      made('first', ['x'], AROUND),
      made('second', ['first'], AROUND),
      made('sum', ['second', 'x']),
    ];
    expect(widened(nodes, () => 8).size).toBe(0);
  });
});
