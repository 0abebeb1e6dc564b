/**
 * Activation functions y = f(x): how each method gates the signal s that arrives at y.
 *
 * - **gradient**: s·f'(x). At a kink f' is the value that PyTorch uses: 0 for Relu at 0, 0 for Clip at its
 *   bounds (as in relu6 and hardtanh; torch.clamp alone has 1 there), the left-hand slope for LeakyRelu,
 *   PRelu, Elu, Selu and Celu.
 * - **deconvnet**: Zeiler & Fergus (2013, section 2.1) rectify the signal because the features of a ReLU
 *   network are positive and a valid reconstruction of them is so too. The signal is hence held to the range
 *   of the features that it reconstructs: where they are positive it becomes max(s, 0), where they are signed
 *   it passes unchanged. Neither reads the forward value x.
 * - **guided**: Springenberg et al. (2014, section 3.4) put backpropagation's gate and the deconvnet's in
 *   series, which is the gradient of the deconvnet's signal: max(s, 0)·f'(x) for positive features, s·f'(x) for
 *   signed ones. For Relu that is their mask of all entries where x or s is negative.
 *
 * Features are `positive` for the rectifiers whose negative branch is absent or a mere leak (Relu, LeakyRelu,
 * PRelu, Elu, Selu, Celu, Gelu, Swish, HardSwish, Mish, Softplus, ThresholdedRelu, Clip with min >= 0) and for
 * gates between 0 and 1 (Sigmoid, HardSigmoid). They are `signed` where negative outputs mean as much as
 * positive ones: Tanh, Softsign, Clip with a negative or absent min.
 */

import type { BackwardContext, GatedRule, InputSignals, RuleBase, ValueName } from './rule.js';
import { toFirstInput, toInputs } from './signals.js';
import type { Adjoint } from './signals.js';

/** Whether an activation's outputs are (essentially) positive or of either sign. */
export type Features = 'positive' | 'signed';

export interface Activation extends RuleBase {
  readonly features: Features | ((c: BackwardContext) => Features);
  /** Emits signal·f'(x). */
  differentiate(c: BackwardContext, signal: ValueName): ValueName;
  /**
   * Emit the signal times f's derivative by input 1, 2, ... (a slope, bounds), of x's shape. The deconvnet has no step
   * for them.
   */
  readonly parameters?: readonly ((c: BackwardContext, signal: ValueName) => ValueName)[];
}

/** Makes the rule of an activation function from its derivative. */
export function activation(definition: Activation): GatedRule {
  const { opType, domain, opsets, saves, features, differentiate, parameters = [] } = definition;
  const constrain = (c: BackwardContext, signal: ValueName): ValueName =>
    (typeof features === 'string' ? features : features(c)) === 'positive'
      ? c.emit('Relu', [signal])
      : signal;
  const backpropagate = (c: BackwardContext, gate: Adjoint): InputSignals =>
    toInputs(c, [
      (signal) => differentiate(c, gate(signal)),
      ...parameters.map(
        (slope, index): Adjoint =>
          (signal) =>
            c.unbroadcast(slope(c, gate(signal)), c.outputShape(), c.inputShape(index + 1)),
      ),
    ]);
  return {
    kind: 'gated',
    opType,
    domain,
    opsets,
    saves,
    gradient: (c) => backpropagate(c, (signal) => signal),
    deconvnet: (c) => toFirstInput(c, (signal) => constrain(c, signal)),
    guided: (c) => backpropagate(c, (signal) => constrain(c, signal)),
  };
}

/** Keeps the signal where `open` (a bool tensor) is true and puts zero elsewhere. */
export function mask(c: BackwardContext, open: ValueName, signal: ValueName): ValueName {
  return c.emit('Where', [open, signal, c.float(0)]);
}
