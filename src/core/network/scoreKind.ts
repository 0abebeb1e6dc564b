/** What class scores are: how they become probabilities. */

/**
 * What the numbers of the output are, and with that how they become probabilities:
 * - `logits`: a softmax of them gives probabilities that sum to one
 * - `softmax`: probabilities that sum to one
 * - `log-softmax`: their logarithms
 * - `sigmoid`: a probability for each class alone, as multi-label networks give them
 * - `multilabel-logits`: a sigmoid of each gives its probability alone
 */
export type ScoreKind = (typeof SCORE_KINDS)[number];

export const SCORE_KINDS = ['logits', 'softmax', 'log-softmax', 'sigmoid', 'multilabel-logits'] as const;

/** In words, for the command line and reports. */
export const SCORE_KIND_TEXTS: Readonly<Record<ScoreKind, string>> = {
  logits: 'softmax of logits',
  softmax: 'softmax probabilities',
  'log-softmax': 'exponentials of a log-softmax',
  sigmoid: 'independent probabilities (sigmoid)',
  'multilabel-logits': 'independent probabilities (sigmoid of logits)',
};

/** True where each class has a probability of its own, so that they do not sum to one. */
export function areIndependent({ kind }: { readonly kind: ScoreKind }): boolean {
  return kind === 'sigmoid' || kind === 'multilabel-logits';
}
