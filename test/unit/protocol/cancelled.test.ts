import { expect, it } from 'vitest';
import { CancelledError } from '../../../src/core/errors.js';
import { ChannelClosedError, Client, Server } from '../../../src/protocol/channel.js';
import type { Wire } from '../../../src/protocol/channel.js';

interface Requests {
  sweep: { params: { error: Error }; result: null };
}

/** A page and a host on one wire; the request throws what it is given. */
function page(): Client<Requests, object> {
  const receivers = new Set<(message: unknown) => void>();
  const wire: Wire = {
    post: (message) => {
      receivers.forEach((receive) => {
        receive(message);
      });
    },
    listen: (receive) => {
      receivers.add(receive);
      return () => receivers.delete(receive);
    },
  };
  new Server<Requests, object>(wire, { sweep: ({ error }) => Promise.reject(error) });
  return new Client<Requests, object>(wire);
}

it('tells work that somebody cancelled from work that failed', async () => {
  const client = page();
  await expect(client.request('sweep', { error: new CancelledError() })).rejects.toBeInstanceOf(
    ChannelClosedError,
  );
  const failed = client.request('sweep', { error: new Error('the engine ended') });
  await expect(failed).rejects.toThrow('the engine ended');
  await expect(failed).rejects.not.toBeInstanceOf(ChannelClosedError);
});
