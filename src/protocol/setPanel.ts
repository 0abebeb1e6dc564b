/** What the panels about photo sets can ask beside what every panel can: their indexes, and the photos of these. */

import type { EveryPanelRequests } from './everyPanel.js';
import type { IndexesView } from './indexView.js';
import type { PanelName } from './panels/registry.js';

export interface SetPanelRequests extends EveryPanelRequests {
  /** The indexes of the panel's model. */
  indexes: { params: null; result: IndexesView };
  chooseIndex: { params: { store: string }; result: null };
  /** Starts to index photos with the panel's model; asks for them where it is not clear which. */
  indexPhotos: { params: null; result: null };
  /** Asks for an index that was made elsewhere. */
  openIndex: { params: null; result: null };
  /** A photo of an index by its number, as a PNG whose longer side has at most `side` pixels. */
  setThumbnail: { params: { store: string; photo: number; side: number }; result: ArrayBuffer };
  /** Makes a photo of an index the chosen one (a copy of it where it lies in a zip), and shows a panel on it. */
  openSetPhoto: {
    params: { store: string; photo: number; panel: PanelName; layer?: string; channel?: number };
    result: null;
  };
}
