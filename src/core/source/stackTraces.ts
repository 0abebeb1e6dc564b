/** The stack traces that PyTorch's exporter leaves in the metadata of nodes. */

import { basename } from 'node:path';

import type { Network } from '../network.js';
import type { SourceRange } from './values.js';

/** One line of a stack trace. */
export interface TraceFrame {
  readonly file: string;
  /** Zero-based. */
  readonly line: number;
  readonly function: string;
  /** The line's text when the model was exported, without the spaces around it. */
  readonly text: string;
}

const FRAME = /^\s*File "(.*)", line (\d+), in (.*)$/;

/** The frames of a trace, outermost first, as Python prints them. */
export function parseStackTrace(trace: string): readonly TraceFrame[] {
  const lines = trace.split('\n');
  return lines.flatMap((line, place): readonly TraceFrame[] => {
    const [, file, number, name] = FRAME.exec(line) ?? [];
    return file === undefined
      ? []
      : [
          {
            file,
            line: Number(number) - 1,
            function: name ?? '',
            text: (lines[place + 1] ?? '').trim(),
          },
        ];
  });
}

/**
 * The line of a file that made each layer, innermost where several frames lie in the file. A line counts only where
 * it reads as it did when the model was exported, or where exactly one line reads so now.
 * @param text what the file holds now
 */
export function tracedLines(network: Network, file: string, text: string): ReadonlyMap<string, SourceRange> {
  const lines = text.split(/\r?\n/);
  const places = new Map<string, number[]>();
  lines.forEach((line, place) => {
    const key = line.trim();
    places.set(key, [...(places.get(key) ?? []), place]);
  });
  const found = new Map<string, SourceRange>();
  for (const { name, node } of network.layers) {
    const trace = node.metadata.get('pkg.torch.onnx.stack_trace');
    const frame =
      trace === undefined
        ? undefined
        : parseStackTrace(trace).findLast(
            (each) => basename(each.file.replaceAll('\\', '/')) === basename(file),
          );
    const line = frame && lineNow(frame, lines, places);
    if (line !== undefined) {
      const code = lines[line] ?? '';
      const start = { line, column: code.length - code.trimStart().length };
      found.set(name, { file, start, end: { line, column: code.trimEnd().length } });
    }
  }
  return found;
}

function lineNow(
  { line, text }: TraceFrame,
  lines: readonly string[],
  places: ReadonlyMap<string, readonly number[]>,
): number | undefined {
  if (text === '') {
    return undefined;
  }
  if (lines[line]?.trim() === text) {
    return line;
  }
  const [moved, ...others] = places.get(text) ?? [];
  return others.length === 0 ? moved : undefined;
}
