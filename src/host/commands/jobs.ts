/** What can be done with jobs: the one of a row, or one that is chosen among those that it fits. */

import * as vscode from 'vscode';

import { canPause, canStartAgain, isEnded, isPaused } from '../jobs/about.js';
import type { Place } from '../jobs/about.js';
import type { JobEntry } from '../jobs/jobs.js';
import { stateText } from '../jobs/words.js';
import type { Panels } from '../panels/panels.js';
import type { Services } from '../services.js';

/** Ends the job of a row; without one, the job that runs, or those chosen of several. Other work ends where no job runs. */
export async function cancel({ jobs, engine }: Services, argument: unknown): Promise<void> {
  const row = rowOf(argument);
  const running = jobs.all.filter((job) => !isEnded(job));
  if (row !== undefined) {
    jobs.cancel(row);
  } else if (running.length === 0) {
    engine.cancel();
  } else {
    const [only, ...others] = running;
    const chosen =
      only !== undefined && others.length === 0
        ? [only]
        : (
            await vscode.window.showQuickPick(running.map(pickOf), {
              title: vscode.l10n.t('Unpool: Cancel Jobs'),
              canPickMany: true,
            })
          )?.map(({ entry }) => entry);
    chosen?.forEach((entry) => {
      jobs.cancel(entry);
    });
  }
}

export async function pauseJob({ jobs }: Services, argument: unknown): Promise<void> {
  const job = await chosenJob(jobs.all.filter(canPause), argument, vscode.l10n.t('Unpool: Pause Job'));
  if (job !== undefined) {
    jobs.pause(job);
  }
}

export async function resumeJob({ jobs }: Services, argument: unknown): Promise<void> {
  const job = await chosenJob(jobs.all.filter(isPaused), argument, vscode.l10n.t('Unpool: Resume Job'));
  if (job !== undefined) {
    jobs.resume(job);
  }
}

/** Starts what failed, was cancelled or was stopped again; it goes on where it was, if it has kept something. */
export async function startJobAgain({ jobs }: Services, argument: unknown): Promise<void> {
  const title = vscode.l10n.t('Unpool: Start Job Again');
  const job = await chosenJob(jobs.all.filter(canStartAgain), argument, title);
  if (job !== undefined) {
    const { command, argument: given } = job.about.again;
    jobs.clear(job);
    await vscode.commands.executeCommand(`unpool.${command}`, given);
  }
}

/** Shows the panel, the view or the file that a job belongs to. */
export async function revealJob({ jobs }: Services, panels: Panels, argument: unknown): Promise<void> {
  const job = await chosenJob(jobs.all, argument, vscode.l10n.t('Unpool: Reveal Job'));
  if (job !== undefined) {
    const { place, result } = job.about;
    await show(panels, job.state === 'done' && result !== undefined ? result : place);
  }
}

async function show(panels: Panels, place: Place): Promise<void> {
  switch (place.kind) {
    case 'panel':
      await panels.show(place.panel, vscode.Uri.parse(place.model), { layer: place.layer });
      break;
    case 'file':
      await vscode.env.openExternal(vscode.Uri.parse(place.uri));
      break;
    case 'problems':
      await vscode.commands.executeCommand('workbench.actions.view.problems');
      break;
    case 'photos':
      await vscode.commands.executeCommand('unpool.photos.focus');
      break;
    case 'log':
      await vscode.commands.executeCommand('unpool.showLog');
      break;
  }
}

/** The job of a row, or the only one that fits, or one of several. */
async function chosenJob(
  fitting: readonly JobEntry[],
  argument: unknown,
  title: string,
): Promise<JobEntry | undefined> {
  const row = rowOf(argument);
  const [only, ...others] = fitting;
  if (row !== undefined || others.length === 0) {
    return row ?? only;
  }
  return (await vscode.window.showQuickPick(fitting.map(pickOf), { title }))?.entry;
}

function pickOf(entry: JobEntry): vscode.QuickPickItem & { readonly entry: JobEntry } {
  const { about, state } = entry;
  return { label: about.title, description: about.detail, detail: stateText(state), entry };
}

/** A row of the view is the job itself. */
function rowOf(argument: unknown): JobEntry | undefined {
  return typeof argument === 'object' && argument !== null && 'about' in argument
    ? (argument as JobEntry)
    : undefined;
}
