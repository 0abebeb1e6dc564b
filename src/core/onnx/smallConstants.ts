/** Small constants of external data files, brought into memory. */

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
  const constants = new Map(graph.constants);
  for (const [name, constant] of graph.constants) {
    if (isSmall(constant)) {
      constants.set(name, await inline(constant));
    }
  }
  const nodes: Node[] = [];
  for (const node of graph.nodes) {
    nodes.push(hasConstants(node) ? await inNode(node, inline) : node);
  }
  return { ...graph, nodes, constants };
}

const isSmall = ({ data }: Constant): boolean => data.kind === 'file' && data.length <= SMALL;

const hasConstants = ({ attributes }: Node): boolean =>
  [...attributes.values()].some(({ type }) => type === 'tensor' || type === 'graph');

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
