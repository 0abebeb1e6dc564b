/** The only code that posts or receives messages between the extension host and a webview. */

/** Requests of one side: name, parameters, result. A constraint, `R extends RequestMap<R>`, that interfaces meet. */
export type RequestMap<R> = { readonly [Name in keyof R]: { params: unknown; result: unknown } };

/** One end of a wire: `vscode.Webview` on the host, `acquireVsCodeApi()` and `window` in the webview. */
export interface Wire {
  post(message: unknown): void;
  /** @returns a function that ends the listening */
  listen(receive: (message: unknown) => void): () => void;
}

/** Handlers for every request: a missing one does not compile. */
export type Handlers<R extends RequestMap<R>> = {
  readonly [Name in keyof R]: (params: R[Name]['params'], signal: AbortSignal) => Promise<R[Name]['result']>;
};

type WireMessage =
  | { readonly type: 'request'; readonly id: number; readonly method: string; readonly params: unknown }
  | { readonly type: 'result'; readonly id: number; readonly result: unknown }
  | {
      readonly type: 'error';
      readonly id: number;
      readonly message: string;
      /** Somebody ended the work on the answering side. */
      readonly isCancelled?: boolean;
    }
  | { readonly type: 'event'; readonly name: string; readonly data: unknown }
  | { readonly type: 'cancel'; readonly id: number };

/** The panel went away, or the request was cancelled, before an answer came. */
export class ChannelClosedError extends Error {
  override readonly name = 'ChannelClosedError';
}

function isWireMessage(value: unknown): value is WireMessage {
  if (typeof value !== 'object' || value === null || !('type' in value)) {
    return false;
  }
  const message = value as Record<string, unknown>;
  switch (message['type']) {
    case 'request':
      return typeof message['id'] === 'number' && typeof message['method'] === 'string';
    case 'result':
    case 'cancel':
      return typeof message['id'] === 'number';
    case 'error':
      return typeof message['id'] === 'number' && typeof message['message'] === 'string';
    case 'event':
      return typeof message['name'] === 'string';
    default:
      return false;
  }
}

/** The answering end: runs handlers, sends events. Every throw of a handler becomes an `error` message. */
export class Server<R extends RequestMap<R>, E> {
  private readonly running = new Map<number, AbortController>();
  private readonly stopListening: () => void;

  constructor(
    private readonly wire: Wire,
    private readonly handlers: Handlers<R>,
  ) {
    this.stopListening = wire.listen((message) => {
      if (isWireMessage(message)) {
        this.receive(message);
      }
    });
  }

  /** Tells the other end something. */
  tell<Name extends keyof E & string>(name: Name, data: E[Name]): void {
    this.wire.post({ type: 'event', name, data } satisfies WireMessage);
  }

  /** Cancels what is running and stops listening. */
  dispose(): void {
    this.stopListening();
    this.running.forEach((controller) => {
      controller.abort();
    });
    this.running.clear();
  }

  private receive(message: WireMessage): void {
    if (message.type === 'cancel') {
      this.running.get(message.id)?.abort();
    } else if (message.type === 'request') {
      void this.answer(message.id, message.method, message.params);
    }
  }

  private async answer(id: number, method: string, params: unknown): Promise<void> {
    const controller = new AbortController();
    this.running.set(id, controller);
    try {
      if (!Object.hasOwn(this.handlers, method)) {
        throw new Error(`there is no request '${method}'`);
      }
      const handler = this.handlers[method as keyof R] as (params: unknown, signal: AbortSignal) => unknown;
      const result = await handler(params, controller.signal);
      this.wire.post({ type: 'result', id, result } satisfies WireMessage);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      const isCancelled = error instanceof Error && error.name === 'CancelledError';
      this.wire.post({ type: 'error', id, message: text, isCancelled } satisfies WireMessage);
    } finally {
      this.running.delete(id);
    }
  }
}

/** The asking end: sends requests, hears events. */
export class Client<R extends RequestMap<R>, E> {
  /** Ids of a page that was loaded again do not meet those of the page before, whose answers may still come. */
  private nextId = Date.now() * 1000;
  private readonly pending = new Map<
    number,
    { resolve: (result: never) => void; reject: (error: Error) => void }
  >();
  private readonly listeners = new Map<keyof E, Set<(data: never) => void>>();
  private readonly stopListening: () => void;

  constructor(private readonly wire: Wire) {
    this.stopListening = wire.listen((message) => {
      if (isWireMessage(message)) {
        this.receive(message);
      }
    });
  }

  /** Asks; aborting `signal` cancels the request on the other end and rejects here at once. */
  request<Name extends keyof R & string>(
    method: Name,
    params: R[Name]['params'],
    signal?: AbortSignal,
  ): Promise<R[Name]['result']> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      const cancel = (): void => {
        this.pending.delete(id);
        this.wire.post({ type: 'cancel', id } satisfies WireMessage);
        reject(new ChannelClosedError('cancelled'));
      };
      if (signal?.aborted) {
        reject(new ChannelClosedError('cancelled'));
        return;
      }
      signal?.addEventListener('abort', cancel, { once: true });
      const settle = (): void => {
        signal?.removeEventListener('abort', cancel);
      };
      this.pending.set(id, {
        resolve: (result) => {
          settle();
          resolve(result);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      });
      this.wire.post({ type: 'request', id, method, params } satisfies WireMessage);
    });
  }

  /** @returns a function that ends the listening */
  on<Name extends keyof E & string>(name: Name, listener: (data: E[Name]) => void): () => void {
    const listeners = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, listeners.add(listener as (data: never) => void));
    return () => listeners.delete(listener as (data: never) => void);
  }

  /** Rejects what is pending and stops listening. */
  dispose(): void {
    this.stopListening();
    this.pending.forEach(({ reject }) => {
      reject(new ChannelClosedError('the panel was closed'));
    });
    this.pending.clear();
  }

  private receive(message: WireMessage): void {
    if (message.type === 'event') {
      this.listeners.get(message.name as keyof E)?.forEach((listener) => {
        listener(message.data as never);
      });
      return;
    }
    if (message.type !== 'result' && message.type !== 'error') {
      return;
    }
    const waiting = this.pending.get(message.id);
    this.pending.delete(message.id);
    if (message.type === 'result') {
      waiting?.resolve(message.result as never);
    } else {
      const { message: text, isCancelled } = message;
      waiting?.reject(isCancelled ? new ChannelClosedError(text) : new Error(text));
    }
  }
}
