import { expect, it } from 'vitest';
import { CancelledError } from '../../../src/core/errors.js';
import { ChannelClosedError, Client, Server } from '../../../src/protocol/channel.js';
import { wires } from './wires.js';

interface Requests {
  sweep: { params: { error: Error }; result: null };
}

/** A page and a host on one wire; the request throws what it is given. */
function page(): Client<Requests, object> {
  const { host, page: end } = wires();
  new Server<Requests, object>(host, { sweep: ({ error }) => Promise.reject(error) });
  return new Client<Requests, object>(end);
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
