/** What a Python source and a model have to do with each other. */

import type { SourceMap } from '../../core/source/sourceMap.js';
import type { OpenModel } from '../modelFiles.js';

/** A model that a source makes. */
export interface SourceLink {
  readonly model: OpenModel;
  readonly map: SourceMap;
}

/** All models that a file makes; the first is the one that is spoken of. */
export interface FileLinks {
  readonly file: string;
  readonly links: readonly [SourceLink, ...SourceLink[]];
  /** True where another model fits as well, and nothing but its name put the first one there. */
  readonly isAmbiguous: boolean;
}
