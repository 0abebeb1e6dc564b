/** Brings a decoded graph into the form that everything behind relies on. */

import { UserError } from '../errors.js';
import { each, filtered, mapped } from '../steps.js';
import type { Steps } from '../steps.js';
import { codeOf } from './dataTypes.js';
import { readsOf } from './graphIndex.js';
import { toInt64 } from './integers.js';
import type { Attribute, Constant, Graph, Node } from './model.js';

/**
 * Gives every node a unique name, turns Constant nodes into constants, and sorts nodes topologically.
 * @throws UserError naming the node where a tensor is made twice, read but never made, or part of a cycle
 */
export function* normalisedSteps(graph: Graph, file: string): Steps<Graph> {
  const lifted = yield* liftedConstantsSteps(yield* namedNodesSteps(graph));
  yield* checkWiringSteps(lifted, file);
  return { ...lifted, nodes: yield* sortedNodesSteps(lifted, file) };
}

function* namedNodesSteps(graph: Graph): Steps<Graph> {
  const taken = new Set<string>();
  const nodes = yield* mapped(graph.nodes, (node) => {
    if (node.name !== '' && !taken.has(node.name)) {
      taken.add(node.name);
      return node;
    }
    // Outputs are unique, so a name made of one is free unless the file plays tricks.
    const made = `${node.opType}_${node.outputs.find((output) => output !== '') ?? ''}`;
    let name = made;
    for (let count = 2; taken.has(name); count++) {
      name = `${made}_${count}`;
    }
    taken.add(name);
    return { ...node, name };
  });
  return { ...graph, nodes };
}

function* liftedConstantsSteps(graph: Graph): Steps<Graph> {
  const isConstant = ({ opType, domain }: Node): boolean => opType === 'Constant' && domain === '';
  if (!graph.nodes.some(isConstant)) {
    return graph;
  }
  const constants = new Map(graph.constants);
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const nodes = yield* filtered(graph.nodes, (node) => {
    const output = node.outputs[0];
    if (!isConstant(node) || output === undefined || outputs.has(output)) {
      return true;
    }
    const constant = constantOfNode(node, output);
    if (constant === undefined || constants.has(output)) {
      return true;
    }
    constants.set(output, constant);
    return false;
  });
  return { ...graph, nodes, constants };
}

function constantOfNode(node: Node, name: string): Constant | undefined {
  const attribute = (key: string): Attribute | undefined => node.attributes.get(key);
  const tensor = attribute('value');
  if (tensor?.type === 'tensor') {
    return { ...tensor.value, name };
  }
  const float = attribute('value_float') ?? attribute('value_floats');
  if (float?.type === 'float' || float?.type === 'floats') {
    const values = Float32Array.from([float.value].flat());
    return inline(name, 'float32', float.type === 'float' ? [] : [values.length], values);
  }
  const int = attribute('value_int') ?? attribute('value_ints');
  if (int?.type === 'int' || int?.type === 'ints') {
    const values = BigInt64Array.from([int.value].flat(), toInt64);
    return inline(name, 'int64', int.type === 'int' ? [] : [values.length], values);
  }
  return undefined;
}

function inline(
  name: string,
  dtype: 'float32' | 'int64',
  shape: readonly number[],
  values: Float32Array | BigInt64Array,
): Constant {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { name, dtype, typeCode: codeOf(dtype), shape, data: { kind: 'inline', bytes } };
}

function* checkWiringSteps(graph: Graph, file: string): Steps<void> {
  const inputs = new Set(graph.inputs.map(({ name }) => name));
  const makers = new Map<string, Node>();
  const makerOf = (tensor: string): string | undefined => {
    const node = makers.get(tensor);
    if (node !== undefined) {
      return `node '${node.name}' (${node.opType})`;
    }
    return graph.constants.has(tensor)
      ? 'an initializer'
      : inputs.has(tensor)
        ? 'the graph’s inputs'
        : undefined;
  };
  yield* each(graph.nodes, (node) => {
    for (const output of node.outputs.filter((name) => name !== '')) {
      const other = makerOf(output);
      if (other !== undefined) {
        throw new UserError(
          `${file}: tensor '${output}' is made twice, by node '${node.name}' (${node.opType}) and by ${other}; the model is not valid ONNX`,
        );
      }
      makers.set(output, node);
    }
  });
  const isMade = (tensor: string): boolean =>
    makers.has(tensor) || graph.constants.has(tensor) || inputs.has(tensor);
  yield* each(graph.nodes, (node) => {
    const missing = readsOf(node).find((input) => !isMade(input));
    if (missing !== undefined) {
      throw new UserError(
        `${file}: node '${node.name}' (${node.opType}) reads tensor '${missing}', which nothing makes; the model is not valid ONNX`,
      );
    }
  });
  const dangling = graph.outputs.find(({ name }) => !isMade(name));
  if (dangling !== undefined) {
    throw new UserError(`${file}: output '${dangling.name}' is made by no node; the model is not valid ONNX`);
  }
}

/** Kahn's algorithm, keeping the file's order where it is already topological. */
function* sortedNodesSteps(graph: Graph, file: string): Steps<readonly Node[]> {
  const made = new Set(graph.inputs.map(({ name }) => name));
  const isMissing = (tensor: string): boolean => !made.has(tensor) && !graph.constants.has(tensor);
  const waiting = new Map<string, { node: Node; missing: number }[]>();
  const order: Node[] = [];
  const ready: Node[] = [];

  const finish = (start: Node): void => {
    ready.push(start);
    for (let node = ready.pop(); node !== undefined; node = ready.pop()) {
      order.push(node);
      for (const output of node.outputs) {
        made.add(output);
        for (const waiter of waiting.get(output) ?? []) {
          waiter.missing--;
          if (waiter.missing === 0) {
            ready.push(waiter.node);
          }
        }
      }
    }
  };

  yield* each(graph.nodes, (node) => {
    const missing = new Set(readsOf(node).filter(isMissing));
    if (missing.size === 0) {
      finish(node);
      return;
    }
    const waiter = { node, missing: missing.size };
    for (const input of missing) {
      const waiters = waiting.get(input);
      if (waiters === undefined) {
        waiting.set(input, [waiter]);
      } else {
        waiters.push(waiter);
      }
    }
  });
  if (order.length < graph.nodes.length) {
    const done = new Set(order);
    const stuck = graph.nodes.find((node) => !done.has(node));
    throw new UserError(
      `${file}: node '${stuck?.name ?? ''}' (${stuck?.opType ?? ''}) depends on its own output; the graph has a cycle and is not valid ONNX`,
    );
  }
  return order;
}
