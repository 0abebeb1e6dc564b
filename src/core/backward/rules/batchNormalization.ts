import { floatAttribute, intAttribute } from '../../onnx/attributes.js';
import { elementCount } from '../../tensor.js';
import { lazily, sumOverMaps, toInputs } from '../signals.js';
import { perChannel, standardisation } from '../standardisation.js';
import type { BackwardContext, InputSignals, OperatorRule, ValueName } from '../rule.js';

/**
 * BatchNormalization: y = scale·x^ + bias with x^ = (x - mean) / sqrt(var + epsilon); the statistics are inputs, or
 * those of the batch where `training_mode` says so.
 */
export const rule: OperatorRule = {
  kind: 'normalization',
  opType: 'BatchNormalization',
  domain: '',
  opsets: { min: 7 },
  saves: { inputs: [0, 1, 3, 4] },
  gradient: (c) => {
    const signal = c.signal();
    if (signal === undefined) {
      return new Map();
    }
    const epsilon = floatAttribute(c.node, 'epsilon') ?? 1e-5;
    return intAttribute(c.node, 'training_mode') === 1
      ? byBatch(c, signal, epsilon)
      : byInputs(c, signal, epsilon);
  },
};

/**
 * The statistics depend on x: scale/sqrt(var + epsilon)·(s - mean(s) - x^·mean(s·x^)) arrives there. The inputs for the
 * running ones take no part in y.
 */
function byBatch(c: BackwardContext, signal: ValueName, epsilon: number): InputSignals {
  const shape = c.inputShape(0);
  const axes = [...shape.keys()].filter((axis) => axis !== 1);
  const standardised = standardisation(c, () => c.input(0), axes, epsilon);
  const atScale = lazily(() => sumOverMaps(c, c.emit('Mul', [signal, standardised().standard])));
  const atBias = lazily(() => sumOverMaps(c, signal));
  const share = (shape[1] ?? 1) / elementCount(shape);
  const mean = (sum: ValueName): ValueName => perChannel(c, c.emit('Mul', [sum, c.float(share)]));
  const atInput = (): ValueName => {
    const { deviation, standard } = standardised();
    const along = c.emit('Mul', [standard, mean(atScale())]);
    const across = c.emit('Sub', [c.emit('Sub', [signal, mean(atBias())]), along]);
    return c.emit('Mul', [across, c.emit('Div', [perChannel(c, c.input(1)), deviation])]);
  };
  return toInputs(c, [atInput, atScale, atBias]);
}

/** y is linear in x, and the statistics are parameters like scale and bias. */
function byInputs(c: BackwardContext, signal: ValueName, epsilon: number): InputSignals {
  const variance = lazily(() => c.emit('Add', [c.input(4), c.float(epsilon)]));
  const deviation = lazily(() => c.emit('Sqrt', [variance()]));
  const factor = lazily(() => c.emit('Div', [c.input(1), deviation()]));
  const sum = lazily(() => sumOverMaps(c, signal));
  const sumOfCentred = lazily(() => {
    const centred = c.emit('Sub', [c.input(0), perChannel(c, c.input(3))]);
    return sumOverMaps(c, c.emit('Mul', [signal, centred]));
  });
  return toInputs(c, [
    () => c.emit('Mul', [signal, perChannel(c, factor())]),
    () => c.emit('Div', [sumOfCentred(), deviation()]),
    sum,
    () => c.emit('Neg', [c.emit('Mul', [factor(), sum()])]),
    () => {
      const slope = c.emit('Mul', [c.emit('Div', [factor(), variance()]), c.float(-0.5)]);
      return c.emit('Mul', [slope, sumOfCentred()]);
    },
  ]);
}
