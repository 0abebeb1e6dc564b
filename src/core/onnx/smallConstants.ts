/** Small constants of external data files, brought into memory. */

import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';

import { UserError } from '../errors.js';
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
  const files = new Map<string, FileHandle>();
  try {
    return await inGraph(graph, (constant) => read(constant, folder, files));
  } finally {
    await Promise.all([...files.values()].map((handle) => handle.close()));
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

async function read(constant: Constant, folder: string, files: Map<string, FileHandle>): Promise<Constant> {
  const { data } = constant;
  if (data.kind !== 'file') {
    return constant;
  }
  const handle = files.get(data.location) ?? (await open(join(folder, data.location)));
  files.set(data.location, handle);
  const bytes = new Uint8Array(data.length);
  const { bytesRead } = await handle.read(bytes, 0, data.length, data.offset);
  if (bytesRead !== data.length) {
    throw new UserError(`${data.location}: tensor '${constant.name}' ends behind the end of the file`);
  }
  return { ...constant, data: { kind: 'inline', bytes } };
}
