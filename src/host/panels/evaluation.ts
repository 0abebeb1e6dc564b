/** How often models are wrong about the photos of a set, and about which. */

import { basename } from 'node:path';

import * as vscode from 'vscode';

import type { Evaluation } from '../../core/analysis/photoSet/evaluation.js';
import { writeEvaluation } from '../../core/analysis/photoSet/evaluationFiles.js';
import { evaluationJob } from '../../core/analysis/photoSet/evaluationJob.js';
import { labelMatches } from '../../core/analysis/photoSet/labelMatches.js';
import { UserError } from '../../core/errors.js';
import type { Job } from '../../core/jobs/job.js';
import type { Handlers } from '../../protocol/channel.js';
import type {
  EvaluationChoice,
  EvaluationProgress,
  EvaluationRequests,
} from '../../protocol/panels/evaluation.js';
import type { JobAbout } from '../jobs/about.js';
import { paceText, progressText, stateText } from '../jobs/words.js';
import { browseForSet } from '../sets/browsing.js';
import type { RunningEvaluation } from '../sets/evaluations.js';
import { visitSetPhoto } from '../sets/setPhotos.js';
import { findModels, MOST_MODELS } from '../workspaceModels.js';
import type { PanelContext } from './context.js';
import { answeredPhotos, errorViews, evaluationView } from './evaluationView.js';
import { everyPanelHandlers } from './everyPanel.js';

export function evaluationHandlers(context: PanelContext): Handlers<EvaluationRequests> {
  const { file, evaluations, jobs, photoSets } = context;
  let shown: Evaluation | undefined;
  let running: RunningEvaluation | undefined;
  const there = (): Evaluation => {
    if (shown === undefined) {
      throw new UserError(vscode.l10n.t('There is no evaluation yet.'));
    }
    return shown;
  };
  return {
    ...everyPanelHandlers(context),
    evaluationOffer: async () => {
      const models = await findModels(MOST_MODELS);
      const nameOf = (uri: vscode.Uri): string => vscode.workspace.asRelativePath(uri);
      return {
        sets: photoSets.all.map((root) => ({ root, name: basename(root) })),
        models: models
          .filter((uri) => uri.toString() !== file.uri.toString())
          .map((uri) => ({ uri: uri.toString(), name: nameOf(uri) })),
      };
    },
    addEvaluationSet: async ({ kind }) => {
      const root = await browseForSet(kind, vscode.l10n.t('Unpool: Photos to Evaluate On'));
      if (root !== undefined) {
        await photoSets.add([root]);
      }
      return root ?? null;
    },
    evaluation: async ({ choice, start }, signal, partial) => {
      [shown, running] = [undefined, undefined];
      const opened = await openEvaluation(context, choice);
      const { key } = opened.job;
      let isHandedOver = false;
      try {
        shown = await evaluations.done(key);
        if (shown !== undefined) {
          return evaluationView(shown);
        }
        let run = evaluations.running(key);
        if (run === undefined) {
          if (!start && !evaluations.wasStopped(key)) {
            return null;
          }
          isHandedOver = true;
          run = evaluations.start(
            opened.job,
            aboutEvaluation(context, choice, opened.names, key),
            opened.close,
          );
        }
        const following = run;
        running = run;
        const evaluation = await evaluations.follow(run, signal, () => {
          partial(progressView(following));
        });
        shown = evaluation;
        return evaluationView(evaluation);
      } finally {
        if (!isHandedOver) {
          opened.close();
        }
      }
    },
    controlEvaluation: async ({ action }) => {
      if (running !== undefined) {
        jobs[action](running.entry);
      }
      return null;
    },
    evaluatedPhotos: async (params) => answeredPhotos(there(), params),
    evaluatedThumbnail: async ({ set, path, side }) =>
      new Uint8Array(await photoSets.picture(set, path, side)).buffer,
    openEvaluatedPhoto: async ({ set, path, panel }) => {
      await visitSetPhoto(context, set, path);
      await context.open(panel, {});
      return null;
    },
    exportEvaluation: async ({ form }) => {
      const evaluation = there();
      const target = await chooseTarget(form);
      if (target !== undefined) {
        await writeEvaluation(evaluation, target.fsPath, form === 'parquet' ? 'folder' : form);
      }
      return target !== undefined;
    },
  };
}

interface OpenedEvaluation {
  readonly job: Job<Evaluation, Evaluation>;
  readonly names: readonly string[];
  /** Lets the models and the photos go. */
  readonly close: () => void;
}

/** @throws UserError where a model, or the photos, cannot be evaluated */
async function openEvaluation(
  { file, selection, photoSets }: PanelContext,
  { set: root, models, crops, robustness }: EvaluationChoice,
): Promise<OpenedEvaluation> {
  const leases = [file.uri, ...models.map((uri) => vscode.Uri.parse(uri))].map((uri) =>
    selection.acquire(uri),
  );
  const release = (): void => {
    leases.forEach((lease) => {
      lease.dispose();
    });
  };
  try {
    const opened = await Promise.all(leases.map((lease) => lease.file.get()));
    const evaluated = opened.map(({ network, preprocessing, labels }) => ({
      network,
      preprocessing: preprocessing.preprocessing,
      names: labels.names,
    }));
    const names = evaluated.find((each) => each.names.length > 0)?.names ?? [];
    const set = await photoSets.open(root);
    const close = (): void => {
      void set.close();
      release();
    };
    try {
      const [first] = evaluated;
      const matches = first === undefined ? [] : await labelMatches(first.network, set, names);
      const job = evaluationJob(evaluated, set, { crops, robustness, matches });
      return { job, names: opened.map(({ view }) => view.name), close };
    } catch (error) {
      void set.close();
      throw error;
    }
  } catch (error) {
    release();
    throw error;
  }
}

function aboutEvaluation(
  { file }: PanelContext,
  { set }: EvaluationChoice,
  names: readonly string[],
  key: string,
): JobAbout {
  const uri = file.uri.toString();
  return {
    subject: `evaluation ${key}`,
    title: vscode.l10n.t('Evaluation'),
    detail: `${names.join(' + ')}, ${basename(set)}`,
    place: { kind: 'panel', panel: 'evaluation', model: uri },
    again: { command: 'showEvaluation', argument: { uri } },
    turn: 'queued',
    canPause: true,
  };
}

function progressView({ entry, soFar }: RunningEvaluation): EvaluationProgress {
  const { state, progress } = entry;
  const isHeld = state === 'paused' || state === 'waiting';
  const words = [
    ...(isHeld ? [stateText(state)] : []),
    ...(progress === undefined ? [] : [progressText(progress)]),
    ...(isHeld ? [] : [paceText(entry)]),
  ];
  return {
    state: isHeld ? state : 'running',
    text: words.filter((each) => each !== '').join(' · '),
    share: progress?.share ?? 0,
    rows: soFar === undefined ? [] : errorViews(soFar),
  };
}

/** A file, or a folder that is to be made. */
async function chooseTarget(form: 'csv' | 'json' | 'parquet'): Promise<vscode.Uri | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const name = form === 'parquet' ? 'evaluation' : `evaluation.${form}`;
  return vscode.window.showSaveDialog({
    title:
      form === 'parquet'
        ? vscode.l10n.t('Unpool: Folder for the Parquet Tables')
        : vscode.l10n.t('Unpool: Export Evaluation'),
    ...(form !== 'parquet' && { filters: { [form.toUpperCase()]: [form] } }),
    ...(folder && { defaultUri: vscode.Uri.joinPath(folder, name) }),
  });
}
