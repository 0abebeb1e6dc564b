import { expect, it } from 'vitest';

import { UserError } from '../../../../src/core/errors.js';
import { unwritable } from '../../../../src/core/store/files.js';

it.each([
  ['ENOSPC', 'the disk is full; make room and run it again, it goes on where it was'],
  ['EROFS', 'it may not be written to (EROFS); choose another place'],
  ['EACCES', 'it may not be written to (EACCES); choose another place'],
  // Node's answer to folders on a disk that may only be read.
  ['ENOENT', 'its folder cannot be made; choose a place that may be written to'],
  ['EIO', 'EIO'],
])('says what %s means for a file', (code, why) => {
  const failed = unwritable('/index/part');
  expect(() => failed(Object.assign(new Error('as the system says it'), { code }))).toThrow(
    new UserError(`/index/part: cannot be written: ${why}`),
  );
});
