/** The charts, the table and the sentence of the Activation Functions panel. */

import type { ActivationCurveView } from '../../../src/protocol/panels/activations.js';
import { element } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import { percent, short } from '../../common/numbers.js';
import { linesChart } from './lines.js';
import type { Curve, Lines } from './lines.js';
import { propertyTable, settingText } from './propertyTable.js';
import type { ActivationsState } from './state.js';

export class ActivationsView {
  readonly summary = element('div', { class: 'summary' });
  /** Scrolled with the arrow keys once it has the focus: nothing in it takes the focus. */
  readonly table = element('div', {
    class: 'scroll',
    tabindex: 0,
    role: 'region',
    'aria-label': l10n('Properties of the functions'),
  });
  readonly charts: HTMLElement;
  /** The gradient behind a stack of layers. */
  readonly decay: HTMLElement;
  private readonly valuesChart;
  private readonly slopesChart;
  private readonly decayChart;

  /** @param depth number of layers in the stack */
  constructor(
    private readonly state: ActivationsState,
    private readonly depth: () => number,
  ) {
    this.valuesChart = linesChart(() => this.lines(({ values }) => values), { x: 'x', y: 'f(x)' });
    this.slopesChart = linesChart(() => this.lines(({ slopes }) => slopes), { x: 'x', y: 'f′(x)' });
    this.decayChart = linesChart(
      () => ({ from: 0, to: depth(), curves: this.curves(({ decay }) => decay) }),
      { x: l10n('layers'), y: l10n('gradient left (root mean square, logarithmic)'), isLogarithmic: true },
    );
    this.charts = element(
      'div',
      { class: 'charts' },
      element('figure', {}, element('figcaption', {}, l10n('The functions')), this.valuesChart.element),
      element('figure', {}, element('figcaption', {}, l10n('Their derivatives')), this.slopesChart.element),
    );
    this.decay = element('figure', {}, this.decayChart.element);
  }

  /** Draws the curves over what the layer is fed; nothing before that is known. */
  draw(): void {
    const { inputs, curves } = this.state;
    if (inputs === undefined) {
      return;
    }
    const { layer } = inputs;
    const nameOf = (curve: ActivationCurveView): string => this.state.infoOf(curve).name;
    this.summary.textContent = this.summaryText();
    const names = curves.map(nameOf).join(', ');
    this.valuesChart.draw(l10n('Curves of {0} over the inputs of {1}', names, layer));
    this.slopesChart.draw(l10n('Derivatives of {0} over the inputs of {1}', names, layer));
    const left = curves.map((curve) => `${nameOf(curve)} ${short(curve.decay.at(-1) ?? NaN, 3)}`);
    this.decayChart.draw(l10n('Gradient left behind {0} layers: {1}', this.depth(), left.join(', ')));
    const rows = curves.map((curve) => ({
      info: this.state.infoOf(curve),
      curve,
      isOwn: this.state.isOwn(curve),
    }));
    this.table.replaceChildren(propertyTable(rows, layer));
  }

  private summaryText(): string {
    const { inputs, curves } = this.state;
    if (inputs === undefined) {
      return '';
    }
    const { layer, own, inputs: fed, count } = inputs;
    const [ownCurve] = curves;
    return [
      l10n('{0} is {1}', layer, settingText(this.state.infoOf(own), own.parameters)),
      l10n(
        '{0} inputs from {1} to {2}, mean {3}',
        count.toLocaleString(),
        short(fed.min),
        short(fed.max),
        short(fed.mean),
      ),
      l10n('the derivative nearly vanishes for {0} of them', percent(ownCurve?.vanishing ?? NaN)),
      l10n(
        'After {0} layers: {1} % of the gradient (ignoring weights)',
        this.depth(),
        short(100 * (ownCurve?.slope ?? NaN) ** this.depth(), 3),
      ),
    ].join(' · ');
  }

  private curves(pick: (curve: ActivationCurveView) => Float32Array): Curve[] {
    return this.state.curves.map((curve) => ({
      name: settingText(this.state.infoOf(curve), curve.parameters),
      values: pick(curve),
      place: this.state.placeOf(curve),
    }));
  }

  private lines(pick: (curve: ActivationCurveView) => Float32Array): Lines {
    const { reach, counts } = this.state;
    return {
      from: -reach,
      to: reach,
      curves: this.curves(pick),
      ...(counts && { counts }),
    };
  }
}
