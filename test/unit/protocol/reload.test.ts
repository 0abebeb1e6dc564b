import { expect, it } from 'vitest';
import { Client, Server } from '../../../src/protocol/channel.js';
import type { Wire } from '../../../src/protocol/channel.js';

interface Requests {
  slow: { params: null; result: string };
  quick: { params: null; result: string };
}

type Receive = (message: unknown) => void;

it('keeps the answers to a page that is gone from the page that replaced it', async () => {
  const pages = new Set<Receive>();
  const hosts = new Set<Receive>();
  const listenOn = (set: Set<Receive>) => (receive: Receive) => {
    set.add(receive);
    return () => set.delete(receive);
  };
  const send = (to: Set<Receive>) => (message: unknown) => {
    to.forEach((receive) => {
      receive(message);
    });
  };
  const host: Wire = { post: send(pages), listen: listenOn(hosts) };
  const page: Wire = { post: send(hosts), listen: listenOn(pages) };
  let answerSlow: (text: string) => void = () => {};
  let answerQuick: (text: string) => void = () => {};
  new Server<Requests, object>(host, {
    slow: () => new Promise((resolve) => (answerSlow = resolve)),
    quick: () => new Promise((resolve) => (answerQuick = resolve)),
  });

  // The first page goes away without a word, as a hidden webview does.
  void new Client<Requests, object>(page).request('slow', null);
  pages.clear();
  // Pages are not loaded twice within one millisecond.
  const loaded = Date.now();
  while (Date.now() === loaded) {
    await new Promise(setImmediate);
  }
  const answer = new Client<Requests, object>(page).request('quick', null);
  answerSlow('of the first page');
  await new Promise(setImmediate);
  answerQuick('of the second page');
  await expect(answer).resolves.toBe('of the second page');
});
