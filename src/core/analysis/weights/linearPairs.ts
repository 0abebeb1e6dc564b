/** Which linear layers follow each other with nothing non-linear between them? Told from the graph alone. */

import type { Network } from '../../network/network.js';
import { intAttribute } from '../../onnx/attributes.js';
import type { Node } from '../../onnx/model.js';
import type { Shapes } from '../../onnx/shapes.js';
import { atOnce, each } from '../../steps.js';
import type { Steps } from '../../steps.js';

/** Two linear layers that are one linear map: the only way out of the first leads, unbent, into the second. */
export interface LinearPair {
  /** What the first layer reads of the data. */
  readonly from: string;
  readonly first: Node;
  /** From the first to the second. */
  readonly between: readonly Node[];
  readonly second: Node;
}

const LAYERS: readonly string[] = ['Conv', 'ConvTranspose', 'Gemm', 'MatMul'];
/** Operators whose result is linear in their first input, when the others are constant. */
const LINEAR: readonly string[] = [
  ...['Identity', 'Flatten', 'Reshape', 'Squeeze', 'Unsqueeze', 'Transpose', 'Slice', 'Pad', 'Neg'],
  ...['AveragePool', 'GlobalAveragePool', 'ReduceMean', 'ReduceSum', 'Resize', 'Upsample'],
  ...['DepthToSpace', 'SpaceToDepth'],
];
/** Operators that are linear (or add a constant) when one of their two operands is constant. */
const WITH_CONSTANT: readonly string[] = ['Add', 'Sub', 'Mul'];
const FLOATS: readonly unknown[] = ['float16', 'bfloat16', 'float32', 'float64'];

type Wiring = Pick<Network, 'index' | 'shapes' | 'pixels'>;

/** Every pair of a network, in the order of the second layers. */
export function linearPairs(network: Wiring): readonly LinearPair[] {
  return atOnce(linearPairsSteps(network));
}

/** The same in steps. */
export function* linearPairsSteps({ index, shapes, pixels }: Wiring): Steps<readonly LinearPair[]> {
  const outputs = new Set(index.graph.outputs.map(({ name }) => name));
  const pairs: LinearPair[] = [];
  yield* each(index.graph.nodes, (second) => {
    if (!isLinearLayer(second, pixels)) {
      return;
    }
    const between: Node[] = [];
    for (let tensor = dataInput(second, pixels); tensor !== undefined;) {
      const node = index.producer(tensor);
      // What another node or the caller reads has to stay.
      if (node === undefined || outputs.has(tensor) || index.consumers(tensor).length > 1) {
        break;
      }
      if (isLinearLayer(node, pixels)) {
        const from = dataInput(node, pixels) ?? '';
        pairs.push({ from, first: node, between: between.reverse(), second });
        return;
      }
      if (!isLinear(node, pixels, shapes)) {
        break;
      }
      between.push(node);
      tensor = dataInput(node, pixels);
    }
  });
  return pairs;
}

/** The one input that the image's pixels reach; undefined where there is none or are several. */
function dataInput(node: Node, pixels: ReadonlySet<string>): string | undefined {
  const [tensor, ...others] = node.inputs.filter((each) => pixels.has(each));
  return others.length === 0 ? tensor : undefined;
}

/** A convolution or matrix product of the data with constants. */
function isLinearLayer(node: Node, pixels: ReadonlySet<string>): boolean {
  if (node.domain !== '' || !LAYERS.includes(node.opType)) {
    return false;
  }
  const data = dataInput(node, pixels);
  return data !== undefined && node.inputs[2] !== data;
}

function isLinear(node: Node, pixels: ReadonlySet<string>, shapes: Shapes): boolean {
  const data = dataInput(node, pixels);
  if (node.domain !== '' || data === undefined) {
    return false;
  }
  switch (node.opType) {
    case 'BatchNormalization':
      return node.inputs[0] === data && !isTraining(node, shapes);
    case 'Dropout':
      return !isTraining(node, shapes);
    case 'Div':
      return node.inputs[0] === data;
    case 'Cast':
      return FLOATS.includes(shapes.typeOf(node.outputs[0] ?? ''));
    default:
      return WITH_CONSTANT.includes(node.opType) || (LINEAR.includes(node.opType) && node.inputs[0] === data);
  }
}

/** True for a Dropout or BatchNormalization that was exported while training. */
export function isTraining(node: Node, shapes: Shapes): boolean {
  return (
    (node.opType === 'BatchNormalization' && intAttribute(node, 'training_mode') === 1) ||
    (node.opType === 'Dropout' && shapes.valuesOf(node.inputs[2] ?? '')?.[0] === 1)
  );
}
