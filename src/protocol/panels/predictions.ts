/** What the network takes the photos for. */

import type { EveryPanelRequests } from '../everyPanel.js';
import type { Picture } from '../view.js';

export interface PredictionView {
  readonly photo: string;
  readonly name: string;
  /** The photo as the network saw it. */
  readonly picture: Picture;
  /** Whether it is nearly as even as chance. */
  readonly looksUntrained: boolean;
  readonly top: readonly { readonly index: number; readonly label: string; readonly probability: number }[];
}

export interface PredictionsRequests extends EveryPanelRequests {
  predict: {
    params: { photos: readonly string[]; crops: 1 | 10; top: number };
    result: readonly PredictionView[];
  };
}
