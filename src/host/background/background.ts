/** The background thread as the extension host sees it. */

import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

import { Client } from '../../protocol/channel.js';
import type { PartialOf, RequestOptions } from '../../protocol/channel.js';
import type { BackgroundRequests } from './requests.js';

type BackgroundClient = Client<BackgroundRequests, Record<never, never>>;

/** Graphs of very many nodes make as many short-lived objects: with more room for them, far fewer are moved about. */
const YOUNG_MB = 192;

/** A thread that starts with the first request, and anew after it was stopped or died. */
export class Background {
  private running: { readonly worker: Worker; readonly client: BackgroundClient } | undefined;

  /** @throws Error with the message that the work itself ended with; ChannelClosedError after an abort */
  request<Name extends keyof BackgroundRequests>(
    method: Name,
    params: BackgroundRequests[Name]['params'],
    options?: RequestOptions<PartialOf<BackgroundRequests[Name]>>,
  ): Promise<BackgroundRequests[Name]['result']> {
    this.running ??= this.start();
    return this.running.client.request(method, params, options);
  }

  /** Ends the thread and rejects what it works on. */
  stop(): void {
    const { running } = this;
    this.running = undefined;
    running?.client.dispose();
    void running?.worker.terminate();
  }

  dispose(): void {
    this.stop();
  }

  private start(): { worker: Worker; client: BackgroundClient } {
    // The build puts background.js beside the extension's bundle.
    const worker = new Worker(join(__dirname, 'background.js'), {
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB },
    });
    const client: BackgroundClient = new Client({
      post: (message) => {
        worker.postMessage(message);
      },
      listen: (receive) => {
        worker.on('message', receive);
        return () => worker.off('message', receive);
      },
    });
    const stopped = (): void => {
      if (this.running?.worker === worker) {
        this.stop();
      }
    };
    worker.once('error', stopped).once('exit', stopped);
    return { worker, client };
  }
}
