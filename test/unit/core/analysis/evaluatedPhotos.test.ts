import { expect, it } from 'vitest';

import { Answers } from '../../../../src/core/analysis/photoSet/answers.js';
import { photosWhere } from '../../../../src/core/analysis/photoSet/evaluatedPhotos.js';

/** Photos of classes 0, 0, 1, 1, 1; the last one could not be read. */
function answersOf(predicted: readonly (readonly [number, number])[]): Answers {
  const truths = Int32Array.of(0, 0, 1, 1, 1);
  const answers = new Answers(truths);
  predicted.forEach(([index, share], photo) => {
    const isRight = index === truths[photo];
    const [rank, own] = isRight ? [0, share] : [1, 1 - share];
    answers.set(photo, { classes: [index, 1 - index], probabilities: [share, 1 - share], rank, own });
  });
  return answers;
}

const ROW = {
  name: 'net.onnx',
  answers: answersOf([
    [0, 0.6],
    [1, 0.9],
    [0, 0.7],
    [0, 0.8],
  ]),
  changed: [
    {
      change: 'mirror' as const,
      answers: answersOf([
        [0, 0.9],
        [0, 0.6],
        [0, 0.9],
        [1, 0.6],
      ]),
    },
  ],
};

it.each([
  [{ kind: 'mostWrong' }, [1, 3, 2]],
  [{ kind: 'leastSure' }, [0, 2, 3, 1]],
  [{ kind: 'cell', actual: 1, predicted: 0 }, [3, 2]],
  [{ kind: 'cell', actual: 0, predicted: null }, [1, 0]],
  [{ kind: 'cell', actual: null, predicted: 0 }, [3, 2, 0]],
  [{ kind: 'flipped', change: 'mirror' }, [1, 3]],
  [{ kind: 'flipped', change: 'lighting' }, []],
] as const)('finds the photos of %o', (filter, photos) => {
  expect(photosWhere(ROW, filter)).toEqual(photos);
});
