import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { wordNetIds } from '../../../../src/core/network/classNames.js';
import { loadSidecar } from '../../../../src/core/network/sidecar.js';
import { matchClasses } from '../../../../src/core/photos/classMatch.js';
import type { Classes } from '../../../../src/core/photos/classMatch.js';

const ROOT = join(import.meta.dirname, '../../../..');
const named = (...names: string[]): Classes => ({ count: names.length, names, wordNetIds: [], byHand: {} });
const found = (labels: string[], classes: Classes): unknown[] =>
  matchClasses(labels, classes).map(({ classIndex, by }) =>
    by === undefined ? classIndex : [classIndex, by],
  );

describe('matchClasses', () => {
  it('finds names that are spelled alike, a stricter spelling first', () => {
    const classes = named('crocodile', 'crocodile, head', 'airplane', 'Café table', 'bass', 'soccer ball');
    expect(
      found(
        ['crocodile_head', 'Crocodile', 'airplanes', 'cafe-table', 'bass', 'SoccerBall', 'ball'],
        classes,
      ),
    ).toEqual([[1, 'name'], [0, 'name'], [2, 'name'], [3, 'name'], [4, 'name'], [5, 'name'], undefined]);
  });

  it('finds one of several names of a class, and none that two classes have', () => {
    const classes = named('tench, Tinca tinca', 'crane', 'crane', 'maillot, suit');
    expect(found(['Tinca_tinca', 'crane', 'suit'], classes)).toEqual([[0, 'name'], undefined, [3, 'name']]);
  });

  it('finds indexes where no name is meant', () => {
    expect(found(['0', '2', '3', '01'], { ...named(), count: 3 })).toEqual([
      [0, 'index'],
      [2, 'index'],
      undefined,
      [1, 'index'],
    ]);
    expect(found(['1'], named('1', '0'))).toEqual([[0, 'name']]);
  });

  it('finds WordNet ids of networks with ImageNet classes, with or without a background', async () => {
    const [, second] = readFileSync(join(ROOT, 'media/labels/imagenet.tsv'), 'utf8').split('\n');
    const id = second?.split('\t')[0] ?? '';
    const classes = async (count: number): Promise<Classes> => ({
      ...named(),
      count,
      wordNetIds: await wordNetIds(count),
    });
    expect(found([id, `${id}_goldfish`, 'n00000000'], await classes(1000))).toEqual([
      [1, 'wordnet'],
      [1, 'wordnet'],
      undefined,
    ]);
    expect(found([id], await classes(1001))).toEqual([[2, 'wordnet']]);
    expect(await wordNetIds(10)).toEqual([]);
  });

  it('takes what was matched by hand first, to a name or an index, and says where that is no class', () => {
    const classes = {
      ...named('face', 'face in a scene'),
      byHand: { Faces: 'face in a scene', x: 0, y: 'nose' },
    };
    expect(found(['Faces', 'x', 'y', 'faces'], classes)).toEqual([
      [1, 'hand'],
      [0, 'hand'],
      undefined,
      [0, 'name'],
    ]);
  });

  it('leaves out what somebody says is no class, though a class is called so', () => {
    const classes = { ...named('face', 'nose'), byHand: { face: null } };
    expect(matchClasses(['face', 'nose'], classes)).toEqual([
      { label: 'face', classIndex: undefined, by: 'hand' },
      { label: 'nose', classIndex: 1, by: 'name' },
    ]);
  });

  it('matches the folders of Caltech-101 with the classes of the embedded network', async () => {
    const sidecar = await loadSidecar(join(ROOT, 'media/models/zfnet-caltech101.onnx'));
    const names = sidecar?.labels as readonly string[];
    const classes = { ...named(...names), byHand: sidecar?.photoLabels ?? {} };
    // Folders as the data set names them, beside the class that was trained on each.
    const folders = {
      BACKGROUND_Google: 'background clutter',
      Faces: 'face in a scene',
      Faces_easy: 'face',
      Leopards: 'leopard',
      airplanes: 'airplane',
      binocular: 'binoculars',
      car_side: 'car, side view',
      cougar_body: 'cougar, body',
      crocodile: 'crocodile',
      crocodile_head: 'crocodile, head',
      headphone: 'headphones',
      watch: 'wristwatch',
      water_lilly: 'water lilly',
      yin_yang: 'yin yang',
    };
    const matches = matchClasses(Object.keys(folders), classes);
    expect(matches.map(({ classIndex }) => names[classIndex ?? -1])).toEqual(Object.values(folders));
  });
});
