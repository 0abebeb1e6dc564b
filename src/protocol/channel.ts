/** The only code that posts or receives messages between the extension host and a webview. */

/**
 * Requests of one side: name, parameters, result, and what comes before the result where the answer comes in parts. A
 * constraint, `R extends RequestMap<R>`, that interfaces meet.
 */
export type RequestMap<R> = {
  readonly [Name in keyof R]: { params: unknown; result: unknown; partial?: unknown };
};

/** What comes before the result of a request; `never` where nothing does. */
export type PartialOf<Request> = Request extends { partial: infer Partial } ? Partial : never;

/** One end of a wire: `vscode.Webview` on the host, `acquireVsCodeApi()` and `window` in the webview. */
export interface Wire {
  post(message: unknown): void;
  /** @returns a function that ends the listening */
  listen(receive: (message: unknown) => void): () => void;
}

/** Handlers for every request: a missing one does not compile. `partial` hands over a part of the answer. */
export type Handlers<R> = {
  readonly [Name in keyof R]: R[Name] extends { params: infer Params; result: infer Result }
    ? (params: Params, signal: AbortSignal, partial: (value: PartialOf<R[Name]>) => void) => Promise<Result>
    : never;
};

/** How a request is made. */
export interface RequestOptions<Partial> {
  /** Aborting it cancels the request on the other end and rejects here at once. */
  readonly signal?: AbortSignal;
  /** Hears the parts of the answer, in order, none after the request has settled; where there are parts. */
  readonly onPartial?: [Partial] extends [never] ? never : (value: Partial) => void;
}

type WireMessage =
  | { readonly type: 'request'; readonly id: number; readonly method: string; readonly params: unknown }
  | { readonly type: 'partial'; readonly id: number; readonly value: unknown }
  | { readonly type: 'result'; readonly id: number; readonly result: unknown }
  | {
      readonly type: 'error';
      readonly id: number;
      readonly message: string;
      /** Somebody ended the work on the answering side. */
      readonly isCancelled?: boolean;
    }
  | { readonly type: 'event'; readonly name: string; readonly data: unknown }
  /** Without an id: everything that was asked so far, as by a page that is gone. */
  | { readonly type: 'cancel'; readonly id?: number };

/** The panel went away, or the request was cancelled, before an answer came. */
export class ChannelClosedError extends Error {
  override readonly name = 'ChannelClosedError';
}

/** Other messages may come on the same wire: VS Code and its tools post to pages, too. */
function isWireMessage(value: unknown): value is WireMessage {
  if (typeof value !== 'object' || value === null || !('type' in value)) {
    return false;
  }
  const message = value as Record<string, unknown>;
  const hasId = typeof message['id'] === 'number';
  switch (message['type']) {
    case 'request':
      return hasId && typeof message['method'] === 'string';
    case 'partial':
    case 'result':
      return hasId;
    case 'cancel':
      return hasId || message['id'] === undefined;
    case 'error':
      return hasId && typeof message['message'] === 'string';
    case 'event':
      return typeof message['name'] === 'string';
    default:
      return false;
  }
}

/** The answering end: runs handlers, sends events. Every throw of a handler becomes an `error` message. */
export class Server<R, E> {
  private readonly running = new Map<number, AbortController>();
  private readonly stopListening: () => void;
  private isDisposed = false;

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
    this.post({ type: 'event', name, data });
  }

  /** Cancels what is running, stops listening and says nothing any more. */
  dispose(): void {
    this.isDisposed = true;
    this.stopListening();
    this.cancelAll();
  }

  private receive(message: WireMessage): void {
    if (message.type === 'cancel') {
      if (message.id === undefined) {
        this.cancelAll();
      } else {
        this.running.get(message.id)?.abort();
      }
    } else if (message.type === 'request') {
      void this.answer(message.id, message.method, message.params);
    }
  }

  private cancelAll(): void {
    this.running.forEach((controller) => {
      controller.abort();
    });
    this.running.clear();
  }

  private async answer(id: number, method: string, params: unknown): Promise<void> {
    const controller = new AbortController();
    const { signal } = controller;
    this.running.set(id, controller);
    const partial = (value: unknown): void => {
      if (!signal.aborted && this.running.get(id) === controller) {
        this.post({ type: 'partial', id, value });
      }
    };
    try {
      if (!Object.hasOwn(this.handlers, method)) {
        throw new Error(`there is no request '${method}'`);
      }
      const handler = this.handlers[method as keyof R] as (
        params: unknown,
        signal: AbortSignal,
        partial: (value: unknown) => void,
      ) => Promise<unknown>;
      const result = await handler(params, signal, partial);
      this.post({ type: 'result', id, result });
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      const isCancelled = error instanceof Error && error.name === 'CancelledError';
      this.post({ type: 'error', id, message: text, isCancelled });
    } finally {
      this.running.delete(id);
    }
  }

  private post(message: WireMessage): void {
    if (!this.isDisposed) {
      this.wire.post(message);
    }
  }
}

/** A request that waits for its answer. */
interface Pending {
  partial(value: never): void;
  resolve(result: never): void;
  reject(error: Error): void;
}

/** The asking end: sends requests, hears events. */
export class Client<R extends RequestMap<R>, E> {
  /** Ids of a page that was loaded again do not meet those of the page before, whose answers may still come. */
  private nextId = Date.now() * 1000;
  private readonly pending = new Map<number, Pending>();
  private readonly listeners = new Map<keyof E, Set<(data: never) => void>>();
  private readonly stopListening: () => void;
  private isDisposed = false;

  constructor(private readonly wire: Wire) {
    this.stopListening = wire.listen((message) => {
      if (isWireMessage(message)) {
        this.receive(message);
      }
    });
    // A page that was hidden or loaded again had no way to say that it no longer waits.
    this.post({ type: 'cancel' });
  }

  /** Asks. @throws ChannelClosedError where the request was cancelled or this end is gone, Error as the answer says */
  request<Name extends keyof R & string>(
    method: Name,
    params: R[Name]['params'],
    { signal, onPartial }: RequestOptions<PartialOf<R[Name]>> = {},
  ): Promise<R[Name]['result']> {
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      if (this.isDisposed || signal?.aborted === true) {
        reject(new ChannelClosedError(this.isDisposed ? 'the panel was closed' : 'cancelled'));
        return;
      }
      const cancel = (): void => {
        this.pending.delete(id);
        this.post({ type: 'cancel', id });
        reject(new ChannelClosedError('cancelled'));
      };
      signal?.addEventListener('abort', cancel, { once: true });
      const settle = (): void => {
        signal?.removeEventListener('abort', cancel);
      };
      this.pending.set(id, {
        partial: (value) => onPartial?.(value),
        resolve: (result) => {
          settle();
          resolve(result);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      });
      this.post({ type: 'request', id, method, params });
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
    this.isDisposed = true;
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
    if (message.type === 'request' || message.type === 'cancel') {
      return;
    }
    const waiting = this.pending.get(message.id);
    if (message.type === 'partial') {
      waiting?.partial(message.value as never);
      return;
    }
    this.pending.delete(message.id);
    if (message.type === 'result') {
      waiting?.resolve(message.result as never);
    } else {
      const { message: text, isCancelled } = message;
      waiting?.reject(isCancelled ? new ChannelClosedError(text) : new Error(text));
    }
  }

  private post(message: WireMessage): void {
    this.wire.post(message);
  }
}
