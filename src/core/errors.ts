/** Errors that are the input's or the model's fault, as against defects of Unpool. */

/**
 * Something the user can mend: a broken file, an unsupported operator, a layer that does not exist.
 * `message` is one line that names the file or node and says what to do; it is shown as it is.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
}

/** Runs `part`; a UserError of it that does not begin with the file's name is thrown on with it in front. */
export function namingFile<T>(file: string, part: () => T): T {
  try {
    return part();
  } catch (error) {
    throw error instanceof UserError && !error.message.startsWith(file)
      ? new UserError(`${file}: ${error.message}`)
      : error;
  }
}

/**
 * Residents that a request reads are not in the engine: its process was started anew, or newer ones needed the memory.
 * Whoever kept them can send them again.
 */
export class ResidentsLostError extends Error {
  override readonly name = 'ResidentsLostError';
  /** @param set the residents' set, all of which is gone */
  constructor(readonly set: string) {
    super(
      `The engine no longer has the tensors '${set}': its process was started anew, or other work needed the memory. They have to be sent again.`,
    );
  }
}

/** The request was cancelled by the user. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';
  constructor() {
    super('cancelled');
  }
}

/** Throws CancelledError when `signal` is aborted. */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) {
    throw new CancelledError();
  }
}
