import { expect, it } from 'vitest';
import { Latest } from '../../../../webview/common/latest.js';

interface Asked {
  readonly question: string;
  readonly signal: AbortSignal;
  answer(text: string): void;
  fail(error: Error): void;
}

function desk(): { latest: Latest<string, string>; asked: Asked[]; told: string[]; errors: unknown[] } {
  const asked: Asked[] = [];
  const told: string[] = [];
  const errors: unknown[] = [];
  const latest = new Latest<string, string>(
    (question, signal) =>
      new Promise((answer, fail) => {
        asked.push({ question, signal, answer, fail });
      }),
    (answer, question) => told.push(`${question}: ${answer}`),
    (error) => errors.push(error),
  );
  return { latest, asked, told, errors };
}

/** Lets everything that was resolved go its way. */
const settled = (): Promise<void> => new Promise(setImmediate);

it('asks one question at a time and keeps only the newest of the rest', async () => {
  const { latest, asked, told } = desk();
  for (const question of ['a', 'b', 'c']) {
    latest.ask(question);
  }
  expect(asked.map(({ question }) => question)).toEqual(['a']);
  asked[0]?.answer('1');
  await settled();
  expect(asked.map(({ question }) => question)).toEqual(['a', 'c']);
  asked[1]?.answer('2');
  await settled();
  expect(told).toEqual(['a: 1', 'c: 2']);
});

it('goes on after an error', async () => {
  const { latest, asked, told, errors } = desk();
  latest.ask('a');
  latest.ask('b');
  const error = new Error('no');
  asked[0]?.fail(error);
  await settled();
  asked[1]?.answer('2');
  await settled();
  expect([errors, told]).toEqual([[error], ['b: 2']]);
});

it('tells nothing of what was cancelled, and can be asked again', async () => {
  const { latest, asked, told, errors } = desk();
  latest.ask('a');
  latest.ask('b');
  latest.cancel();
  expect(asked[0]?.signal.aborted).toBe(true);
  latest.ask('c');
  asked[0]?.fail(new Error('cancelled'));
  asked[1]?.answer('3');
  await settled();
  expect(asked.map(({ question }) => question)).toEqual(['a', 'c']);
  expect([told, errors]).toEqual([['c: 3'], []]);
});
