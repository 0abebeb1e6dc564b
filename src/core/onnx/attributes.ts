/** Typed access to a node's attributes. */

import { UserError } from '../errors.js';
import type { Attribute, Constant, Graph, Node } from './model.js';

type ValueOf<T extends Attribute['type']> = Extract<Attribute, { type: T }>['value'];

function attribute<T extends Attribute['type']>(node: Node, name: string, type: T): ValueOf<T> | undefined {
  const found = node.attributes.get(name);
  if (found === undefined) {
    return undefined;
  }
  if (found.type !== type) {
    throw new UserError(
      `node '${node.name}' (${node.opType}): attribute '${name}' is of type ${found.type}, expected ${type}`,
    );
  }
  const value: unknown = found.value;
  return value as ValueOf<T> | undefined;
}

/** An integer attribute, or undefined where the node does not set it. */
export const intAttribute = (node: Node, name: string): number | undefined => attribute(node, name, 'int');

export const floatAttribute = (node: Node, name: string): number | undefined =>
  attribute(node, name, 'float');

export const stringAttribute = (node: Node, name: string): string | undefined =>
  attribute(node, name, 'string');

export const intsAttribute = (node: Node, name: string): readonly number[] | undefined =>
  attribute(node, name, 'ints');

export const floatsAttribute = (node: Node, name: string): readonly number[] | undefined =>
  attribute(node, name, 'floats');

export const tensorAttribute = (node: Node, name: string): Constant | undefined =>
  attribute(node, name, 'tensor');

export const graphAttribute = (node: Node, name: string): Graph | undefined => attribute(node, name, 'graph');

/** Short constructors for the attributes of nodes that Unpool makes. */
export const int = (value: number): Attribute => ({ type: 'int', value });
export const float = (value: number): Attribute => ({ type: 'float', value });
export const string = (value: string): Attribute => ({ type: 'string', value });
export const ints = (value: readonly number[]): Attribute => ({ type: 'ints', value });
export const floats = (value: readonly number[]): Attribute => ({ type: 'floats', value });
