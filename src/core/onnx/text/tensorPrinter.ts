/** Prints tensors: their type, and their data or where they lie. */

import { toNumber } from '../schema.js';
import type { TensorProto } from '../proto/messages.js';
import { quoted, tensorHead } from './literals.js';
import { countText, isElided, tensorData } from './tensorText.js';
import type { TextWriter } from './writer.js';

export class TensorPrinter {
  /** @param describe what to say in a comment of a tensor whose data are left out */
  constructor(
    private readonly out: TextWriter,
    private readonly describe: (tensor: TensorProto) => string | undefined,
  ) {}

  type({ dataType, dims, name }: TensorProto): string {
    const head = tensorHead(dataType, dims.map(toNumber));
    if (head === undefined) {
      this.out.lose('type', `${quoted(name)} has the unknown data type ${dataType}`);
    }
    return head ?? 'uint8';
  }

  data(tensor: TensorProto): void {
    const { text, loss } = tensorData(tensor);
    this.out.write(text);
    if (loss !== undefined) {
      this.out.lose('data', loss);
    }
    if (isElided(tensor)) {
      const description = this.describe(tensor);
      this.out.note([countText(tensor), ...(description === undefined ? [] : [description])].join(', '));
    }
  }
}
