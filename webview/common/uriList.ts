/** Lists of URIs, as a drag carries them. */

/** The URIs of a `text/uri-list`, whose other lines are comments. */
export function urisIn(list: string): string[] {
  return list.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
}
