import { describe, expect, it } from 'vitest';

import type { Progress } from '../../../../src/core/jobs/job.js';
import { Pacer } from '../../../../src/core/jobs/pace.js';

const sweep = (done: number): Progress => ({
  stage: 'occlusion',
  share: done / 100,
  count: { done, of: 100, unit: 'positions' },
});

describe('the pace of a job', () => {
  it('is told from how far it came in its time', () => {
    const pacer = new Pacer();
    pacer.add(sweep(20), 1000);
    pacer.add(sweep(30), 3000);
    // 10 positions in 2 seconds, and 70 to go.
    expect(pacer.pace.rate).toBeCloseTo(5, 9);
    expect(pacer.pace.remaining).toBeCloseTo(14, 9);
  });

  it('is not told from one report, nor from several at once', () => {
    const pacer = new Pacer();
    expect(pacer.pace).toEqual({ rate: undefined, remaining: undefined });
    pacer.add(sweep(0), 0);
    pacer.add(sweep(50), 10);
    expect(pacer.pace).toEqual({ rate: undefined, remaining: undefined });
  });

  it('forgets how it went long ago', () => {
    const pacer = new Pacer();
    pacer.add(sweep(0), 0);
    pacer.add(sweep(10), 100_000);
    pacer.add(sweep(20), 101_000);
    expect(pacer.pace.rate).toBeCloseTo(10, 9);
    expect(pacer.pace.remaining).toBeCloseTo(8, 9);
  });

  it('counts each stage for itself, and the whole over all of them', () => {
    const pacer = new Pacer();
    pacer.add({ stage: 'weights', share: 0, count: { done: 0, of: 4, unit: 'weights' } }, 0);
    pacer.add({ stage: 'photos', share: 0.5, count: { done: 0, of: 8, unit: 'photos' } }, 1000);
    expect(pacer.pace.rate).toBeUndefined();
    expect(pacer.pace.remaining).toBeCloseTo(1, 9);
    pacer.add({ stage: 'photos', share: 0.75, count: { done: 4, of: 8, unit: 'photos' } }, 2000);
    expect(pacer.pace.rate).toBeCloseTo(4, 9);
    expect(pacer.pace.remaining).toBeCloseTo(2 / 3, 9);
  });

  it('leaves out the time in which the job was held', () => {
    const pacer = new Pacer();
    pacer.add(sweep(0), 0);
    pacer.add(sweep(10), 1000);
    pacer.restart();
    pacer.add(sweep(10), 10_000);
    pacer.add(sweep(20), 11_000);
    expect(pacer.pace.rate).toBeCloseTo(10, 9);
  });
});
