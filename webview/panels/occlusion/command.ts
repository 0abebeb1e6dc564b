/** The command that makes the same sweep. */

import { fileWords } from '../../common/commandLine.js';
import type { ModelView, PhotoView } from '../../../src/protocol/view.js';
import type { Sweep } from './sweepControls.js';

/** What is left out is as the command takes it by itself. */
export function occlusionCommand(
  model: ModelView,
  photo: PhotoView,
  { classIndex, size, stride, fill, method }: Sweep,
): readonly string[] {
  return [
    ...['unpool', 'occlude', ...fileWords(model, photo)],
    ...(classIndex === null ? [] : ['--class', String(classIndex)]),
    ...['--size', String(size), '--stride', String(stride)],
    ...(fill === 'grey' ? [] : ['--fill', fill]),
    ...(method === 'auto' ? [] : ['--method', method]),
    ...['--out', 'occlusion.png'],
  ];
}
