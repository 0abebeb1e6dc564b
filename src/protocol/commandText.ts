/** Commands of `unpool` as one writes them in a terminal. */

/** What a shell takes as it stands. */
const PLAIN = /^[\w@%+=:,./-]+$/;

/** The words as one line, quoted where a shell would read something else: POSIX's quotes, which PowerShell takes, too. */
export function commandText(words: readonly string[]): string {
  return words.map((word) => (PLAIN.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ');
}

/** The path of a file's URI on this machine; a Windows path begins with its drive. */
export function pathOfUri(uri: string): string {
  const { host, pathname } = new URL(uri);
  const path = decodeURIComponent(pathname);
  return host === '' ? path.replace(/^\/(?=[A-Za-z]:)/, '') : `//${host}${path}`;
}
