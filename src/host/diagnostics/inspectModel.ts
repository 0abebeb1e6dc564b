/** Looking at a model's graph, weights and answers to photos. */

import * as vscode from 'vscode';

import { inspect } from '../../core/problems/inspection.js';
import type { Inspection } from '../../core/problems/inspection.js';
import type { FloatTensor } from '../../core/tensor.js';
import type { OpenModel } from '../modelFiles.js';
import type { Services } from '../services.js';

/** The findings on a model and some photos. */
export async function inspectModel(
  { prepared, engine }: Pick<Services, 'prepared' | 'engine'>,
  model: OpenModel,
  photos: readonly string[],
  signal: AbortSignal,
  report?: (message: string, share: number) => void,
): Promise<Inspection> {
  const inputs: FloatTensor[] = [];
  for (const photo of photos) {
    inputs.push((await prepared.prepare(model, photo)).tensor);
  }
  const { preprocessing, isDeclared } = model.preprocessing;
  const words: Readonly<Record<string, string>> = {
    graph: vscode.l10n.t('the graph'),
    weights: vscode.l10n.t('the weights'),
    filters: vscode.l10n.t('the filters'),
    photos: vscode.l10n.t('the photos'),
  };
  return inspect(engine, model.network, {
    inputs,
    preprocessing,
    isDeclared,
    signal,
    onProgress: (what, share) => report?.(words[what] ?? what, share),
  });
}
