/** What webviews are told of indexes of photos: plain data, safe to post. */

/** An index of a model. */
export interface IndexView {
  /** Absolute path of its folder: its identity. */
  readonly store: string;
  /** Name of the photo set. */
  readonly set: string;
  /** Absolute path of the set's folder, zip or list. */
  readonly root: string;
  /** Photos of the set, as it was listed when the index was begun. */
  readonly photos: number;
  /** Those of the parts that are there. */
  readonly indexed: number;
  readonly layers: readonly {
    readonly name: string;
    readonly maps: number;
    readonly rows: number;
    readonly columns: number;
    /** Whether every photo's vector is kept. */
    readonly vectors: boolean;
  }[];
  /** Why it cannot be used, and what to do about it. */
  readonly problem: string | null;
}

export interface IndexesView {
  readonly indexes: readonly IndexView[];
  /** Store of the index that is shown; null where none can be. */
  readonly chosen: string | null;
}
