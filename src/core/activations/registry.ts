/** All activation functions, and which of them a node of a network is. */

import { UserError } from '../errors.js';
import { floatAttribute } from '../onnx/attributes.js';
import { clipBounds } from '../network/layerDetail.js';
import type { Node } from '../onnx/model.js';
import type { Shapes } from '../onnx/shapes.js';
import type { ActivationFunction, ParameterValues } from './activation.js';
import { RECTIFIERS } from './rectifiers.js';
import { SMOOTH } from './smooth.js';

const { heaviside, linear, relu, leakyRelu, pRelu, relu6, hardSigmoid, hardSwish } = RECTIFIERS;
const { logistic, tanh, elu, selu, celu, softplus, swish, gelu, mish } = SMOOTH;

/** In the order in which they are usually told. */
export const ACTIVATIONS: readonly ActivationFunction[] = [
  ...[heaviside, linear, logistic, tanh, relu, leakyRelu, pRelu, relu6, elu, selu, celu],
  ...[swish, gelu, mish, softplus, hardSigmoid, hardSwish],
];

/** @throws UserError for an unknown name */
export function activationNamed(id: string): ActivationFunction {
  const found = ACTIVATIONS.find((each) => each.id === id);
  if (found === undefined) {
    throw new UserError(
      `there is no activation function '${id}'; there are ${ACTIVATIONS.map((each) => each.id).join(', ')}`,
    );
  }
  return found;
}

/** A function with its parameters set. */
export interface ActivationChoice {
  readonly activation: ActivationFunction;
  readonly parameters: ParameterValues;
}

/** The function that a node computes of its first input; undefined for a node that is none of the table. */
export function activationOf(node: Node, shapes: Shapes): ActivationChoice | undefined {
  const attribute = (name: string, usual: number): number => floatAttribute(node, name) ?? usual;
  const plain = (activation: ActivationFunction, ...parameters: number[]): ActivationChoice => ({
    activation,
    parameters,
  });
  switch (node.opType) {
    case 'Relu':
      return plain(relu);
    case 'LeakyRelu':
      return plain(leakyRelu, attribute('alpha', 0.01));
    case 'PRelu': {
      // One slope for all channels, or the mean of theirs.
      const slopes = shapes.valuesOf(node.inputs[1] ?? '');
      return slopes === undefined || slopes.length === 0
        ? plain(pRelu, 0.25)
        : plain(pRelu, slopes.reduce((sum, slope) => sum + slope, 0) / slopes.length);
    }
    case 'Clip': {
      const [low, high] = clipBounds(node, shapes);
      return low !== 0 ? undefined : high === undefined ? plain(relu) : plain(relu6, high);
    }
    case 'Elu':
      return plain(elu, attribute('alpha', 1));
    case 'Selu':
      return plain(selu);
    case 'Celu':
      return plain(celu, attribute('alpha', 1));
    case 'Sigmoid':
      return plain(logistic);
    case 'Tanh':
      return plain(tanh);
    case 'Softplus':
      return plain(softplus, 1);
    case 'Swish':
      return plain(swish, attribute('alpha', 1));
    case 'QuickGelu':
      return plain(swish, attribute('alpha', 1.702));
    case 'Gelu':
      return plain(gelu);
    case 'Mish':
      return plain(mish);
    case 'HardSigmoid':
      return attribute('beta', 0.5) === 0.5 ? plain(hardSigmoid, attribute('alpha', 0.2)) : undefined;
    case 'HardSwish':
      return plain(hardSwish);
    default:
      return undefined;
  }
}
