import { describe, expect, it } from 'vitest';

import { ChannelClosedError, Client, Server } from '../../../src/protocol/channel.js';
import type { Handlers } from '../../../src/protocol/channel.js';
import { wires } from './wires.js';
import type { Wires } from './wires.js';

interface Requests {
  sweep: { params: { steps: number }; partial: number; result: string };
  photo: { params: null; result: number };
}

interface Events {
  changed: string;
}

/** Counts its steps up as partial results, one a turn, until it is cancelled. */
const handlers: Handlers<Requests> = {
  sweep: async ({ steps }, signal, partial) => {
    for (let step = 1; step <= steps; step++) {
      await new Promise(setImmediate);
      if (signal.aborted) {
        throw new Error('cancelled at the host');
      }
      partial(step);
    }
    return `${steps} steps`;
  },
  photo: async () => 7,
};

function joined(): Wires & { server: Server<Requests, Events>; client: Client<Requests, Events> } {
  const ends = wires();
  const server = new Server<Requests, Events>(ends.host, handlers);
  return { ...ends, server, client: new Client<Requests, Events>(ends.page) };
}

/** Lets everything that is on its way arrive. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    await new Promise(setImmediate);
  }
}

describe('partial results', () => {
  it('come in order before the result, each to its own request', async () => {
    const { client } = joined();
    const [first, second]: [number[], number[]] = [[], []];
    const answers = await Promise.all([
      client.request('sweep', { steps: 3 }, { onPartial: (step) => first.push(step) }),
      client.request('sweep', { steps: 2 }, { onPartial: (step) => second.push(step) }),
      client.request('photo', null),
    ]);
    expect(answers).toEqual(['3 steps', '2 steps', 7]);
    expect([first, second]).toEqual([
      [1, 2, 3],
      [1, 2],
    ]);
  });

  it('end with the request, whoever cancels it', async () => {
    const { client, fromHost, fromPage } = joined();
    const stop = new AbortController();
    const heard: number[] = [];
    const answer = client.request(
      'sweep',
      { steps: 1000 },
      {
        signal: stop.signal,
        onPartial: (step) => {
          heard.push(step);
          if (step === 2) {
            stop.abort();
          }
        },
      },
    );
    await expect(answer).rejects.toBeInstanceOf(ChannelClosedError);
    await settle();
    expect(heard).toEqual([1, 2]);
    expect(fromPage.at(-1)).toMatchObject({ type: 'cancel' });
    expect(fromHost.filter((each) => (each as { type: string }).type === 'partial')).toHaveLength(2);
  });
});

describe('an unknown method', () => {
  it.each(['sweeps', 'toString', '__proto__'])(
    '%s is answered with an error that names it',
    async (method) => {
      const { client } = joined();
      const unchecked = client as unknown as Client<Record<string, { params: null; result: null }>, Events>;
      await expect(unchecked.request(method, null)).rejects.toThrow(`there is no request '${method}'`);
      await expect(client.request('photo', null)).resolves.toBe(7);
    },
  );
});

describe('what is no message of the channel', () => {
  const bad: readonly unknown[] = [
    undefined,
    null,
    'request',
    7,
    [],
    {},
    { type: 'request' },
    { type: 'request', id: '1', method: 'photo', params: null },
    { type: 'request', id: 1 },
    { type: 'request', id: 1, method: 7 },
    { type: 'cancel', id: 'all' },
    { type: 'partial', value: 1 },
    { type: 'result', result: 1 },
    { type: 'error', id: 1 },
    { type: 'error', message: 'no id' },
    { type: 'event' },
    { type: 'hello', id: 1 },
  ];

  it('is passed over by both ends, which go on working', async () => {
    const { client, host, page, fromHost } = joined();
    const heard: string[] = [];
    client.on('changed', (text) => heard.push(text));
    const waiting = client.request('sweep', { steps: 5 });
    for (const message of bad) {
      page.post(message);
    }
    await settle();
    const answers = fromHost.length;
    for (const message of bad) {
      host.post(message);
    }
    await expect(waiting).resolves.toBe('5 steps');
    // Five partial results and the result.
    expect(answers).toBe(6);
    expect(heard).toEqual([]);
  });

  it('neither is an answer to what nobody asked, nor a request sent to the asking end', async () => {
    const { client, host } = joined();
    for (const type of ['partial', 'result', 'error', 'cancel', 'request']) {
      host.post({ type, id: 1, method: 'photo', message: 'late', value: 1, result: 1 });
    }
    host.post({ type: 'event', name: 'unheard', data: 1 });
    await expect(client.request('photo', null)).resolves.toBe(7);
  });
});

describe('disposal', () => {
  it('of the asking end rejects what is pending, and what is asked later', async () => {
    const { client, fromPage } = joined();
    const heard: number[] = [];
    const pending = client.request('sweep', { steps: 3 }, { onPartial: (step) => heard.push(step) });
    client.dispose();
    await expect(pending).rejects.toThrow(new ChannelClosedError('the panel was closed'));
    const asked = fromPage.length;
    await expect(client.request('photo', null)).rejects.toBeInstanceOf(ChannelClosedError);
    await settle();
    expect(heard).toEqual([]);
    expect(fromPage).toHaveLength(asked);
  });

  it('of the answering end cancels what runs, and says nothing any more', async () => {
    const { client, server, fromHost } = joined();
    const heard: number[] = [];
    let isSettled = false;
    const done = (): void => {
      isSettled = true;
    };
    client.request('sweep', { steps: 1000 }, { onPartial: (step) => heard.push(step) }).then(done, done);
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    const told = fromHost.length;
    server.dispose();
    server.tell('changed', 'after the end');
    await settle();
    expect(fromHost).toHaveLength(told);
    expect(heard.length).toBe(told);
    expect(isSettled).toBe(false);
    client.dispose();
    await settle();
    expect(isSettled).toBe(true);
  });

  it('rejects at once what was cancelled before it was asked', async () => {
    const { client, fromPage } = joined();
    const asked = fromPage.length;
    const stopped = client.request('photo', null, { signal: AbortSignal.abort() });
    await expect(stopped).rejects.toBeInstanceOf(ChannelClosedError);
    expect(fromPage).toHaveLength(asked);
  });
});

it('is checked by the compiler', () => {
  const check = (client: Client<Requests, Events>): void => {
    // @ts-expect-error There is no such request.
    void client.request('sweeps', { steps: 1 });
    // @ts-expect-error The parameter has another type.
    void client.request('sweep', { steps: '1' });
    // @ts-expect-error The parts of the answer are numbers.
    void client.request('sweep', { steps: 1 }, { onPartial: (text: string) => text });
    // @ts-expect-error The answer comes in one piece.
    void client.request('photo', null, { onPartial: (value: number) => value });
  };
  // @ts-expect-error A handler is missing.
  const missing: Handlers<Requests> = { sweep: handlers.sweep };
  const wrong: Handlers<Requests> = {
    ...handlers,
    // @ts-expect-error The answer has another type.
    photo: async () => 'seven',
  };
  expect([check, missing, wrong]).toHaveLength(3);
});
