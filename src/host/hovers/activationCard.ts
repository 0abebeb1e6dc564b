/** What a hover says of an activation function: formula and properties at once, what the layer feeds it when computed. */

import * as vscode from 'vscode';

import type { ActivationProperties } from '../../core/activations/activation.js';
import type { ActivationChoice } from '../../core/activations/registry.js';
import type { Measured } from '../background/measure.js';
import { activationPicture } from './activationPicture.js';
import { share, short } from './cardNumbers.js';
import { appendFacts, appendPictures, beginCard } from './cardText.js';
import type { Fact } from './cardText.js';
import type { CardPicture, Measurement } from './measurements.js';

/** The card of a function alone, for places that no layer of a model belongs to. */
export function activationCard(choice: ActivationChoice): vscode.MarkdownString {
  const card = beginCard(choice.activation.name, []);
  appendPictures(card, [pictureOf(choice)]);
  appendFacts(card, activationFacts(choice));
  return card;
}

/** What is known without running anything. */
export function activationFacts({ activation, parameters }: ActivationChoice): readonly Fact[] {
  const { range, monotone, zeroCentred, saturates, cost } = activation.properties(parameters);
  const yes = (is: boolean): string => (is ? vscode.l10n.t('yes') : vscode.l10n.t('no'));
  const set = activation.parameters.map(({ symbol }, at) => `${symbol} = ${short(parameters[at] ?? NaN)}`);
  return [
    [`${activation.name}: f(x)`, [activation.formula, ...set].join(', ')],
    ['f′(x)', activation.derivative],
    [
      vscode.l10n.t('Properties'),
      [
        vscode.l10n.t('range {0}', range),
        vscode.l10n.t('monotone: {0}', yes(monotone)),
        vscode.l10n.t('zero-centred: {0}', yes(zeroCentred)),
        vscode.l10n.t('saturates: {0}', sides(saturates)),
        vscode.l10n.t('costs {0}', cost),
      ].join('; '),
    ],
  ];
}

/** The curve and the derivative, without inputs. */
export function pictureOf(choice: ActivationChoice): CardPicture {
  return {
    uri: activationPicture(choice),
    alt: vscode.l10n.t('{0} and, dashed, its derivative', choice.activation.name),
  };
}

/** What the layer really feeds its function on a photo, over the curve. */
export function inputsMeasurement(
  own: ActivationChoice,
  { statistics, histogram, vanishing = NaN }: Measured,
  photo: string,
): Measurement {
  return {
    facts: [
      [
        vscode.l10n.t('Fed on {0}', photo),
        vscode.l10n.t(
          '{0} … {1}, mean {2}',
          short(statistics.min),
          short(statistics.max),
          short(statistics.mean),
        ),
      ],
      [
        vscode.l10n.t('Nearly flat'),
        vscode.l10n.t(
          'for {0} of the inputs the derivative is below 5 % of its largest value',
          share(vanishing),
        ),
      ],
    ],
    thumbnail: undefined,
    histogram: {
      uri: activationPicture(own, histogram),
      alt: vscode.l10n.t(
        '{0} and, dashed, its derivative, over the histogram of its inputs on {1}',
        own.activation.name,
        photo,
      ),
    },
  };
}

function sides(saturates: ActivationProperties['saturates']): string {
  switch (saturates) {
    case 'never':
      return vscode.l10n.t('never');
    case 'left':
      return vscode.l10n.t('on the left');
    case 'right':
      return vscode.l10n.t('on the right');
    case 'both':
      return vscode.l10n.t('on both sides');
  }
}
