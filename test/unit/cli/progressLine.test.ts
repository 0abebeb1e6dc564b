import { describe, expect, it } from 'vitest';

import { ProgressLine, progressText } from '../../../src/cli/jobs.js';

function terminal(columns: number, isTTY = true): { written: string[]; line: ProgressLine } {
  const written: string[] = [];
  const write = (text: string | Uint8Array): boolean => written.push(String(text)) > 0;
  return { written, line: new ProgressLine({ isTTY, columns, write }) };
}

const sweep = (done: number) =>
  ({ stage: 'occlusion', share: done / 400, count: { done, of: 400, unit: 'positions' } }) as const;

const CLEAR = '\r\u001b[K';

describe('the line of progress', () => {
  it('tells stage, share, rate and the time that is left', () => {
    const { written, line } = terminal(80);
    line.show(sweep(0), 0);
    line.show(sweep(100), 2000);
    expect(written).toEqual([
      `${CLEAR}occlusion 0 %, 0 of 400 positions`,
      `${CLEAR}occlusion 25 %, 100 of 400 positions, 50 positions/s, 6 s left`,
    ]);
  });

  it('is written no more often than one can read, and is empty in the end', () => {
    const { written, line } = terminal(80);
    for (let time = 0; time < 250; time++) {
      line.show(sweep(time), time);
    }
    expect(written).toHaveLength(3);
    line.clear();
    expect(written.at(-1)).toBe(CLEAR);
    line.clear();
    expect(written).toHaveLength(4);
  });

  it('fits the terminal, so that it never takes two lines', () => {
    const { written, line } = terminal(20);
    line.show(sweep(100), 0);
    expect(written).toEqual([`${CLEAR}occlusion 25 %, 100`]);
  });

  it('is not written to a file', () => {
    const { written, line } = terminal(80, false);
    line.show(sweep(100), 0);
    line.clear();
    expect(written).toEqual([]);
  });
});

describe('words', () => {
  const count = { done: 5e6, of: 247e6, unit: 'bytes' } as const;

  it('count megabytes of a download', () => {
    expect(
      progressText({ stage: 'downloading', share: 0.02, count }, { rate: 11.24e6, remaining: 3725 }),
    ).toBe('downloading 2 %, 5.0 of 247 MB, 11 MB/s, 1 h 2 min left');
  });

  it('leave out what is not known', () => {
    const pace = { rate: undefined, remaining: undefined };
    expect(progressText({ stage: 'graph', share: 0 }, pace)).toBe('graph 0 %');
    expect(progressText({ stage: 'graph', share: 0.5 }, { ...pace, remaining: 61 })).toBe(
      'graph 50 %, 1 min 1 s left',
    );
  });
});
