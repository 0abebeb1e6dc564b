/** An ablation as a table, and as one value for JSON. */

import type { Column, Table } from '../../store/table.js';
import { classLosses, ranked } from './ablation.js';
import type { AblatedPart, AblationResult } from './ablation.js';
import type { Measures } from './ablationSums.js';

const MEASURES: readonly (readonly [column: string, measure: keyof Measures])[] = [
  ['top_1_accuracy', 'top1'],
  ['top_5_accuracy', 'top5'],
  ['probability', 'own'],
  ['cross_entropy', 'crossEntropy'],
  ['probability_of_answer', 'kept'],
  ['other_answers', 'flipped'],
];

/** The network itself, then the parts, what costs most first; docs/ablation.md explains the columns. */
export function ablationTable(result: AblationResult): Table {
  const columns: readonly Column[] = [
    { name: 'removed', type: 'text' },
    { name: 'layer', type: 'text?' },
    { name: 'maps', type: 'text?' },
    { name: 'photos', type: 'int32' },
    { name: 'labelled', type: 'int32' },
    ...MEASURES.map(([name]) => ({ name, type: 'double?' as const })),
    { name: 'lost', type: 'double' },
  ];
  const rows = [{ part: undefined, measures: result.sums.measures(0), lost: 0 }, ...ranked(result)];
  const { layer } = result;
  return {
    columns,
    *groups() {
      yield {
        removed: rows.map(({ part }) => part?.name ?? ''),
        layer: rows.map(({ part }) => (part === undefined ? null : (layer?.name ?? null))),
        maps: rows.map(({ part }) => part?.maps.join(' ') || null),
        photos: rows.map(({ measures }) => measures.photos),
        labelled: rows.map(({ measures }) => measures.labelled),
        ...Object.fromEntries(
          MEASURES.map(([name, measure]) => [name, rows.map(({ measures }) => finite(measures[measure]))]),
        ),
        lost: rows.map(({ lost }) => lost),
      };
    },
  };
}

/** Everything that is known. */
export function ablationValue(result: AblationResult): unknown {
  const { sums, photos, problems, fill, layer, names } = result;
  return {
    fill,
    layer: layer?.name ?? null,
    none: measuresValue(sums.measures(0)),
    ablations: ranked(result).map(({ part, index, measures, lost }) => ({
      ...(part.removals.length === 0 ? { maps: part.maps } : removalsValue(part)),
      lost,
      ...measuresValue(measures),
      classes: classLosses(result, index).map(({ classIndex, before, after }) => ({
        class: classIndex,
        name: names[classIndex] ?? null,
        photos: after.photos,
        lost: before.own - after.own,
        ...measuresValue(after),
      })),
      greatestLosses: sums
        .greatestLosses(index + 1)
        .map(({ photo, before, after }) => ({ path: photos[photo]?.path ?? '', before, after })),
    })),
    problems,
  };
}

function removalsValue({ removals }: AblatedPart): object {
  return {
    layers: removals.flatMap(({ layers }) => layers.map(({ name }) => name)),
    takenOut: removals.flatMap(({ layers, gate }) =>
      gate.bypass === undefined ? [] : layers.map(({ name }) => name),
    ),
  };
}

function measuresValue(measures: Measures): object {
  return {
    ...{ photos: measures.photos, labelled: measures.labelled },
    ...{ top1: finite(measures.top1), top5: finite(measures.top5) },
    probability: finite(measures.own),
    crossEntropy: finite(measures.crossEntropy),
    probabilityOfAnswer: finite(measures.kept),
    otherAnswers: finite(measures.flipped),
  };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
