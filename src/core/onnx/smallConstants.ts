/** Small constants of external data files, brought into memory. */

import { filtered, inTurns } from '../steps.js';
import { ConstantFiles } from './constantFiles.js';
import type { Attribute, Constant, Graph, Node } from './model.js';

/** Shapes, axes and bounds are smaller, weights that are worth leaving in the file larger. */
const SMALL = 1024;

/**
 * The graph with every constant of at most SMALL bytes inline, as those of the model's own file are: shapes,
 * paddings and bounds of activation functions are read while graphs are built. Attributes too, which
 * onnxruntime does not look for in other files.
 * @param folder the folder that external data locations are relative to
 * @throws UserError where a file cannot be read
 */
export async function withSmallConstants(graph: Graph, folder: string): Promise<Graph> {
  const files = new ConstantFiles(folder);
  try {
    return await inGraph(graph, async (constant) => ({
      ...constant,
      data: { kind: 'inline', bytes: (await files.bytesOf(constant)).slice() },
    }));
  } finally {
    await files.close();
  }
}

type Read = (constant: Constant) => Promise<Constant>;

async function inGraph(graph: Graph, inline: Read): Promise<Graph> {
  const small = await inTurns(filtered(graph.constants.values(), isSmall));
  const holders = await inTurns(filtered(graph.nodes, hasConstants));
  if (small.length === 0 && holders.length === 0) {
    return graph;
  }
  const constants = new Map(graph.constants);
  for (const constant of small) {
    constants.set(constant.name, await inline(constant));
  }
  const changed = new Map<Node, Node>();
  for (const node of holders) {
    changed.set(node, await inNode(node, inline));
  }
  return { ...graph, nodes: graph.nodes.map((node) => changed.get(node) ?? node), constants };
}

const isSmall = ({ data }: Constant): boolean => data.kind === 'file' && data.length <= SMALL;

function hasConstants({ attributes }: Node): boolean {
  for (const { type } of attributes.values()) {
    if (type === 'tensor' || type === 'graph') {
      return true;
    }
  }
  return false;
}

async function inNode(node: Node, inline: Read): Promise<Node> {
  const attributes = new Map(node.attributes);
  for (const [name, attribute] of node.attributes) {
    attributes.set(name, await inAttribute(attribute, inline));
  }
  return { ...node, attributes };
}

async function inAttribute(attribute: Attribute, inline: Read): Promise<Attribute> {
  if (attribute.type === 'graph') {
    return { ...attribute, value: await inGraph(attribute.value, inline) };
  }
  return attribute.type === 'tensor' && isSmall(attribute.value)
    ? { ...attribute, value: await inline(attribute.value) }
    : attribute;
}
