/** Another activation function in place of the node that a network has there. */

import { UserError } from '../errors.js';
import { codeOf } from '../onnx/dataTypes.js';
import { makeNode } from '../onnx/makeNode.js';
import type { Constant, Graph, Node } from '../onnx/model.js';
import type { ActivationFunction, ParameterValues } from './activation.js';

/**
 * The graph with `node` replaced by an activation function of its first input.
 * @throws UserError where the model's operator set is too old for it
 */
export function withActivation(
  graph: Graph,
  opset: number,
  node: Node,
  activation: ActivationFunction,
  parameters: ParameterValues,
): Graph {
  const [input = '', output = ''] = [node.inputs[0], node.outputs[0]];
  const prefix = `${node.name}.swapped`;
  const constants = new Map(graph.constants);
  const constant = (value: number): string => {
    const name = `${prefix}.constant.${constants.size}`;
    const bytes = new Uint8Array(Float32Array.of(value).buffer);
    const made: Constant = {
      name,
      dtype: 'float32',
      typeCode: codeOf('float32'),
      shape: [],
      data: { kind: 'inline', bytes },
    };
    constants.set(name, made);
    return name;
  };
  const named = (value: string): string =>
    value === 'x' ? input : value === 'y' ? output : `${prefix}.${value}`;
  const nodes = activation
    .nodes(parameters)
    .map(({ opType, inputs, output: result, attributes = {}, since = 1 }, at): Node => {
      if (opset < since) {
        throw new UserError(
          `${activation.name} needs operator ${opType} of opset ${since}, and the model is of opset ${opset}; export it with a newer one`,
        );
      }
      const read = inputs.map((each) => (typeof each === 'number' ? constant(each) : named(each)));
      return makeNode(`${prefix}.${opType}_${at}`, opType, read, [named(result)], attributes);
    });
  return {
    ...graph,
    constants,
    nodes: graph.nodes.flatMap((each) => (each === node ? nodes : [each])),
  };
}
