/** The form of a backward rule: how the signal at a node's outputs reaches its inputs. */

import type { Attribute, Node } from '../onnx/model.js';
import type { DataType } from '../tensor.js';

/** Name of a tensor in the backward model. */
export type ValueName = string & { readonly __brand: 'ValueName' };

/**
 * How the signal passes a non-linearity.
 * - `deconvnet`: Zeiler & Fergus 2013, section 2.1: the backward signal itself is rectified.
 * - `gradient`: the exact vector-Jacobian product (Simonyan et al. 2013).
 * - `guided`: both gates (Springenberg et al. 2014).
 */
export type Method = 'deconvnet' | 'gradient' | 'guided';

/** What the deconvnet method does at a normalisation: pass the signal through, or differentiate it. */
export type NormalizationMode = 'pass' | 'exact';

/** Backward signals by input index; inputs without an entry get none. */
export type InputSignals = ReadonlyMap<number, ValueName>;

export interface BackwardContext {
  readonly node: Node;
  readonly method: Method;
  readonly normalization: NormalizationMode;
  /** Opset of the node's domain in the user's model: it decides defaults such as Softmax's axis. */
  readonly opset: number;
  /** The signal at output `index`, or undefined where none arrives. */
  signal(index?: number): ValueName | undefined;
  /**
   * True when the signal is wanted at input `index`: an image, a weight or a map that was asked for, or what depends on
   * one. Signals at other inputs are not computed.
   */
  needs(index: number): boolean;
  /** The forward value of an input or output in the backward model. The rule must name it in `saves`. */
  input(index: number): ValueName;
  output(index?: number): ValueName;
  /** True when the optional input is present. */
  hasInput(index: number): boolean;
  /** True for an input that is the same in every run: what is computed from it alone is computed once a session. */
  isConstant(index: number): boolean;
  /** Static shapes and types of the forward values. */
  inputShape(index: number): readonly number[];
  outputShape(index?: number): readonly number[];
  inputType(index: number): DataType;
  /** The values of an input known without running (axes, pads, split), or undefined. */
  constantInput(index: number): readonly number[] | undefined;
  /** Emits a node into the backward model (opset BACKWARD_OPSET, ONNX domain) and gives its first output. */
  emit(
    opType: string,
    inputs: readonly (ValueName | undefined)[],
    attributes?: Record<string, Attribute>,
  ): ValueName;
  /** The same for nodes with several outputs. */
  emitMany(
    opType: string,
    inputs: readonly (ValueName | undefined)[],
    outputs: number,
    attributes?: Record<string, Attribute>,
  ): readonly ValueName[];
  /** A float32 scalar or array constant. */
  float(values: number | readonly number[], shape?: readonly number[]): ValueName;
  /** A one-dimensional int64 constant (or a scalar for a plain number). */
  int64(values: number | readonly number[]): ValueName;
  /** Sums `signal`, which has shape `from`, over the axes that broadcasting added or stretched, giving `to`. */
  unbroadcast(signal: ValueName, from: readonly number[], to: readonly number[]): ValueName;
}

/** Opset (ONNX domain) that every rule emits into. */
export const BACKWARD_OPSET = 20;

export interface RuleBase {
  readonly opType: string;
  readonly domain: string;
  /** Opsets of `domain` for which the rule holds, inclusive. */
  readonly opsets: { readonly min: number; readonly max?: number };
  /**
   * Forward values that the rule reads, `all` for operators with any number of them; constants among them
   * (weights) are not run again.
   */
  readonly saves: { readonly inputs?: readonly number[] | 'all'; readonly outputs?: readonly number[] };
}

/** An operator that treats every method alike. */
export interface SharedRule extends RuleBase {
  readonly kind: 'shared';
  backward(context: BackwardContext): InputSignals;
}

/** An activation function: each method gates the signal in its own way, and none by accident. */
export interface GatedRule extends RuleBase {
  readonly kind: 'gated';
  gradient(context: BackwardContext): InputSignals;
  deconvnet(context: BackwardContext): InputSignals;
  guided(context: BackwardContext): InputSignals;
}

/**
 * A normalisation of activations: the deconvnet passes it as if it were not there, because the paper has no
 * step for it, unless it is asked to be exact; the other methods always differentiate.
 */
export interface NormalizationRule extends RuleBase {
  readonly kind: 'normalization';
  gradient(context: BackwardContext): InputSignals;
}

export type OperatorRule = SharedRule | GatedRule | NormalizationRule;
