/** The layers of a model as a drawing. */

/** Which of how many parts of a group, from 1: a group among whose layers others lie is drawn in parts. */
export type GroupPart = readonly [number: number, count: number];

/** A box of the drawing, in its pixels. */
export interface GraphBox {
  /** Top-left corner. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface GraphNodeView extends GraphBox {
  /** Name of a layer; the module path, equal to `group`, for a closed group. */
  readonly layer: string;
  /** Module path of the frame around a layer, empty at the top. */
  readonly group: string;
  /** Null for a layer, and for a closed group in one piece. */
  readonly part: GroupPart | null;
}

/** Height of the strip at the top of a frame that its title stands in, in the drawing's pixels. */
export const FRAME_TITLE = 22;

/** An open group: its nodes and frames lie in it, and nothing else does. */
export interface GraphFrameView extends GraphBox {
  readonly group: string;
  readonly part: GroupPart | null;
}

export interface GraphView {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly GraphNodeView[];
  /** Those around others come before them. */
  readonly frames: readonly GraphFrameView[];
  readonly edges: readonly {
    /** Indices of nodes. */
    readonly from: number;
    readonly to: number;
    /** x and y of each point in turn; between points that are not one above the other the edge bends. */
    readonly points: readonly number[];
  }[];
  /** For each layer of the model, the index of the node that stands for it. */
  readonly nodeOf: Uint32Array;
  /** The depth that is drawn: 1 where all outermost groups are closed, one more for each level of open ones. */
  readonly depth: number;
  /** The depth that opens every group, or as many as can be drawn. */
  readonly deepest: number;
}

/** Which groups of layers are drawn as one node, and which are not. */
export interface Grouping {
  /** Groups are open down to this depth; null for the least that tells something of the network. */
  readonly depth: number | null;
  /** The groups that the user closed though they lie above that depth. */
  readonly collapsed: readonly string[];
  /** The groups that the user opened though they lie below, the last one last. */
  readonly expanded: readonly string[];
}
