import { expect, it } from 'vitest';
import { Client, Server } from '../../../src/protocol/channel.js';
import { wires } from './wires.js';

interface Requests {
  slow: { params: null; partial: string; result: string };
  quick: { params: null; result: string };
}

/** Pages are not loaded twice within one millisecond. */
async function later(): Promise<void> {
  const loaded = Date.now();
  while (Date.now() === loaded) {
    await new Promise(setImmediate);
  }
}

it('keeps the answers to a page that is gone from the page that replaced it', async () => {
  const { host, page, dropPage } = wires();
  let answerSlow: (text: string) => void = () => {};
  let answerQuick: (text: string) => void = () => {};
  new Server<Requests, object>(host, {
    slow: () => new Promise((resolve) => (answerSlow = resolve)),
    quick: () => new Promise((resolve) => (answerQuick = resolve)),
  });

  void new Client<Requests, object>(page).request('slow', null);
  dropPage();
  await later();
  const answer = new Client<Requests, object>(page).request('quick', null);
  answerSlow('of the first page');
  await new Promise(setImmediate);
  answerQuick('of the second page');
  await expect(answer).resolves.toBe('of the second page');
});

it('cancels what a page asked for that is gone, once the next one is there', async () => {
  const { host, page, dropPage, fromHost } = wires();
  const signals: AbortSignal[] = [];
  let tellSlow: (text: string) => void = () => {};
  new Server<Requests, object>(host, {
    slow: (_, signal, partial) => {
      signals.push(signal);
      tellSlow = partial;
      return new Promise(() => {});
    },
    quick: async () => 'answer',
  });
  void new Client<Requests, object>(page).request('slow', null);
  dropPage();
  expect(signals[0]?.aborted).toBe(false);
  await later();
  const next = new Client<Requests, object>(page);
  expect(signals[0]?.aborted).toBe(true);
  tellSlow('of the first page');
  expect(fromHost).toEqual([]);
  await expect(next.request('quick', null)).resolves.toBe('answer');
});
