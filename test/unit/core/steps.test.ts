import { afterEach, describe, expect, it, vi } from 'vitest';

import { atOnce, each, filtered, inTurns, mapped } from '../../../src/core/steps.js';
import { openNetwork } from '../../../src/core/network/open.js';
import { overviewSteps } from '../../../src/core/problems/overview.js';
import { layerEdgesSteps } from '../../../src/host/graph/layerEdges.js';
import { tensorFactsSteps } from '../../../src/host/tensorFacts.js';
import { layerGroupsSteps } from '../../../src/host/graph/layerGroups.js';
import { modelBytes, node, value, weight, writeFile } from './onnx/modelFile.js';

afterEach(() => {
  vi.restoreAllMocks();
});

let now = performance.now();

/** Lets every look at the clock find that a step has taken too long. */
function slowDown(): void {
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 1000));
}

/** How many turns others have had while `work` ran. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let isRunning = true;
  const count = (): void => {
    turns++;
    if (isRunning) {
      setImmediate(count);
    }
  };
  setImmediate(count);
  await work();
  isRunning = false;
  return turns;
}

describe('steps', () => {
  const numbers = [3, 1, 4, 1, 5];

  it('come to the same in one go and in turns', async () => {
    slowDown();
    expect(atOnce(mapped(numbers, (number, place) => number * place))).toEqual([0, 1, 8, 3, 20]);
    expect(await inTurns(mapped(numbers, (number, place) => number * place))).toEqual([0, 1, 8, 3, 20]);
    expect(await inTurns(filtered(numbers, (number) => number > 2))).toEqual([3, 4, 5]);
  });

  it('let others in between where they take long', async () => {
    slowDown();
    expect(await turnsDuring(() => inTurns(each(numbers, () => undefined)))).toBeGreaterThanOrEqual(5);
  });

  it('go on where they do not', async () => {
    vi.spyOn(performance, 'now').mockReturnValue(0);
    expect(await turnsDuring(() => inTurns(each(numbers, () => undefined)))).toBe(0);
  });

  it('end with what goes wrong in them', async () => {
    slowDown();
    const fail = (number: number): void => {
      if (number === 4) {
        throw new Error('no fours');
      }
    };
    await expect(inTurns(each(numbers, fail))).rejects.toThrow('no fours');
  });
});

describe('while a network is opened', () => {
  const NODES = 200;
  const chain = Array.from({ length: NODES }, (_, at) =>
    node('Conv', [at === 0 ? 'image' : `t${at - 1}`, `c${at}.weight`], [`t${at}`]),
  );
  const graph = {
    name: 'chain',
    node: chain,
    initializer: chain.map((_, at) => weight(`c${at}.weight`, [3, 3, 1, 1])),
    input: [value('image', [1, 3, 8, 8])],
    output: [value(`t${NODES - 1}`)],
    valueInfo: [],
  };

  it('others have their turn at every node of every pass', async () => {
    const file = writeFile('chain.onnx', modelBytes(graph));
    slowDown();
    // Decoding, checking, sorting, shapes, wiring, pixels, positions, parameters, names, layers.
    expect(await turnsDuring(() => openNetwork(file))).toBeGreaterThan(10 * NODES);
    const network = await openNetwork(file);
    expect(network.layers).toHaveLength(NODES);
    for (const steps of [
      overviewSteps(network),
      layerGroupsSteps(network.layers),
      tensorFactsSteps(network),
      layerEdgesSteps(network),
    ]) {
      expect(await turnsDuring(() => inTurns<unknown>(steps))).toBeGreaterThan(NODES / 2);
    }
  });
});
