/** Columns of tables of errors. */

import type { ErrorsView, EvaluationRowView, RateView } from '../../../src/protocol/panels/evaluation.js';
import { l10n } from '../../common/host.js';
import type { Column } from './sortableTable.js';
import { changeText, intervalText, shareText } from './texts.js';

type Errors = Pick<ErrorsView, 'top1' | 'top5'>;

export function errorColumns<Row extends ErrorsView>(): readonly Column<Row>[] {
  return [
    {
      ...{ key: 'model', title: l10n('model'), isNumber: false },
      value: ({ name }) => name,
      text: ({ name }) => name,
    },
    ...topColumns<Row>((row) => row),
  ];
}

function topColumns<Row>(of: (row: Row) => Errors): readonly Column<Row>[] {
  return [
    ...rateColumns<Row>('top1', l10n('top-1 error'), (row) => of(row).top1),
    ...rateColumns<Row>('top5', l10n('top-5 error'), (row) => of(row).top5),
  ];
}

/** A share and its interval. */
function rateColumns<Row>(
  key: string,
  title: string,
  of: (row: Row) => RateView | null,
): readonly Column<Row>[] {
  return [
    {
      ...{ key, title, isNumber: true },
      value: (row) => of(row)?.rate ?? NaN,
      text: (row) => shareText(of(row)?.rate ?? NaN),
    },
    {
      ...{ key: `${key}-interval`, title: l10n('95 % interval'), isNumber: true },
      hint: l10n('Wilson’s confidence interval'),
      value: (row) => of(row)?.low ?? NaN,
      text: (row) => {
        const rate = of(row);
        return rate === null ? '–' : intervalText(rate);
      },
    },
  ];
}

export function resultColumns(): readonly Column<EvaluationRowView>[] {
  return [
    ...errorColumns<EvaluationRowView>(),
    {
      ...{ key: 'recall', title: l10n('mean recall'), isNumber: true },
      hint: l10n('Mean of the recall of all classes, each counting the same'),
      value: ({ meanRecall }) => meanRecall,
      text: ({ meanRecall }) => shareText(meanRecall),
    },
    {
      ...{ key: 'calibration', title: l10n('calibration error'), isNumber: true },
      hint: l10n('Expected calibration error: how far probability and share of right answers are apart'),
      value: ({ calibrationError }) => calibrationError,
      text: ({ calibrationError }) => shareText(calibrationError),
    },
  ];
}

export interface RobustnessRow {
  readonly name: string;
  readonly row: number;
  readonly result: EvaluationRowView['robustness'][number];
}

export function robustnessColumns(): readonly Column<RobustnessRow>[] {
  return [
    {
      ...{ key: 'model', title: l10n('model'), isNumber: false },
      value: ({ name, result }) => `${name} ${result.change}`,
      text: ({ name, result }) => `${name}, ${changeText(result.change)}`,
    },
    ...rateColumns<RobustnessRow>('flipped', l10n('other answer'), ({ result }) => result.flipped),
    ...topColumns<RobustnessRow>(({ result }) => result),
  ];
}
