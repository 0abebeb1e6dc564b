import { softmaxRule } from '../softmaxGradient.js';

/** Softmax: y·(s - sum(s·y)). */
export const rule = softmaxRule('Softmax', (c, signal, sum) => {
  const weighted = c.emit('Mul', [signal, c.output()]);
  return c.emit('Sub', [weighted, c.emit('Mul', [c.output(), sum(weighted)])]);
});
