/** Small tables of names and values: facts about one thing, or about several beside each other. */

import type { MapStatisticsView } from '../../src/protocol/view.js';
import { element } from './dom.js';
import { l10n } from './host.js';
import { percent, short } from './numbers.js';

export function factsTable(...rows: readonly HTMLElement[]): HTMLElement {
  return element('table', { class: 'facts' }, element('tbody', {}, ...rows));
}

/** Names of the columns, `first` that of the rows' own. */
export function headRow(first: string, ...names: readonly string[]): HTMLElement {
  const head = (text: string): HTMLElement =>
    text === '' ? element('td') : element('th', { scope: 'col' }, text);
  return element('tr', {}, ...[first, ...names].map(head));
}

export function factRow(name: string, ...values: readonly string[]): HTMLElement {
  const cells = values.map((value) => element('td', {}, value));
  return element('tr', {}, element('th', { scope: 'row' }, name), ...cells);
}

/** A row for each statistic; `columns` are maps or layers beside each other, undefined where there is none. */
export function statisticsRows(...columns: readonly (MapStatisticsView | undefined)[]): HTMLElement[] {
  const row = (name: string, key: keyof MapStatisticsView, text: (value: number) => string): HTMLElement =>
    factRow(name, ...columns.map((statistics) => text(statistics?.[key] ?? NaN)));
  return [
    row(l10n('smallest'), 'min', short),
    row(l10n('largest'), 'max', short),
    row(l10n('mean'), 'mean', short),
    row(l10n('standard deviation'), 'standardDeviation', short),
    row(l10n('zeros (sparsity)'), 'zeros', percent),
  ];
}
