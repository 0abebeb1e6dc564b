/** The custom editor: the model at a glance. */

import type { EveryPanelRequests } from '../everyPanel.js';

export interface GraphNodeView {
  /** Name of a layer; the module path, equal to `group`, for a collapsed group. */
  readonly layer: string;
  /** Top-left corner. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Module path of the group the node is in, empty at the top. */
  readonly group: string;
}

export interface GraphView {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly GraphNodeView[];
  /** Polylines from node to node: x and y of each point in turn. */
  readonly edges: readonly {
    readonly from: string;
    readonly to: string;
    readonly points: readonly number[];
  }[];
  /** For each layer of the model, the index of the node that stands for it. */
  readonly nodeOf: Uint32Array;
}

/** Which groups of layers are drawn as one node, and which are not. */
export interface Grouping {
  readonly collapsed: readonly string[];
  /** The groups that the user opened, the last one last. */
  readonly expanded: readonly string[];
}

/** The custom editor. */
export interface ArchitectureRequests extends EveryPanelRequests {
  /**
   * Laid-out drawing with the groups in `collapsed` drawn as one node each. Where that would still be more than
   * some hundred nodes, the host collapses further groups, the innermost first, but not those in `expanded`; of
   * these it collapses the first ones where there would be more than some thousand nodes.
   */
  graph: { params: Grouping; result: GraphView };
}
