/** Checks feeds against a session's inputs, so that a wrong one is named before onnxruntime sees it. */

import { UserError } from '../core/errors.js';
import type { OrtSession, OrtTensor } from './onnxruntime.js';

/** @throws UserError that names the input when one is missing or has another element type or shape. */
export function checkFeeds(session: OrtSession, feeds: Readonly<Record<string, OrtTensor>>): void {
  for (const { name, type, shape = [] } of session.inputMetadata) {
    const feed = feeds[name];
    if (feed === undefined) {
      throw new UserError(`The model's input "${name}" is not fed.`);
    }
    if (type !== undefined && feed.type !== type) {
      throw new UserError(`The model's input "${name}" takes ${type}, but was fed ${feed.type}.`);
    }
    // An empty shape also stands for an unknown rank: onnxruntime itself checks those.
    const fits =
      shape.length === feed.dims.length &&
      shape.every((size, axis) => typeof size === 'string' || size === feed.dims[axis]);
    if (shape.length > 0 && !fits) {
      throw new UserError(
        `The model's input "${name}" takes the shape ${spelled(shape)}, but was fed ${spelled(feed.dims)}.`,
      );
    }
  }
}

function spelled(shape: readonly (number | string)[]): string {
  return `[${shape.map((size) => (size === '' ? '?' : size)).join(', ')}]`;
}
