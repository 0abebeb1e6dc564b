/** Convolutions that onnxruntime's optimiser has fused with what follows, taken apart again. */

import { float, floatsAttribute, stringAttribute } from './attributes.js';
import { codeOf } from './dataTypes.js';
import type { Attribute, Constant, Model, Node } from './model.js';

/** Attributes of a FusedConv that a Conv does not have. */
const OWN: readonly string[] = ['activation', 'activation_params'];

/**
 * The model with each com.microsoft.FusedConv as the Conv, the Add of its fourth input and the activation function
 * that it stands for, so that each is a layer and has its rule; the model itself where there is none. The last of
 * them makes the fused node's output.
 */
export function withoutFusedConvs(model: Model): Model {
  const { graph } = model;
  if (!graph.nodes.some(isFused)) {
    return model;
  }
  const constants = new Map(graph.constants);
  const nodes = graph.nodes.flatMap((node) => (isFused(node) ? takenApart(node, constants) : node));
  return { ...model, graph: { ...graph, nodes, constants } };
}

function isFused({ domain, opType }: Node): boolean {
  return domain === 'com.microsoft' && opType === 'FusedConv';
}

/** One of the operators that are fused. */
interface Step {
  readonly opType: string;
  /** Inputs behind the value that comes from the step before. */
  readonly inputs: readonly string[];
  readonly attributes: ReadonlyMap<string, Attribute>;
}

function takenApart(node: Node, constants: Map<string, Constant>): readonly Node[] {
  const activation = activationOf(node, constants);
  if (activation === undefined) {
    return [node];
  }
  const [image = '', weight = '', bias = '', sum = ''] = node.inputs;
  const convolution = new Map([...node.attributes].filter(([name]) => !OWN.includes(name)));
  const steps: Step[] = [
    { opType: 'Conv', inputs: bias === '' ? [weight] : [weight, bias], attributes: convolution },
    ...(sum === '' ? [] : [{ opType: 'Add', inputs: [sum], attributes: new Map<string, Attribute>() }]),
    activation,
  ];
  let last = image;
  return steps.map(({ opType, inputs, attributes }, place): Node => {
    const isFirst = place === 0;
    const output = place === steps.length - 1 ? (node.outputs[0] ?? '') : `${node.name}_${opType}`;
    const made: Node = {
      name: isFirst ? node.name : `${node.name}_${opType}`,
      opType,
      domain: '',
      inputs: [last, ...inputs],
      outputs: [output],
      attributes,
      metadata: isFirst ? node.metadata : new Map(),
    };
    last = output;
    return made;
  });
}

/** The activation with its parameters; undefined for one that is not known. */
function activationOf(node: Node, constants: Map<string, Constant>): Step | undefined {
  const opType = stringAttribute(node, 'activation') ?? '';
  const [first = 0, second = 0] = floatsAttribute(node, 'activation_params') ?? [];
  const attributes = (entries: Record<string, number>): ReadonlyMap<string, Attribute> =>
    new Map(Object.entries(entries).map(([name, value]) => [name, float(value)]));
  switch (opType) {
    case 'Relu':
    case 'Tanh':
    case 'Sigmoid':
      return { opType, inputs: [], attributes: new Map() };
    case 'LeakyRelu':
      return { opType, inputs: [], attributes: attributes({ alpha: first }) };
    case 'HardSigmoid':
      return { opType, inputs: [], attributes: attributes({ alpha: first, beta: second }) };
    case 'Clip': {
      const bounds = [first, second].map((value, place) =>
        scalar(`${node.name}/${place === 0 ? 'min' : 'max'}`, value),
      );
      bounds.forEach((bound) => constants.set(bound.name, bound));
      return { opType, inputs: bounds.map(({ name }) => name), attributes: new Map() };
    }
    default:
      return undefined;
  }
}

function scalar(name: string, value: number): Constant {
  const bytes = new Uint8Array(Float32Array.of(value).buffer);
  return { name, dtype: 'float32', typeCode: codeOf('float32'), shape: [], data: { kind: 'inline', bytes } };
}
