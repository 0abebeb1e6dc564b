/** Model-local functions, replaced by their bodies so that everything behind sees plain operators. */

import { UserError } from '../errors.js';
import { each } from '../steps.js';
import type { Steps } from '../steps.js';
import type { AttributeProto, FunctionProto, GraphProto, ModelProto, NodeProto } from './proto/messages.js';

const DEPTH_LIMIT = 64;

/**
 * The main graph of `model` with every call of a model-local function inlined, subgraphs included.
 * Inner names are prefixed with the call's name, so that they stay unique and readable.
 * @throws UserError where a function calls itself
 */
export function* inlinedFunctionsSteps(model: ModelProto, file: string): Steps<GraphProto | undefined> {
  if (!model.graph || model.functions.length === 0) {
    return model.graph ?? undefined;
  }
  const functions = new Map(model.functions.map((fn) => [keyOf(fn.domain, fn.name, fn.overload), fn]));
  let calls = 0;

  const inlineGraph = (graph: GraphProto, depth: number): GraphProto => ({
    ...copyOf(graph),
    node: graph.node.flatMap((node) => inlineNode(node, depth)),
  });

  const inlineNode = (node: NodeProto, depth: number): NodeProto[] => {
    const fn = functions.get(keyOf(node.domain, node.opType, node.overload ?? ''));
    if (fn === undefined) {
      return [withSubgraphs(node, (graph) => inlineGraph(graph, depth))];
    }
    if (depth > DEPTH_LIMIT) {
      throw new UserError(`${file}: function '${fn.name}' calls itself; the model is not valid ONNX`);
    }
    const prefix = `${node.name || fn.name}${node.name ? '' : `_${calls++}`}/`;
    return bodyOf(fn, node, prefix).flatMap((inner) => inlineNode(inner, depth + 1));
  };

  const node: NodeProto[] = [];
  yield* each(model.graph.node, (call) => {
    node.push(...inlineNode(call, 0));
  });
  return { ...copyOf(model.graph), node };
}

function keyOf(domain: string, name: string, overload: string): string {
  return `${domain === 'ai.onnx' ? '' : domain}\n${name}\n${overload}`;
}

/** The function's nodes with formal names replaced by the call's, and attribute references filled in. */
function bodyOf(fn: FunctionProto, call: NodeProto, prefix: string): NodeProto[] {
  const names = new Map<string, string>([['', '']]);
  fn.input.forEach((formal, index) => names.set(formal, call.input[index] ?? ''));
  fn.output.forEach((formal, index) => names.set(formal, call.output[index] || `${prefix}${formal}`));
  const rename = (name: string): string => {
    const known = names.get(name) ?? `${prefix}${name}`;
    names.set(name, known);
    return known;
  };
  const actual = new Map(
    [...fn.attributeProto, ...call.attribute].map((attribute) => [attribute.name, attribute]),
  );
  return fn.node.map((node) => renameNode(node, rename, actual, prefix));
}

function renameNode(
  node: NodeProto,
  rename: (name: string) => string,
  actual: ReadonlyMap<string, AttributeProto>,
  prefix: string,
): NodeProto {
  const attributes = node.attribute.flatMap((attribute) => {
    if (!attribute.refAttrName) {
      return [attribute];
    }
    const value = actual.get(attribute.refAttrName);
    return value === undefined ? [] : [{ ...copyOf(value), name: attribute.name }];
  });
  const renamed = {
    ...copyOf(node),
    name: node.name ? `${prefix}${node.name}` : '',
    input: node.input.map(rename),
    output: node.output.map(rename),
    attribute: attributes,
  };
  return withSubgraphs(renamed, (graph) => ({
    ...copyOf(graph),
    initializer: graph.initializer.map((tensor) => ({ ...copyOf(tensor), name: rename(tensor.name) })),
    input: graph.input.map((info) => ({ ...copyOf(info), name: rename(info.name) })),
    output: graph.output.map((info) => ({ ...copyOf(info), name: rename(info.name) })),
    valueInfo: [],
    node: graph.node.map((inner) => renameNode(inner, rename, actual, prefix)),
  }));
}

function withSubgraphs(node: NodeProto, change: (graph: GraphProto) => GraphProto): NodeProto {
  if (!node.attribute.some((attribute) => attribute.g)) {
    return node;
  }
  const attribute = node.attribute.map((each) => (each.g ? { ...copyOf(each), g: change(each.g) } : each));
  return { ...copyOf(node), attribute };
}

/** A copy that keeps the defaults which protobufjs messages inherit from their prototype. */
function copyOf<T extends object>(message: T): T {
  return Object.assign(Object.create(Object.getPrototypeOf(message) as object) as T, message);
}
