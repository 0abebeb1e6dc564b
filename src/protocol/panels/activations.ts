/** Activation functions compared, on what a layer really feeds them. */

import type { EveryPanelRequests } from '../everyPanel.js';
import type { MapStatisticsView } from '../view.js';

/** An activation function as the panel lists it. */
export interface ActivationInfoView {
  readonly id: string;
  readonly name: string;
  readonly formula: string;
  readonly derivative: string;
  /** Who proposed it. */
  readonly source: string;
  readonly parameters: readonly {
    readonly symbol: string;
    readonly initial: number;
    readonly min: number;
    readonly max: number;
    readonly step: number;
  }[];
}

/** A function with its parameters set. */
export interface ActivationSetting {
  readonly id: string;
  readonly parameters: readonly number[];
}

export interface ActivationInputsView {
  readonly layer: string;
  /** The function that the layer has. */
  readonly own: ActivationSetting;
  /** What the layer is fed on the photo. */
  readonly inputs: MapStatisticsView;
  readonly count: number;
  /** 99.5 % of the inputs are no farther from zero. */
  readonly reach: number;
}

/** How often a layer is fed what. */
export interface ActivationCountsView {
  /** One more than counts. */
  readonly edges: Float32Array;
  readonly counts: Uint32Array;
}

export interface ActivationCurveView extends ActivationSetting {
  /** f(x) and its derivative at the points asked for. */
  readonly values: Float32Array;
  readonly slopes: Float32Array;
  readonly range: string;
  readonly monotone: boolean;
  readonly zeroCentred: boolean;
  readonly saturates: 'never' | 'left' | 'right' | 'both';
  readonly cost: string;
  /** Share of the layer's inputs where the derivative nearly vanishes. */
  readonly vanishing: number;
  /** Root mean square of the derivative over the layer's inputs. */
  readonly slope: number;
  /** What is left of a gradient behind 0, 1, ... layers. */
  readonly decay: Float32Array;
}

export interface ActivationSwapView {
  readonly before: MapStatisticsView;
  readonly after: MapStatisticsView;
  /** Root mean square of the change of the layer's outputs, over that of its own ones. */
  readonly change: number;
  /** The most probable classes before and after, largest first; empty for a network that does not classify. */
  readonly classes: readonly {
    readonly index: number;
    readonly label: string;
    readonly before: number;
    readonly after: number;
  }[];
}

export interface ActivationsRequests extends EveryPanelRequests {
  activations: { params: null; result: readonly ActivationInfoView[] };
  activationInputs: { params: { layer: string; photo: string }; result: ActivationInputsView };
  activationCurves: {
    params: {
      layer: string;
      photo: string;
      choices: readonly ActivationSetting[];
      /** Points from -`reach` to `reach`. */
      reach: number;
      points: number;
      /** Layers of the stack, and the gain of its weights. */
      depth: number;
      gain: number;
    };
    /** The curves, and the inputs from -`reach` to `reach` counted. */
    result: { readonly curves: readonly ActivationCurveView[]; readonly inputs: ActivationCountsView };
  };
  /** Runs the network with another function in the layer's place. */
  swapActivation: {
    params: { layer: string; photo: string; choice: ActivationSetting };
    result: ActivationSwapView;
  };
}
