// What a page reports as wrong: errors of its console, uncaught exceptions, requests that a content security policy blocked.

/**
 * Errors of VS Code itself, whatever extension runs in it: of its own scripts, without a word about this extension or
 * a webview. There are many on a machine without internet, more on a slow one, and others in the next version.
 */
const OWN_SCRIPT = /\/static\/(out|node_modules)\//;
const ABOUT_US = /unpool\.unpool|\bUnpool\b|webview/i;
/** … and those that these two do not tell apart. */
const NOISE = [
  // The module that signs the handshake is not part of the open-source build.
  /\/vsda\//,
  // The extension gallery, which a machine without internet cannot reach.
  /open-vsx\.org/,
  // What it interrupts, of its own, when the window is reloaded.
  /Long running operations during shutdown are unsupported in the web/,
  /\(Canceled: Canceled\)/,
];

/** @typedef {{ kind: 'console' | 'csp' | 'exception', text: string, url: string }} ConsoleProblem */

/**
 * Puts every problem that the page reports from now on into a list, noise too.
 * @param {import('playwright-core').Page} page
 * @param {(problem: ConsoleProblem) => void} keep
 */
export function watchConsole(page, keep) {
  page.on('console', (message) => {
    const text = message.text();
    // Chromium reports violations as errors ("Refused to …", "… violates the following …") or, for a policy
    // that only reports, as a warning or a note.
    const csp = /Content Security Policy|Content-Security-Policy/i.test(text);
    if (!csp && message.type() !== 'error') {
      return;
    }
    keep({ kind: csp ? 'csp' : 'console', text, url: message.location().url });
  });
  page.on('pageerror', (error) => keep({ kind: 'exception', text: error.stack ?? String(error), url: '' }));
}

/**
 * Whether a problem is VS Code's own.
 * @param {ConsoleProblem} problem
 */
export function isNoise({ kind, text, url }) {
  const isOwn = kind !== 'csp' && OWN_SCRIPT.test(url || text) && !ABOUT_US.test(text);
  return isOwn || NOISE.some((noise) => noise.test(text) || noise.test(url));
}
