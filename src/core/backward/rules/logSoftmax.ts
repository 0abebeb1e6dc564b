import { softmaxRule } from '../softmaxGradient.js';

/** LogSoftmax: s - exp(y)·sum(s). */
export const rule = softmaxRule('LogSoftmax', (c, signal, sum) =>
  c.emit('Sub', [signal, c.emit('Mul', [c.emit('Exp', [c.output()]), sum(signal)])]),
);
