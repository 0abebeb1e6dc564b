/** Writes lines and remembers where names were written. */

import { NODE_SIZE, OCCURRENCE_SIZE } from './textMap.js';
import type { Block, BlockKind, Loss, ModelText } from './textMap.js';
import { withTables } from './textTables.js';
import type { Symbols } from './symbols.js';

const INDENT = '  ';
/** What ends a line in an editor, also where it stands in a string literal. */
const LINE_END = /\r\n|\r|\n/g;

export class TextWriter {
  private readonly chunks: string[] = [];
  private line = 0;
  private column = 0;
  private depth = 0;
  private notes: string[] = [];
  private readonly occurrences: number[] = [];
  private readonly nodes: number[] = [];
  private readonly operators = new Map<string, number>();
  private readonly blocks: { kind: BlockKind; name: string; first: number; last: number }[] = [];
  private readonly losses: Loss[] = [];

  /** Appends text of the current line; a string literal may hold line ends. */
  write(text: string): void {
    if (this.column === 0) {
      const indent = INDENT.repeat(this.depth);
      this.chunks.push(indent);
      this.column = indent.length;
    }
    this.chunks.push(text);
    if (!hasLineEnd(text)) {
      this.column += text.length;
      return;
    }
    let end = 0;
    for (const { index, 0: ending } of text.matchAll(LINE_END)) {
      this.line++;
      end = index + ending.length;
    }
    this.column = text.length - end;
  }

  /** Appends a name and remembers it; one that holds a line end is not remembered. */
  name(text: string, symbol: number, role: number): void {
    this.write('');
    if (!hasLineEnd(text)) {
      this.occurrences.push(this.line, this.column, text.length, symbol, role);
    }
    this.write(text);
  }

  /** Ends the line, with what was noted about it as a comment. */
  endLine(): void {
    if (this.notes.length > 0) {
      this.chunks.push('  # ', this.notes.map(oneLine).join('; '));
      this.notes = [];
    }
    this.chunks.push('\n');
    this.line++;
    this.column = 0;
  }

  /** A comment line of its own. */
  comment(text: string): void {
    this.write(`# ${oneLine(text)}`);
    this.endLine();
  }

  /** A comment at the end of the current line. */
  note(text: string): void {
    this.notes.push(text);
  }

  /** Says in a comment, and to whoever asks, what cannot be written. */
  lose(kind: Loss['kind'], message: string): void {
    this.losses.push({ kind, message });
    this.note(message);
  }

  indented(body: () => void): void {
    this.depth++;
    body();
    this.depth--;
  }

  /** Lines that belong together, from the current one to the one that `body` ends on. */
  block(kind: BlockKind, name: string, body: () => void): void {
    const block = { kind, name, first: this.line, last: this.line };
    this.blocks.push(block);
    body();
    block.last = this.column === 0 ? this.line - 1 : this.line;
  }

  node(operator: string, scope: number, symbol: number, output: number | undefined, body: () => void): void {
    const at = this.nodes.length;
    const known = this.operators.get(operator) ?? this.operators.size;
    this.operators.set(operator, known);
    this.nodes.push(this.line, this.line, scope, known, symbol, output === undefined ? 0 : output + 1);
    body();
    this.nodes[at + 1] = this.line;
  }

  finish(symbols: Symbols): ModelText {
    return {
      text: this.chunks.join(''),
      map: withTables({
        lines: this.line + 1,
        ...symbols.table(),
        occurrences: typed(this.occurrences, OCCURRENCE_SIZE),
        operators: [...this.operators.keys()],
        nodes: typed(this.nodes, NODE_SIZE),
        blocks: this.blocks.filter(({ first, last }) => last > first) satisfies readonly Block[],
      }),
      losses: this.losses,
    };
  }
}

function typed(numbers: readonly number[], size: number): Uint32Array {
  if (numbers.length % size !== 0) {
    throw new Error(`${numbers.length} numbers are no records of ${size}`);
  }
  return Uint32Array.from(numbers);
}

/** Most texts have none, and there are millions: this is much faster than an expression. */
function hasLineEnd(text: string): boolean {
  return text.includes('\n') || text.includes('\r');
}

/** Comments end with their line. */
function oneLine(text: string): string {
  return text.replaceAll(/\s*\r?\n\s*/g, ' ⏎ ').replaceAll('\r', ' ');
}
