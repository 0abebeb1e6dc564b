/** What a tool for language models is. */

import type { Services } from '../services.js';
import type { ToolAnswer } from './parts.js';

export interface Tool<Input> {
  /** What is being done, for the line that VS Code shows. */
  readonly doing: (input: Input) => string;
  /** Files that the input names. */
  readonly files: (input: Input) => readonly (string | undefined)[];
  /** Why to ask before running; undefined where the work is short. */
  readonly confirm?: (input: Input) => string;
  readonly run: (services: Services, input: Input, signal: AbortSignal) => Promise<ToolAnswer>;
}
