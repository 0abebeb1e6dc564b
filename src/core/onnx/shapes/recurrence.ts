/** Recurrent layers, as readers of text in images have them. */

import { intAttribute, stringAttribute } from '../attributes.js';
import { at } from './dimensions.js';
import { forAll } from './inference.js';
import type { Inference, InferenceTable } from './inference.js';

const recurrent: Inference = (c) => {
  const { shape: x, dtype } = c.input(0);
  const isBatchFirst = intAttribute(c.node, 'layout') === 1;
  const directions = stringAttribute(c.node, 'direction') === 'bidirectional' ? 2 : 1;
  const hidden = intAttribute(c.node, 'hidden_size') ?? at(c.input(2).shape, 2);
  const [length, batch] = isBatchFirst ? [at(x, 1), at(x, 0)] : [at(x, 0), at(x, 1)];
  const state = isBatchFirst ? [batch, directions, hidden] : [directions, batch, hidden];
  const all = isBatchFirst ? [batch, length, directions, hidden] : [length, directions, batch, hidden];
  return [
    { dtype, shape: all },
    { dtype, shape: state },
    { dtype, shape: state },
  ];
};

export const RECURRENCES: InferenceTable = forAll(['RNN', 'GRU', 'LSTM'], recurrent);
