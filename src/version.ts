/** The version that reports and `--version` name. */

import manifest from '../package.json';

export const VERSION: string = manifest.version;
