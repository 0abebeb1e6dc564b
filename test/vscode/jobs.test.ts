/** The Jobs view, on an engine that is held: what runs, what waits, and what a person can do with each. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

import { holdEngine, killEngine, releaseEngine } from './engineProcess.js';
import { describeInVsCode, MODEL, PATIENCE } from './window.js';

const REPORT = 'Report';
const PROBLEMS = 'Finding Problems';

describeInVsCode('jobs', { expected: /engine process|SIGKILL/ }, (window) => {
  const { userDataDir } = window.server;
  const view = () => window.workbench.view('Unpool', 'Jobs');
  /** What the view says of each job, the newest first. */
  const jobs = async (): Promise<string[]> =>
    (await (await view()).rows()).map(({ label, description }) => {
      const [state = ''] = description.split(' · ');
      // How far it comes before it needs the engine is its own affair.
      return `${label}: ${/^\d+ %$/.test(state) ? 'running' : state}`;
    });
  const act = async (job: string, action: string): Promise<void> => (await view()).rowAction(job, action);

  // A process that is held does not end with its parent.
  afterAll(() => {
    releaseEngine(userDataDir);
  });

  it('says what it is for while there is none', async () => {
    await window.workbench.openFile(MODEL);
    await window.workbench.runCommand('Unpool: Add the Demo Photos');
    expect(await (await view()).text()).toContain('longer than a second');
  });

  it('lists what runs, and what waits for its turn', async () => {
    await window.show('Predictions');
    holdEngine(userDataDir);
    await window.workbench.runCommand('Unpool: Export Report...');
    await window.chooseFile();
    await expect.poll(jobs, PATIENCE).toEqual([`${REPORT}: running`]);
    await window.workbench.runCommand('Unpool: Find Problems');
    await expect.poll(jobs, PATIENCE).toEqual([`${PROBLEMS}: waiting for its turn`, `${REPORT}: running`]);
    await window.workbench.waitForNotification('waiting for its turn');
    const row = await (await view()).row(REPORT);
    expect(await row.getAttribute('aria-label')).toMatch(
      new RegExp(`^Report, ${MODEL}, \\S+, running, \\d+ %`),
    );
  });

  it('pauses one, which lets the next one run, and resumes it', async () => {
    await act(REPORT, 'Pause Job');
    await expect.poll(jobs, PATIENCE).toEqual([`${PROBLEMS}: running`, `${REPORT}: paused`]);
    await act(REPORT, 'Resume Job');
    await expect.poll(jobs, PATIENCE).toEqual([`${PROBLEMS}: running`, `${REPORT}: waiting for its turn`]);
  });

  it('cancels one and no other', async () => {
    await act(PROBLEMS, 'Cancel Running Work');
    await expect.poll(jobs, PATIENCE).toEqual([`${PROBLEMS}: cancelled`, `${REPORT}: running`]);
  });

  it('tells when one is done, and shows what it belongs to', async () => {
    releaseEngine(userDataDir);
    await expect.poll(jobs, PATIENCE).toEqual([`${PROBLEMS}: cancelled`, `${REPORT}: done`]);
    expect(existsSync(join(window.folder, 'unpool-report.html'))).toBe(true);
    await window.workbench.waitForNotification('The report is in unpool-report.html');
    await window.workbench.clearNotifications();
  });

  it('starts one again that was cancelled, and goes where its result is', async () => {
    await act(PROBLEMS, 'Start Job Again');
    await window.workbench.waitForNotification(`${MODEL}: `);
    await window.workbench.clearNotifications();
    // Where it took no longer than a second, it is not listed.
    await expect
      .poll(async () => (await jobs()).filter((job) => job !== `${PROBLEMS}: done`), PATIENCE)
      .toEqual([`${REPORT}: done`]);
  });

  it('clears those that have ended', async () => {
    await (await view()).titleAction('Clear Finished Jobs');
    await expect.poll(async () => (await view()).text(), PATIENCE).toContain('longer than a second');
  });

  it('says why one failed', async () => {
    holdEngine(userDataDir);
    await window.workbench.runCommand('Unpool: Find Problems');
    await expect.poll(jobs, PATIENCE).toEqual([`${PROBLEMS}: running`]);
    killEngine(userDataDir);
    await expect.poll(jobs, PATIENCE).toEqual([`${PROBLEMS}: failed`]);
    await window.workbench.waitForNotification(/engine process was stopped/);
    await window.workbench.clearNotifications();
  });

  it('says after a reload what was stopped, and starts it again', async () => {
    await window.show('Predictions');
    await window.workbench.runCommand('Unpool: Clear Finished Jobs');
    // The panel has started the engine anew.
    await window.workbench.waitForStatusBarItem(/CPU$/);
    holdEngine(userDataDir);
    await window.workbench.runCommand('Unpool: Find Problems');
    await expect.poll(jobs, PATIENCE).toEqual([`${PROBLEMS}: running`]);
    await window.workbench.reload();
    releaseEngine(userDataDir);
    await expect.poll(jobs, PATIENCE).toEqual([`${PROBLEMS}: stopped when the VS Code window closed`]);
    await act(PROBLEMS, 'Start Job Again');
    await window.workbench.waitForNotification(`${MODEL}: `);
    await expect
      .poll(async () => (await jobs()).filter((job) => job !== `${PROBLEMS}: done`), PATIENCE)
      .toEqual([]);
  });
});
