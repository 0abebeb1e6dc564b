/** MODEL.unpool.json: what a person has told Unpool about a model. */

/** How a photo becomes the model's input: input = (pixel / scale - mean) / std, per channel. */
export interface Preprocessing {
  /** `imagenet`, `caffe`, `tf`, `unit`, or the file it came from. */
  readonly name: string;
  readonly channels: 'RGB' | 'BGR' | 'grey';
  readonly scale: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** `crop`: short side to the input size, then the centre; `squash`: both sides to the input size. */
  readonly resize: 'crop' | 'squash';
}

export interface Sidecar {
  readonly file: string;
  readonly preprocess?: Preprocessing | undefined;
  readonly labels?: readonly string[] | undefined;
}
