/** Starts the engine process and watches over it. */

import { fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { stripVTControlCharacters } from 'node:util';
import { EngineError, engineStopped } from './engineError.js';
import type { FromEngine, ToEngine } from './messages.js';

export interface EngineChild {
  /** @throws Error of Node when the message cannot be serialised */
  post(message: ToEngine): void;
  /** Whether this process has to stay alive for the child's sake. */
  hold(busy: boolean): void;
  kill(): void;
}

export interface ChildEvents {
  readonly message: (message: FromEngine) => void;
  /** Called once, when the process has ended or could not start. */
  readonly stopped: (error: EngineError) => void;
  /** A line that native code wrote to stderr. */
  readonly line: (line: string) => void;
}

/** @param file the built engineProcess.js */
export function startChild(file: string, events: ChildEvents): EngineChild {
  const child = fork(file, [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    // The host's own flags (debugger ports, loaders) are not for the child.
    execArgv: [],
    // In VS Code the executable is Electron, which is Node only when told so.
    // CUDA rounds what convolutions multiply to 10 bits (TF32) unless told otherwise: too coarse for backward signals.
    env: { NVIDIA_TF32_OVERRIDE: '0', ...process.env, ELECTRON_RUN_AS_NODE: '1' },
  });
  let lastWords = '';
  let over = false;
  const stop = (error: EngineError): void => {
    if (!over) {
      over = true;
      events.stopped(error);
    }
  };
  if (child.stderr !== null) {
    createInterface(child.stderr).on('line', (raw) => {
      const line = stripVTControlCharacters(raw).trim();
      if (line !== '') {
        lastWords = line;
        events.line(line);
      }
    });
  }
  child.on('message', (message) => events.message(message as FromEngine));
  child.on('error', ({ message }) => stop(new EngineError(`The engine process failed: ${message}`)));
  // 'close' comes after 'exit', when stderr has been read to its end.
  child.on('close', (code, signal) => stop(engineStopped(code, signal, lastWords)));
  // A pipe of a child process is a socket, though it is typed as a plain stream.
  const pipe = child.stderr as unknown as { unref(): void } | null;
  pipe?.unref();
  return {
    post: (message) => {
      // A failed delivery means that the process has gone, which 'close' reports.
      child.send(message, () => undefined);
    },
    hold: (busy) => {
      if (busy) {
        child.ref();
        child.channel?.ref();
      } else {
        child.unref();
        child.channel?.unref();
      }
    },
    kill: () => {
      child.kill('SIGKILL');
    },
  };
}
