/** How lists, entries and comments are laid out. */

import type { StringStringEntryProto } from '../proto/messages.js';
import type { BlockKind } from './textMap.js';
import type { TextWriter } from './writer.js';

/** Longer comments are cut: a stack trace for every node buries the model. */
const COMMENT_LIMIT = 200;
/** More inputs or outputs than this stand on lines of their own. */
const INLINE_LIMIT = 2;

/** `<`, entries on lines of their own, `>`. */
export function angled(out: TextWriter, entries: readonly string[]): void {
  out.write('<');
  out.endLine();
  out.indented(() => {
    entries.forEach((entry, place) => {
      out.write(place < entries.length - 1 ? `${entry},` : entry);
      out.endLine();
    });
  });
  out.write('>');
  out.endLine();
}

/** Lines under a comment that says what they are. */
export function section<T>(
  out: TextWriter,
  kind: BlockKind,
  title: string,
  items: readonly T[],
  item: (each: T, place: number) => void,
): void {
  if (items.length === 0) {
    return;
  }
  out.block(kind, title, () => {
    out.comment(`${title}: ${items.length.toLocaleString('en')}`);
    items.forEach((each, place) => {
      item(each, place);
      out.endLine();
    });
  });
}

/** `{`, a body, `}`. */
export function braces(out: TextWriter, body: () => void): void {
  out.write('{');
  out.endLine();
  out.indented(body);
  out.write('}');
}

/** `(a, b)`, or a line for each where there are many. */
export function list<T>(out: TextWriter, items: readonly T[], item: (each: T) => void): void {
  const isLong = items.length > INLINE_LIMIT;
  out.write('(');
  const body = (): void => {
    items.forEach((each, place) => {
      item(each);
      if (place < items.length - 1) {
        out.write(isLong ? ',' : ', ');
      }
      if (isLong) {
        out.endLine();
      }
    });
  };
  if (isLong) {
    out.block('list', '', () => {
      out.endLine();
      out.indented(body);
    });
  } else {
    body();
  }
  out.write(')');
}

/** Documentation and metadata that the syntax has no form for. */
export function comments(
  out: TextWriter,
  docString: string | undefined,
  metadata: readonly StringStringEntryProto[] | undefined,
): void {
  const lines = [
    ...(docString ? [docString] : []),
    ...(metadata ?? []).map(({ key, value }) => `${key}: ${value}`),
  ];
  if (lines.length > 0) {
    out.block('comment', '', () => {
      lines.forEach((line) => {
        out.comment(line.length > COMMENT_LIMIT ? `${line.slice(0, COMMENT_LIMIT)}…` : line);
      });
    });
  }
}
