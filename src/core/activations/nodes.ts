/** An activation function as ONNX nodes, in place of the node that a network has there. */

import { UserError } from '../errors.js';
import { float, int } from '../onnx/attributes.js';
import { codeOf } from '../onnx/dataTypes.js';
import { makeNode } from '../onnx/makeNode.js';
import type { Attribute, Constant, Graph, Node } from '../onnx/model.js';
import type { ActivationFunction, ParameterValues } from './activation.js';

/** A node between named values: `x` comes in, `y` goes out, a number is a constant. */
export interface NodeSketch {
  readonly opType: string;
  readonly inputs: readonly (string | number)[];
  readonly output: string;
  readonly attributes?: Readonly<Record<string, Attribute>>;
  /** First version of ONNX's operators with the operator. */
  readonly since?: number;
}

/** One operator that computes the whole function, with its attributes. */
export function single(
  opType: string,
  attributes: Readonly<Record<string, number>> = {},
  since = 6,
): NodeSketch[] {
  const floats = Object.entries(attributes).map(([name, value]) => [name, float(value)] as const);
  return [{ opType, inputs: ['x'], output: 'y', attributes: Object.fromEntries(floats), since }];
}

export const step = (
  opType: string,
  inputs: readonly (string | number)[],
  output: string,
  since = 7,
): NodeSketch => ({
  opType,
  inputs,
  output,
  since,
});

/** Float tensor from a bool one. */
export const toFloat = (input: string, output: string): NodeSketch => ({
  opType: 'Cast',
  inputs: [input],
  output,
  attributes: { to: int(codeOf('float32')) },
});

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
