// Waits until what is asked for is there.

/**
 * How many milliseconds anything may take; UNPOOL_PATIENCE gives other seconds. Generous: two busy cores run Chromium,
 * code-server and the extension host at once.
 */
export const PATIENCE = Number(process.env.UNPOOL_PATIENCE ?? 90) * 1000;

/**
 * Asks until the answer is truthy; undefined when it never was. What throws meanwhile counts as "not yet".
 * @template T
 * @param {() => Promise<T>} ask
 * @returns {Promise<Exclude<T, false | null | undefined> | undefined>}
 */
export async function poll(ask, timeout = PATIENCE) {
  const deadline = Date.now() + timeout;
  for (;;) {
    // Frames and rows come and go under our hands while VS Code draws.
    const answer = await ask().catch(() => undefined);
    if (answer) {
      return answer;
    }
    if (Date.now() > deadline) {
      return undefined;
    }
    // The pause between two looks, not a guess at how long something takes.
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Whether a text is the wanted one, or matches it where that is a RegExp. */
export function matchesText(text, wanted) {
  return wanted instanceof RegExp ? wanted.test(text) : text === wanted;
}
