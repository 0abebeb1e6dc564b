/** What `unpool ablate` prints. */

import { classLosses, ranked } from '../core/analysis/photoSet/ablation.js';
import type { AblatedPart, AblationResult, RankedPart } from '../core/analysis/photoSet/ablation.js';
import type { Measures } from '../core/analysis/photoSet/ablationSums.js';
import { shortList } from './lists.js';
import { table } from './table.js';

/** Rows of a list. */
const SHOWN = 20;

/** @param root of the photos, as it was given */
export function ablationText(result: AblationResult, root: string): readonly string[] {
  const { sums, problems, layer, parts, fill } = result;
  const before = sums.measures(0);
  const { photos, labelled } = before;
  const what =
    layer === undefined ? 'whole layers removed' : `maps of ${layer.name} set to ${fillText(fill)}`;
  const count =
    photos === 1 && labelled === 0
      ? 'one photo'
      : `${photos.toLocaleString('en')} photos, ${labelled.toLocaleString('en')} with a class`;
  return [
    `${root}: ${count}; ${what}`,
    ...shortList(
      `${problems.length} skipped`,
      problems.map(({ path, problem }) => `${path}: ${problem}`),
      SHOWN,
    ),
    '',
    ...(layer === undefined ? layersText(result) : mapsText(result)),
    ...(parts.length === 1 ? detailText(result, 0) : []),
  ];
}

function fillText(fill: AblationResult['fill']): string {
  return fill === 'zero' ? 'zero' : 'their means';
}

function measured(before: Measures): readonly string[] {
  return before.labelled > 0
    ? ['top-1 accuracy', 'top-5 accuracy', 'probability', 'lost', 'cross-entropy', 'other answers']
    : ['probability of the answer', 'lost', 'other answers'];
}

function cells(measures: Measures, lost: number): readonly string[] {
  const { labelled, top1, top5, own, crossEntropy, kept, flipped } = measures;
  return labelled > 0
    ? [percent(top1), percent(top5), percent(own), points(lost), crossEntropy.toFixed(4), percent(flipped)]
    : [percent(kept), points(lost), percent(flipped)];
}

function mapsText(result: AblationResult): readonly string[] {
  const before = result.sums.measures(0);
  const rows = ranked(result);
  const hasClasses = before.labelled > 0;
  const needless = rows.filter(({ lost }) => lost <= 0).length;
  return [
    table(
      ['off', ...measured(before), ...(hasClasses ? ['class that loses most', ''] : [])],
      [
        ['none', ...cells(before, 0), ...(hasClasses ? ['', ''] : [])],
        ...rows
          .slice(0, SHOWN)
          .map((row) => [
            row.part.maps.join(', '),
            ...cells(row.measures, row.lost),
            ...(hasClasses ? worstClass(result, row) : []),
          ]),
      ],
    ),
    ...(rows.length > SHOWN
      ? [`and ${(rows.length - SHOWN).toLocaleString('en')} more, which --json and --out list, too`]
      : []),
    ...(needless > 0 && rows.length > 1
      ? [`without ${needless} of ${rows.length} the class is as probable or more`]
      : []),
  ];
}

function worstClass(result: AblationResult, { index }: RankedPart): readonly string[] {
  const [worst] = classLosses(result, index);
  return worst === undefined
    ? ['', '']
    : [named(result, worst.classIndex), points(worst.before.own - worst.after.own)];
}

function layersText(result: AblationResult): readonly string[] {
  const before = result.sums.measures(0);
  return [
    table(
      ['removed', ...measured(before), ''],
      [
        ['none', ...cells(before, 0), ''],
        ...ranked(result).map(({ part, measures, lost }) => [
          part.name,
          ...cells(measures, lost),
          howText(part, result.fill),
        ]),
      ],
    ),
    '',
    'Zeiler & Fergus (2013, table 3) trained each network again without the layers; here the weights stay as they are.',
  ];
}

/** What became of each layer. */
function howText({ removals }: AblatedPart, fill: AblationResult['fill']): string {
  return removals
    .map(({ layers, gate, isBranch }) => {
      const names = layers.map(({ name }) => name).join(', ');
      const how =
        gate.bypass === undefined
          ? `set to ${fill === 'zero' ? 'zero' : 'its mean'}${isBranch ? ', the skip is left' : ''}`
          : 'taken out';
      return removals.length === 1 ? how : `${names} ${how}`;
    })
    .join('; ');
}

/** Classes and photos that lose most. */
function detailText(result: AblationResult, index: number): readonly string[] {
  const classes = classLosses(result, index).slice(0, SHOWN);
  const photos = result.sums.greatestLosses(index + 1);
  return [
    ...section(
      'Classes that lose most',
      ['class', 'photos', 'top-1 accuracy', 'before', 'probability', 'before', 'lost'],
      classes.map(({ classIndex, before, after }) => [
        named(result, classIndex),
        after.photos,
        ...[percent(after.top1), percent(before.top1)],
        ...[percent(after.own), percent(before.own), points(before.own - after.own)],
      ]),
    ),
    ...(result.photos.length === 1
      ? []
      : section(
          'Photos that lose most',
          ['photo', 'probability', 'before'],
          photos.map(({ photo, before, after }) => [
            result.photos[photo]?.path ?? '',
            percent(after),
            percent(before),
          ]),
        )),
  ];
}

function named({ names }: AblationResult, index: number): string {
  return names[index] ?? `class ${index}`;
}

function section(
  title: string,
  headings: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): readonly string[] {
  return rows.length === 0 ? [] : ['', title, table(headings, rows)];
}

function percent(share: number): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : '–';
}

/** Percentage points that are lost. */
function points(share: number): string {
  return Number.isFinite(share) ? (100 * share).toFixed(2) : '–';
}
