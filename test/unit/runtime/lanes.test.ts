import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { inLane } from '../../../src/core/engine.js';
import type { Engine, Lane, RunOptions } from '../../../src/core/engine.js';
import { Lanes } from '../../../src/runtime/lanes.js';
import type { Work } from '../../../src/runtime/lanes.js';

describe('lanes', () => {
  const lanes = new Lanes();
  const order: string[] = [];

  /** Work in parts; `during` is called in the middle of the first one. */
  function work(name: string, parts = 1, during?: () => void): Work {
    return async (letOthersPass) => {
      for (let part = 0; part < parts; part++) {
        await letOthersPass();
        await turn();
        order.push(parts === 1 ? name : `${name}${part}`);
        if (part === 0) {
          during?.();
        }
        await turn();
      }
    };
  }

  /** What is done first, second, ... until `count` things are done. */
  async function ordered(
    count: number,
    ...added: readonly (readonly [Lane, Work])[]
  ): Promise<readonly string[]> {
    order.length = 0;
    added.forEach(([lane, each]) => {
      lanes.add(lane, each);
    });
    while (order.length < count) {
      await turn();
    }
    return order;
  }

  it('keep the order of arrival in each, and serve the interactive one first', async () => {
    const added = [
      ['batch', work('a')],
      ['interactive', work('b')],
      ['batch', work('c')],
      ['interactive', work('d')],
    ] as const;
    expect(await ordered(4, ...added)).toEqual(['b', 'd', 'a', 'c']);
  });

  it('let what is interactive pass between the parts of a batch', async () => {
    const arrive = (): void => {
      lanes.add('interactive', work('hover'));
      lanes.add('interactive', work('panel', 2));
    };
    expect(await ordered(6, ['batch', work('sweep', 3, arrive)])).toEqual([
      'sweep0',
      'hover',
      'panel0',
      'panel1',
      'sweep1',
      'sweep2',
    ]);
  });

  it('let no batch pass between the parts of another, nor between those of what is interactive', async () => {
    const arrive = (): void => {
      lanes.add('batch', work('second'));
    };
    expect(await ordered(3, ['batch', work('first', 2, arrive)])).toEqual(['first0', 'first1', 'second']);
    const interactive = (): void => {
      lanes.add('interactive', work('later'));
    };
    const all = await ordered(4, ['interactive', work('panel', 2, interactive)], ['batch', work('sweep')]);
    expect(all).toEqual(['panel0', 'panel1', 'later', 'sweep']);
  });

  it('go on with what comes after all was done', async () => {
    expect(await ordered(1, ['batch', work('a')])).toEqual(['a']);
    await turn();
    expect(await ordered(1, ['interactive', work('b')])).toEqual(['b']);
  });
});

describe('a view of an engine in a lane', () => {
  const asked: (RunOptions | undefined)[] = [];
  const engine: Engine = {
    provider: 'cpu',
    setting: 'cpu, 1 thread',
    run: (_steps, options) => {
      asked.push(options);
      return Promise.resolve([]);
    },
  };

  it('names it in every request that names none', async () => {
    const batch = inLane(engine, 'batch');
    const { signal } = new AbortController();
    await batch.run([]);
    await batch.run([], { signal });
    await batch.run([], { lane: 'interactive' });
    expect(asked).toEqual([{ lane: 'batch' }, { signal, lane: 'batch' }, { lane: 'interactive' }]);
    expect([batch.provider, batch.setting]).toEqual(['cpu', 'cpu, 1 thread']);
  });
});
