/** What looks wrong in a graph before anything is run. */

import type { Network } from '../network.js';
import { intAttribute } from '../onnx/attributes.js';
import { readsOf } from '../onnx/graphIndex.js';
import type { GraphIndex } from '../onnx/graphIndex.js';
import type { Node } from '../onnx/model.js';
import { pixelTensors } from '../onnx/pixels.js';
import type { Shapes } from '../onnx/shapes.js';
import { inferenceFor } from '../onnx/shapes/registry.js';

export interface Problem {
  /** One line that names the node or the tensor. */
  readonly message: string;
  /** Node that it is about, where it is about one. */
  readonly node?: string;
}

/** Looks for problems that a person should know of; none of them keeps the network from running. */
export function findProblems({ index, shapes, input }: Network): readonly Problem[] {
  const pixels = pixelTensors(index, shapes, input.name);
  return [
    ...unknownOperators(index),
    ...index.graph.nodes.flatMap((node) => trainingMode(node, shapes)),
    ...linearPairs(index, shapes, pixels),
    ...doublePrecision(index, shapes),
    ...unusedConstants(index),
  ];
}

function unknownOperators(index: GraphIndex): readonly Problem[] {
  const seen = new Set<string>();
  return index.graph.nodes.flatMap((node) => {
    const key = `${node.domain}.${node.opType}`;
    const isKnown = inferenceFor(node.domain, node.opType) !== undefined || node.body !== undefined;
    if (isKnown || seen.has(key)) {
      return [];
    }
    seen.add(key);
    const domain = node.domain === '' ? '' : ` of domain ${node.domain}`;
    return [
      {
        message: `operator ${node.opType}${domain} is not known; first at node '${node.name}'`,
        node: node.name,
      },
    ];
  });
}

/** Dropout and BatchNormalization that were exported while training. */
function trainingMode(node: Node, shapes: Shapes): readonly Problem[] {
  const isTraining =
    (node.opType === 'BatchNormalization' && intAttribute(node, 'training_mode') === 1) ||
    (node.opType === 'Dropout' && shapes.valuesOf(node.inputs[2] ?? '')?.[0] === 1);
  return isTraining
    ? [
        {
          message: `node '${node.name}' (${node.opType}) is in training mode; export the model after model.eval()`,
          node: node.name,
        },
      ]
    : [];
}

const LINEAR: readonly string[] = ['Conv', 'ConvTranspose', 'Gemm', 'MatMul'];
/** Operators that keep a linear map linear. */
const PASSING: readonly string[] = [
  ...['Identity', 'Dropout', 'Flatten', 'Reshape', 'Squeeze', 'Unsqueeze', 'Transpose', 'Cast'],
  ...['BatchNormalization'],
];

/**
 * Two linear layers in a row that could be one. What is made so on purpose is left out: a convolution taken apart
 * into a depthwise and a pointwise one, and a bottleneck.
 */
function linearPairs(index: GraphIndex, shapes: Shapes, pixels: ReadonlySet<string>): readonly Problem[] {
  const pairs = index.graph.nodes.flatMap((node): (readonly [Node, Node])[] => {
    const before = isLinear(node, pixels) ? linearBefore(node, index, pixels) : undefined;
    return before === undefined || narrows(before, shapes) ? [] : [[before, node]];
  });
  const [first] = pairs;
  if (first === undefined) {
    return [];
  }
  const [before, node] = first;
  const others = pairs.length === 1 ? '' : `, and so in ${pairs.length - 1} more places`;
  return [
    {
      message: `nothing non-linear lies between node '${before.name}' (${before.opType}) and node '${node.name}' (${node.opType})${others}; the two amount to one linear layer`,
      node: node.name,
    },
  ];
}

/** The linear layer whose result reaches `node` unbent. */
function linearBefore(node: Node, index: GraphIndex, pixels: ReadonlySet<string>): Node | undefined {
  let before = index.producer(node.inputs.find((input) => pixels.has(input)) ?? '');
  while (before !== undefined && (PASSING.includes(before.opType) || addsConstant(before, pixels))) {
    before = index.producer(before.inputs.find((input) => pixels.has(input)) ?? '');
  }
  return before !== undefined && isLinear(before, pixels) ? before : undefined;
}

/** One operand is constant, and all maps are mixed. */
function isLinear(node: Node, pixels: ReadonlySet<string>): boolean {
  return (
    LINEAR.includes(node.opType) &&
    (intAttribute(node, 'group') ?? 1) === 1 &&
    node.inputs.slice(0, 2).filter((input) => pixels.has(input)).length === 1
  );
}

/** True where a linear layer has fewer outputs than inputs: it limits the rank of what follows. */
function narrows(node: Node, shapes: Shapes): boolean {
  const axis = node.opType === 'MatMul' || node.opType === 'Gemm' ? -1 : 1;
  const [from, to] = [node.inputs[0], node.outputs[0]].map((tensor) =>
    shapes.shapeOf(tensor ?? '')?.at(axis),
  );
  return typeof from === 'number' && typeof to === 'number' && to < from;
}

function addsConstant(node: Node, pixels: ReadonlySet<string>): boolean {
  return node.opType === 'Add' && node.inputs.filter((input) => pixels.has(input)).length === 1;
}

function doublePrecision(index: GraphIndex, shapes: Shapes): readonly Problem[] {
  const node = index.graph.nodes.find((each) =>
    each.outputs.some((output) => shapes.typeOf(output) === 'float64'),
  );
  return node === undefined
    ? []
    : [
        {
          message: `the model computes in float64 from node '${node.name}' (${node.opType}) on; export it in float32`,
          node: node.name,
        },
      ];
}

function unusedConstants(index: GraphIndex): readonly Problem[] {
  const outputs = index.graph.outputs.map(({ name }) => name);
  const used = new Set([...index.graph.nodes.flatMap(allReads), ...outputs]);
  const unused = [...index.graph.constants.keys()].filter((name) => !used.has(name));
  const [first] = unused;
  if (first === undefined) {
    return [];
  }
  const message =
    unused.length === 1
      ? `initializer '${first}' is used by no node`
      : `initializers '${first}' and ${unused.length - 1} more are used by no node`;
  return [{ message }];
}

function allReads(node: Node): readonly string[] {
  return [...readsOf(node), ...(node.body ?? []).flatMap(allReads)];
}
