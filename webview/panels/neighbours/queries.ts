/** The photos that are asked about: the chosen one, and those that were picked, the latest last. */

import type { QueryPhoto } from '../../../src/protocol/panels/neighbours.js';

/** Queries that are answered at once; the figure of the paper has five. */
export const MOST_QUERIES = 12;

const isSame = (a: QueryPhoto, b: QueryPhoto): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The picked ones with some more; of too many the earliest go. */
export function withQueries(
  picked: readonly QueryPhoto[],
  more: readonly QueryPhoto[],
): readonly QueryPhoto[] {
  const fresh = more.filter((each, at) => more.findIndex((other) => isSame(each, other)) === at);
  const rest = picked.filter((each) => !fresh.some((other) => isSame(each, other)));
  return [...rest, ...fresh].slice(-MOST_QUERIES);
}

export function withoutQuery(picked: readonly QueryPhoto[], gone: QueryPhoto): readonly QueryPhoto[] {
  return picked.filter((each) => !isSame(each, gone));
}

/** What is asked: the chosen photo first. @param chosen its URI; null for none */
export function asked(picked: readonly QueryPhoto[], chosen: string | null): readonly QueryPhoto[] {
  return chosen === null ? picked : [{ file: chosen }, ...withoutQuery(picked, { file: chosen })];
}
