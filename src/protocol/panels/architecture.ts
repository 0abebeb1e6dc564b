/** The custom editor: the model at a glance. */

import type { EveryPanelRequests } from '../everyPanel.js';
import type { Grouping, GraphView } from '../graphView.js';
import type { MergeView } from '../view.js';

/** The custom editor. */
export interface ArchitectureRequests extends EveryPanelRequests {
  /**
   * Laid-out drawing. Where `expanded` makes more than some thousand nodes, the first groups in it stay closed.
   */
  graph: { params: Grouping; result: GraphView };
  /** Writes a model with two layers merged to a file that the user chooses; answered when that has begun. */
  merge: { params: MergeView; result: null };
}
