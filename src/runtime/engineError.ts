/** The engine process is gone. */

/** The engine process stopped while requests waited for it; the next request starts a new one. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
}

const OUT_OF_MEMORY = /bad_alloc|out of memory|cannot allocate/i;

/**
 * Says in one line how the process ended.
 * @param lastWords what it wrote to stderr at the end
 */
export function engineStopped(
  code: number | null,
  signal: NodeJS.Signals | null,
  lastWords: string,
): EngineError {
  const how = signal ?? `exit code ${code ?? 'unknown'}`;
  // Linux ends a process with SIGKILL when memory runs out; shells and containers report it as 137.
  if (signal === 'SIGKILL' || code === 137 || OUT_OF_MEMORY.test(lastWords)) {
    return new EngineError(
      `The engine process was stopped (${how}), most likely because memory ran out: ` +
        'use a smaller image or batch, or close other programs. The next request starts a new one.',
    );
  }
  const said = lastWords === '' ? '' : `, its last line was "${lastWords}"`;
  return new EngineError(`The engine process stopped (${how})${said}. The next request starts a new one.`);
}
