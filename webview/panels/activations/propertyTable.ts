/** What the chosen functions are like, in a table. */

import type { ActivationCurveView, ActivationInfoView } from '../../../src/protocol/panels/activations.js';
import { element } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import { percent, short } from '../../common/numbers.js';

export interface Row {
  readonly info: ActivationInfoView;
  readonly curve: ActivationCurveView;
  /** True for the function that the layer has. */
  readonly isOwn: boolean;
}

/** Rows of one function each, with what it would make of the layer's inputs. */
export function propertyTable(rows: readonly Row[], layer: string): HTMLElement {
  const heading = (text: string, title = ''): HTMLElement => element('th', { scope: 'col', title }, text);
  return element(
    'table',
    { class: 'properties' },
    element('caption', {}, l10n('The functions, and what they make of the inputs of {0}', layer)),
    element(
      'thead',
      {},
      element(
        'tr',
        {},
        heading(l10n('function')),
        heading('f(x)'),
        heading('f′(x)'),
        heading(l10n('range')),
        heading(l10n('monotone')),
        heading(l10n('zero-centred'), l10n('The outputs for standard normal inputs have a mean of zero')),
        heading(l10n('saturates')),
        heading(l10n('cost')),
        heading(
          l10n('nearly flat'),
          l10n('Share of the inputs where the derivative is below 5 % of its largest value'),
        ),
        heading(l10n('slope'), l10n('Root mean square of the derivative over the inputs')),
      ),
    ),
    element('tbody', {}, ...rows.map(rowOf)),
  );
}

function rowOf({ info, curve, isOwn }: Row): HTMLElement {
  const cell = (text: string, name = ''): HTMLElement => element('td', { class: name }, text);
  const yes = (is: boolean): string => (is ? l10n('yes') : l10n('no'));
  return element(
    'tr',
    { class: isOwn ? 'own' : '' },
    element(
      'th',
      { scope: 'row', title: info.source },
      isOwn
        ? l10n('{0} (the layer’s own)', settingText(info, curve.parameters))
        : settingText(info, curve.parameters),
    ),
    cell(info.formula, 'formula'),
    cell(info.derivative, 'formula'),
    cell(curve.range),
    cell(yes(curve.monotone)),
    cell(yes(curve.zeroCentred)),
    cell(sides(curve.saturates)),
    cell(curve.cost),
    cell(percent(curve.vanishing), 'number'),
    cell(short(curve.slope, 3), 'number'),
  );
}

/** `Leaky ReLU, α = 0.1`. */
export function settingText({ name, parameters }: ActivationInfoView, values: readonly number[]): string {
  const parts = parameters.map(({ symbol }, at) => `${symbol} = ${short(values[at] ?? NaN, 3)}`);
  return [name, ...parts].join(', ');
}

function sides(saturates: ActivationCurveView['saturates']): string {
  switch (saturates) {
    case 'never':
      return l10n('never');
    case 'left':
      return l10n('left');
    case 'right':
      return l10n('right');
    case 'both':
      return l10n('both sides');
  }
}
