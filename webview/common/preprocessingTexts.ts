/** A preprocessing in words. */

import type { ModelView, PreprocessingView } from '../../src/protocol/view.js';

/** Finds the translation of a text: `l10n` of `host.ts`. */
type Translate = (text: string, ...values: readonly (string | number)[]) => string;

/** What the preprocessing is called: `ImageNet preprocessing`. */
export function titleOf({ preset }: Pick<PreprocessingView, 'preset'>, l10n: Translate): string {
  switch (preset) {
    case 'imagenet':
      return l10n('ImageNet preprocessing');
    case 'caffe':
      return l10n('Caffe preprocessing');
    case 'tf':
      return l10n('TensorFlow preprocessing');
    case 'unit':
      return l10n('Unit-range preprocessing');
    default:
      return l10n('Custom preprocessing');
  }
}

/** The same in a line that says, too, whether anybody chose it: `ImageNet preprocessing, assumed`. */
export function chipText(
  preprocessing: Pick<PreprocessingView, 'preset' | 'isAssumed'>,
  l10n: Translate,
): string {
  const title = titleOf(preprocessing, l10n);
  return preprocessing.isAssumed ? l10n('{0}, assumed', title) : title;
}

/** What is done to a photo, one after the other: names and values. */
export function steps(
  { channels, scale, mean, std, resize }: PreprocessingView,
  { inputWidth, inputHeight }: Pick<ModelView, 'inputWidth' | 'inputHeight'>,
  l10n: Translate,
): readonly (readonly [name: string, value: string])[] {
  const fit = {
    crop: l10n('centre crop'),
    margin: l10n('centre crop with a margin'),
    squash: l10n('squashed to fit'),
  }[resize];
  return [
    [l10n('Resize'), `${inputHeight}×${inputWidth}, ${fit}`],
    [l10n('Channels'), channels === 'grey' ? l10n('grey') : channels],
    [l10n('Divide by'), String(scale)],
    [l10n('Subtract mean'), mean.join(', ')],
    [l10n('Divide by std'), std.join(', ')],
  ];
}
