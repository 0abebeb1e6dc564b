/** The stack traces that PyTorch's exporter leaves in the metadata of nodes. */

import type { Network } from '../network/network.js';
import type { SourceRange } from './positions.js';

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
 * The line that made each layer: that of the innermost frame that lies in one of the files. A line counts only where
 * it reads as it did when the model was exported, or where exactly one line of the file reads so now.
 * @param texts what the files hold now
 */
export function tracedLines(
  network: Network,
  texts: ReadonlyMap<string, string>,
): ReadonlyMap<string, SourceRange> {
  const files = [...texts].map(([file, text]) => readLines(file, text));
  const found = new Map<string, SourceRange>();
  for (const { name, node } of network.layers) {
    const trace = node.metadata.get('pkg.torch.onnx.stack_trace');
    const frames = trace === undefined ? [] : [...parseStackTrace(trace)].reverse();
    for (const frame of frames) {
      const file = fileOf(frame, files);
      if (file !== undefined) {
        const range = rangeNow(frame, file);
        if (range !== undefined) {
          found.set(name, range);
        }
        // Where the innermost line has changed, an outer one would be about more than this layer.
        break;
      }
    }
  }
  return found;
}

interface Lines {
  readonly file: string;
  readonly lines: readonly string[];
  /** Line numbers by what stands there, without the spaces around it. */
  readonly places: ReadonlyMap<string, readonly number[]>;
}

function readLines(file: string, text: string): Lines {
  const lines = text.split(/\r?\n/);
  const places = new Map<string, number[]>();
  lines.forEach((line, place) => {
    const key = line.trim();
    const known = places.get(key);
    if (known === undefined) {
      places.set(key, [place]);
    } else {
      known.push(place);
    }
  });
  return { file, lines, places };
}

/** The file of a frame: the one of its name, whose folders are the same the furthest up. */
function fileOf(frame: TraceFrame, files: readonly Lines[]): Lines | undefined {
  const likeness = ({ file }: Lines): number => {
    const [one, two] = [frame.file, file].map((path) => path.split(/[\\/]/).reverse());
    const differs = one?.findIndex((part, place) => part !== two?.[place]) ?? 0;
    return differs === -1 ? Infinity : differs;
  };
  const [best] = [...files].sort((a, b) => likeness(b) - likeness(a));
  return best !== undefined && likeness(best) > 0 ? best : undefined;
}

function rangeNow({ line, text }: TraceFrame, { file, lines, places }: Lines): SourceRange | undefined {
  const same = lines[line]?.trim() === text ? [line] : (places.get(text) ?? []);
  const [now, ...others] = same;
  if (text === '' || now === undefined || others.length > 0) {
    return undefined;
  }
  const code = lines[now] ?? '';
  const start = { line: now, column: code.length - code.trimStart().length };
  return { file, start, end: { line: now, column: code.trimEnd().length } };
}
