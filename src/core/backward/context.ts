/** What a rule sees of its node: the forward side by static shapes and saved values, the backward side to emit into. */

import { UserError } from '../errors.js';
import type { Attribute, Graph, Node } from '../onnx/model.js';
import type { Shapes } from '../onnx/shapes.js';
import { int } from '../onnx/attributes.js';
import { elementCount } from '../tensor.js';
import type { DataType } from '../tensor.js';
import { backwardType } from './graphBuilder.js';
import type { GraphBuilder } from './graphBuilder.js';
import type { BackwardContext, Method, NormalizationMode, OperatorRule, ValueName } from './rule.js';

/** What every node of one backward graph shares. */
export interface BackwardSetting {
  readonly graph: Graph;
  readonly shapes: Shapes;
  readonly method: Method;
  readonly normalization: NormalizationMode;
  readonly builder: GraphBuilder;
  /** True where a signal is wanted: at the tensors that are asked for and all that depend on them. */
  isWanted(tensor: string): boolean;
}

/**
 * The context of one node.
 * @param signal the signal at an output of the node, undefined where none arrives
 */
export function contextOf(
  setting: BackwardSetting,
  node: Node,
  rule: OperatorRule,
  opset: number,
  signal: (output: number) => ValueName | undefined,
): BackwardContext {
  const { graph, shapes, builder, method, normalization } = setting;
  const place = `node '${node.name}' (${node.opType})`;

  const tensorAt = (side: 'inputs' | 'outputs', index: number): string => {
    const tensor = node[side][index];
    if (tensor === undefined || tensor === '') {
      throw new UserError(`${place} has no ${side.slice(0, -1)} ${index}, which its operator needs`);
    }
    return tensor;
  };
  const shapeOf = (tensor: string): readonly number[] => {
    const shape = shapes.staticShapeOf(tensor);
    if (shape === undefined) {
      throw new UserError(
        `${place}: the shape of tensor '${tensor}' cannot be told without running the model; export the model with a fixed input size`,
      );
    }
    return shape;
  };
  const typeOf = (tensor: string): DataType => shapes.typeOf(tensor) ?? 'float32';
  const forwardValue = (side: 'inputs' | 'outputs', index: number): ValueName => {
    const listed = rule.saves[side];
    if (listed !== 'all' && listed?.includes(index) !== true) {
      throw new Error(`the rule for ${rule.opType} reads ${side}[${index}] and does not list it in 'saves'`);
    }
    const tensor = tensorAt(side, index);
    const constant = graph.constants.get(tensor);
    return constant === undefined
      ? builder.saveTensor(tensor, typeOf(tensor), shapes.staticShapeOf(tensor))
      : builder.useConstant(constant);
  };
  const emitMany = (
    opType: string,
    inputs: readonly (ValueName | undefined)[],
    outputs: number,
    attributes?: Record<string, Attribute>,
  ): readonly ValueName[] => builder.emit(node.name, opType, inputs, outputs, attributes);
  const emit = (
    opType: string,
    inputs: readonly (ValueName | undefined)[],
    attributes?: Record<string, Attribute>,
  ): ValueName => {
    const [value] = emitMany(opType, inputs, 1, attributes);
    if (value === undefined) {
      throw new Error('a node has at least one output');
    }
    return value;
  };
  const int64 = (values: number | readonly number[]): ValueName =>
    typeof values === 'number'
      ? builder.addConstant('int64', [values], [])
      : builder.addConstant('int64', values, [values.length]);

  return {
    node,
    method,
    normalization,
    opset,
    signal: (index = 0) => signal(index),
    needs: (index) => setting.isWanted(node.inputs[index] ?? ''),
    input: (index) => forwardValue('inputs', index),
    output: (index = 0) => forwardValue('outputs', index),
    hasInput: (index) => (node.inputs[index] ?? '') !== '',
    isConstant: (index) => graph.constants.has(node.inputs[index] ?? ''),
    inputShape: (index) => shapeOf(tensorAt('inputs', index)),
    outputShape: (index = 0) => shapeOf(tensorAt('outputs', index)),
    inputType: (index) => backwardType(typeOf(tensorAt('inputs', index))),
    constantInput: (index) => shapes.valuesOf(node.inputs[index] ?? ''),
    emit,
    emitMany,
    float: (values, shape) =>
      typeof values === 'number'
        ? builder.addConstant(
            'float32',
            new Array<number>(elementCount(shape ?? [])).fill(values),
            shape ?? [],
          )
        : builder.addConstant('float32', values, shape ?? [values.length]),
    int64,
    unbroadcast(value, from, to) {
      const added = from.length - to.length;
      const axes = from.flatMap((size, axis) =>
        axis < added || (to[axis - added] === 1 && size !== 1) ? [axis] : [],
      );
      const summed =
        axes.length === 0 ? value : emit('ReduceSum', [value, int64(axes)], { keepdims: int(1) });
      return added === 0 ? summed : emit('Reshape', [summed, int64(to)]);
    },
  };
}
