/** Looking at a model's graph, weights and answers to photos. */

import * as vscode from 'vscode';

import type { Job } from '../../core/jobs/job.js';
import { inspectionJob } from '../../core/problems/inspection.js';
import type { Inspection } from '../../core/problems/inspection.js';
import type { Problem } from '../../core/problems/problem.js';
import type { FloatTensor } from '../../core/tensor.js';
import type { JobAbout } from '../jobs/about.js';
import type { OpenModel } from '../modelFiles.js';
import type { Services } from '../services.js';

/** What finds the problems of a model on some photos. */
export async function inspectionOf(
  { prepared }: Pick<Services, 'prepared'>,
  model: OpenModel,
  photos: readonly string[],
): Promise<Job<readonly Problem[], Inspection>> {
  const inputs: FloatTensor[] = [];
  for (const photo of photos) {
    inputs.push((await prepared.prepare(model, photo)).tensor);
  }
  const { preprocessing, isDeclared } = model.preprocessing;
  return inspectionJob(model.network, { inputs, preprocessing, isDeclared });
}

export function inspectionAbout({ view }: OpenModel): JobAbout {
  return {
    subject: `problems ${view.uri}`,
    title: vscode.l10n.t('Finding Problems'),
    detail: view.name,
    place: { kind: 'panel', panel: 'architecture', model: view.uri },
    result: { kind: 'problems' },
    again: { command: 'findProblems', argument: { uri: view.uri } },
    turn: 'queued',
    canPause: true,
  };
}
