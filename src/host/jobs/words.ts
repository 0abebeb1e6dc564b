/** How far a job is, in words. */

import * as vscode from 'vscode';

import type { Count, Progress, Stage } from '../../core/jobs/job.js';
import type { JobState } from './about.js';
import type { JobEntry } from './jobs.js';

export function stateText(state: JobState): string {
  switch (state) {
    case 'waiting':
      return vscode.l10n.t('waiting for its turn');
    case 'running':
      return vscode.l10n.t('running');
    case 'paused':
      return vscode.l10n.t('paused');
    case 'done':
      return vscode.l10n.t('done');
    case 'failed':
      return vscode.l10n.t('failed');
    case 'cancelled':
      return vscode.l10n.t('cancelled');
    case 'stopped':
      return vscode.l10n.t('stopped when the VS Code window closed');
  }
}

/** `occlusion: 270 of 625 positions (43 %)`. */
export function progressText({ stage, share, count }: Progress): string {
  const percent = Math.floor(share * 100);
  return count === undefined
    ? vscode.l10n.t('{0} ({1} %)', stageText(stage), percent)
    : vscode.l10n.t('{0}: {1} ({2} %)', stageText(stage), countText(count), percent);
}

/** Time that is left, and how fast it goes; empty before that can be told. */
export function paceText({ progress, pace }: Pick<JobEntry, 'progress' | 'pace'>): string {
  const { rate, remaining } = pace;
  const unit = progress?.count?.unit;
  return [
    ...(remaining === undefined ? [] : [vscode.l10n.t('{0} left', timeText(remaining))]),
    ...(rate === undefined || unit === undefined ? [] : [rateText(rate, unit)]),
  ].join(', ');
}

function stageText(stage: Stage): string {
  switch (stage) {
    case 'downloading':
      return vscode.l10n.t('downloading');
    case 'unpacking':
      return vscode.l10n.t('unpacking');
    case 'opening':
      return vscode.l10n.t('preparing');
    case 'graph':
      return vscode.l10n.t('graph');
    case 'weights':
      return vscode.l10n.t('weights');
    case 'filters':
      return vscode.l10n.t('filters');
    case 'photos':
      return vscode.l10n.t('photos');
    case 'colours':
      return vscode.l10n.t('colours');
    case 'predictions':
      return vscode.l10n.t('predictions');
    case 'kernels':
      return vscode.l10n.t('kernels');
    case 'feature maps':
      return vscode.l10n.t('feature maps');
    case 'projections':
      return vscode.l10n.t('projections');
    case 'occlusion':
      return vscode.l10n.t('occlusion');
    case 'ablations':
      return vscode.l10n.t('ablations');
    case 'components':
      return vscode.l10n.t('principal components');
    case 'neighbours':
      return vscode.l10n.t('neighbours');
    case 'map':
      return vscode.l10n.t('map of the set');
  }
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);

function countText({ done, of, unit }: Count): string {
  switch (unit) {
    case 'bytes':
      return vscode.l10n.t('{0} of {1} MB', megabytes(done), megabytes(of));
    case 'layers':
      return vscode.l10n.t('{0} of {1} layers', done, of);
    case 'maps':
      return vscode.l10n.t('{0} of {1} maps', done, of);
    case 'photos':
      return vscode.l10n.t('{0} of {1} photos', done, of);
    case 'positions':
      return vscode.l10n.t('{0} of {1} positions', done, of);
    case 'weights':
      return vscode.l10n.t('{0} of {1} weights', done, of);
  }
}

function rateText(rate: number, unit: Count['unit']): string {
  const short = rate < 10 ? rate.toFixed(1) : rate.toFixed(0);
  switch (unit) {
    case 'bytes':
      return vscode.l10n.t('{0} MB/s', (rate / 1e6).toFixed(1));
    case 'layers':
      return vscode.l10n.t('{0} layers/s', short);
    case 'maps':
      return vscode.l10n.t('{0} maps/s', short);
    case 'photos':
      return vscode.l10n.t('{0} photos/s', short);
    case 'positions':
      return vscode.l10n.t('{0} positions/s', short);
    case 'weights':
      return vscode.l10n.t('{0} weights/s', short);
  }
}

function timeText(seconds: number): string {
  const whole = Math.ceil(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours > 0
    ? vscode.l10n.t('{0} h {1} min', hours, minutes)
    : minutes > 0
      ? vscode.l10n.t('{0} min {1} s', minutes, whole % 60)
      : vscode.l10n.t('{0} s', whole);
}
