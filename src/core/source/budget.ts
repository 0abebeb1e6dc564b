/** How much work one source may be to read: counted in steps, not in time, so that it is the same on every machine. */

import { OutOfBudget } from './interpreter.js';

/** Ten times what the largest model definitions of torchvision take, which is some seconds of a processor. */
export const FILE_STEPS = 500_000;
/** Parsing so many characters takes about as long as a step. */
const CHARACTERS_A_STEP = 10;

/** What is left for a file, all ways to run it and all files that it imports together. */
export class Budget {
  private left: number;

  constructor(private readonly steps = FILE_STEPS) {
    this.left = steps;
  }

  get isSpent(): boolean {
    return this.left < 0;
  }

  /** Why a source was given up. @param files how many it was read from */
  reason(files: number): string {
    const read = files === 1 ? 'it' : `it and what it imports (${files} files)`;
    return `given up after ${this.steps.toLocaleString('en')} steps: ${read} would take longer to follow`;
  }

  /** @throws OutOfBudget where nothing is left, now and ever after */
  spend(steps: number): void {
    this.left -= steps;
    if (this.isSpent) {
      throw new OutOfBudget('the file takes too many steps');
    }
  }

  spendOnParsing(text: string): void {
    this.spend(text.length / CHARACTERS_A_STEP);
  }
}
