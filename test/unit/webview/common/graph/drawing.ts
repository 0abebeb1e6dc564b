import type { GraphNodeView } from '../../../../../src/protocol/graphView.js';

/** A node of the usual size. */
export function node(layer: string, group: string, x = 0, y = 0): GraphNodeView {
  return { layer, group, part: null, x, y, width: 100, height: 40 };
}
