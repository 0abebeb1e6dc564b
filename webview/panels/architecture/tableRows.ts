/** The rows of the layer table as elements. */

import { lastStep } from '../../../src/protocol/groupTree.js';
import { times } from '../../../src/protocol/times.js';
import type { LayerView } from '../../../src/protocol/view.js';
import { element, icon } from '../../common/dom.js';
import type { Attributes } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import { compact, whole } from '../../common/counts.js';
import { rowKey } from './layerTree.js';
import type { GroupRow, GroupSums, LayerRow, TableRow } from './layerTree.js';
import { nameParts } from './names.js';
import { countText } from './tableColumns.js';
import type { Column } from './tableColumns.js';

/** How far each level is moved to the right, and how wide the mark of a group is, in CSS pixels. */
export const INDENT = 10;
export const FOLD_MARK = 16;

/** @param index of the row among those shown, from 0 @param problem what is wrong with the layer */
export function layerRowElement(
  row: LayerRow,
  layer: LayerView,
  index: number,
  {
    columns,
    hasGroups,
    problem,
  }: { columns: readonly Column[]; hasGroups: boolean; problem: string | undefined },
): HTMLElement {
  const { place, level } = row;
  const cells = columns.map((column) => {
    const { key, count } = column;
    const text = column.text(layer, place);
    switch (key) {
      case 'name':
        return indented(
          (level - 1) * INDENT + (hasGroups ? FOLD_MARK : 0),
          cell(
            column,
            { title: text },
            problem !== undefined && icon('warning'),
            ...nameSpans(layer, hasGroups),
          ),
        );
      case 'operator': {
        const detail = times(layer.detail);
        return cell(
          column,
          { title: `${text} ${detail}` },
          text,
          detail !== '' && element('span', { class: 'muted' }, ` ${detail}`),
        );
      }
      default:
        return count === undefined
          ? cell(column, inFull(column, layer), text)
          : countCell(column, count.of(layer));
    }
  });
  return rowElement(row, index, { 'data-place': place, title: problem, class: 'row' }, cells);
}

/** A group's name takes the columns in which only a layer has something to say. */
export function groupRowElement(
  row: GroupRow,
  sums: GroupSums,
  index: number,
  columns: readonly Column[],
): HTMLElement {
  const { group, isOpen, level } = row;
  const step = lastStep(group);
  const cells = columns.flatMap((column) => {
    const { key, count } = column;
    switch (key) {
      case 'name':
        return [
          indented(
            (level - 1) * INDENT,
            cell(
              column,
              { title: group, 'aria-colspan': 3 },
              icon(isOpen ? 'chevron-down' : 'chevron-right'),
              element('span', { class: 'start muted' }, group.slice(0, group.length - step.length)),
              element('span', { class: 'end' }, step),
              element(
                'span',
                { class: 'muted layers' },
                sums.layers === 1 ? l10n('1 layer') : l10n('{0} layers', whole(sums.layers)),
              ),
            ),
          ),
        ];
      case 'operator':
      case 'output':
        return [];
      default:
        return [count === undefined ? cell(column, {}) : countCell(column, count.of(sums))];
    }
  });
  const attributes = { 'data-group': group, 'aria-expanded': String(isOpen), class: 'row group' };
  return rowElement(row, index, attributes, cells);
}

function rowElement(
  row: TableRow,
  index: number,
  attributes: Attributes,
  cells: readonly HTMLElement[],
): HTMLElement {
  const { level, position, siblings } = row;
  return element(
    'div',
    {
      role: 'row',
      id: rowKey(row),
      'aria-rowindex': index + 2,
      'aria-level': level,
      'aria-posinset': position,
      'aria-setsize': siblings,
      ...attributes,
    },
    ...cells,
  );
}

function cell(
  { key, isNumber }: Column,
  attributes: Attributes,
  ...children: readonly (Node | string | null | false)[]
): HTMLElement {
  const kind = isNumber ? `cell number ${key}` : `cell ${key}`;
  return element('div', { role: 'gridcell', class: kind, ...attributes }, ...children);
}

/** What a cell leaves out, for those who point at it and those who listen to it. */
function inFull({ fullText }: Column, layer: LayerView): Attributes {
  const full = fullText?.(layer) ?? '';
  return full === '' ? {} : { title: full, 'aria-label': full };
}

/** Through the script's own door: the page's policy forbids a `style` attribute. */
function indented(pixels: number, name: HTMLElement): HTMLElement {
  name.style.setProperty('--indent', `${pixels}px`);
  return name;
}

function countCell(column: Column, count: number | null): HTMLElement {
  const exact = countText(count, whole);
  return cell(
    column,
    { title: exact },
    element('span', { class: 'full' }, exact),
    element('span', { class: 'short' }, countText(count, compact)),
  );
}

/** The start of a name is cut where the column is narrow, the end is not: below its group, what the group says. */
function nameSpans({ name, group }: LayerView, isBelowGroup: boolean): Node[] {
  const isShared = isBelowGroup && group !== '' && name.startsWith(group) && name.length > group.length;
  const { start, end } = isShared ? { start: group, end: name.slice(group.length) } : nameParts(name);
  return [
    element('span', { class: isShared ? 'start muted' : 'start' }, start),
    element('span', { class: 'end' }, end),
  ];
}
