/** The trial of two ways on a sweep's own positions, with times that are made up. */

import { describe, expect, it } from 'vitest';

import { median } from '../../../../src/core/occlusion/rates.js';
import { WayTrial } from '../../../../src/core/occlusion/wayTrial.js';
import type { Way } from '../../../../src/core/occlusion/wayTrial.js';

/** A sweep of 600 positions, whose requests take what `rate` says for each position; gives the ways of its requests. */
function swept(trial: WayTrial, rate: (way: Way, request: number) => number): Way[] {
  const ways: Way[] = [];
  for (let done = 0; done < 600;) {
    const way = trial.next();
    const positions = Math.min(way === 'plain' ? 2 : 10, 600 - done);
    trial.took(way, positions, positions * rate(way, ways.length));
    done += positions;
    ways.push(way);
  }
  return ways;
}

describe.each([
  ['incremental', 'plain'],
  ['plain', 'incremental'],
] as const)('%s, thought to be the better way', (thought, other) => {
  it('stays where it is faster, and the other way gets six requests', () => {
    const trial = new WayTrial(thought, 600);
    const ways = swept(trial, (way) => (way === thought ? 10 : 10.5));
    expect(trial.verdict).toBe(thought);
    expect(ways.filter((way) => way === other)).toHaveLength(6);
    expect(trial.isOver).toBe(true);
  });

  it('gives way where it is slower by a little', () => {
    const trial = new WayTrial(thought, 600);
    const ways = swept(trial, (way) => (way === thought ? 10.5 : 10));
    expect(trial.verdict).toBe(other);
    expect(ways.at(-1)).toBe(other);
  });

  it('is judged by what ran just before, so that a machine that slows down or stalls changes nothing', () => {
    for (const share of [0.9, 1.1]) {
      const trial = new WayTrial(thought, 600);
      let turns = 0;
      let last: Way = thought;
      swept(trial, (way, request) => {
        turns += way === last ? 0 : 1;
        last = way;
        const load = 1 + request / 4000;
        // The first turn makes sessions, another one stalls.
        const stall = way === other && turns === 5 ? 30 : 1;
        return load * stall * (way === thought ? share : 1);
      });
      expect(trial.verdict).toBe(share < 1 ? thought : other);
    }
  });
});

it('two ways of a sweep that ends early are told apart by what was measured before', () => {
  const trial = new WayTrial('incremental', 600);
  for (let request = 0; request < 3; request++) {
    const way = trial.next();
    trial.took(way, 60, way === 'plain' ? 1 : 1000);
  }
  expect(trial.isOver).toBe(false);
  expect(trial.verdict).toBe('incremental');
});

it('a median is the middle value, or lies between the two', () => {
  expect(median([3, 1, 2])).toBe(2);
  expect(median([4, 1, 2, 3])).toBe(2.5);
  expect(median([])).toBeNaN();
});
