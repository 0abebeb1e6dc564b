/** Class names, and where they are from. */

export interface ChosenLabels {
  /** By class index; empty where none are known. */
  readonly names: readonly string[];
  /** `metadata` is the model's own, `file` one that lies beside it, `assumed` ImageNet's for as many classes. */
  readonly origin: 'asked' | 'sidecar' | 'metadata' | 'file' | 'assumed' | 'none';
  /** The file, or the property of the model's metadata, that they are from. */
  readonly from: string;
}
