/** The jobs of this VS Code window and how far they are; those that have ended until they are cleared. */

import * as vscode from 'vscode';

import { canPause, canStartAgain, isEnded, isPaused } from '../jobs/about.js';
import type { JobState } from '../jobs/about.js';
import type { JobEntry, Jobs } from '../jobs/jobs.js';
import { paceText, progressText, stateText } from '../jobs/words.js';

/** Rows are drawn no more often. */
const REDRAW_MS = 250;

export class JobsView implements vscode.TreeDataProvider<JobEntry> {
  private readonly changed = new vscode.EventEmitter<JobEntry | undefined>();
  private readonly tree: vscode.TreeView<JobEntry>;
  private readonly disposables: vscode.Disposable[];
  /** Rows that are to be drawn again; undefined is all of them. */
  private readonly waiting = new Set<JobEntry | undefined>();
  private redrawing: NodeJS.Timeout | undefined;
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly jobs: Jobs) {
    this.tree = vscode.window.createTreeView('unpool.jobs', { treeDataProvider: this });
    this.disposables = [
      this.changed,
      this.tree,
      new vscode.Disposable(() => {
        clearTimeout(this.redrawing);
      }),
      jobs.onDidChange((entry) => {
        this.redrawSoon(entry);
      }),
    ];
    this.count();
  }

  getChildren(entry?: JobEntry): JobEntry[] {
    return entry === undefined ? [...this.jobs.all] : [];
  }

  getTreeItem(entry: JobEntry): vscode.TreeItem {
    const { id, about, state, progress, error } = entry;
    const item = new vscode.TreeItem(about.title);
    item.id = String(id);
    const pace = state === 'running' ? paceText(entry) : '';
    const now = state === 'running' && progress !== undefined ? percent(entry) : stateText(state);
    item.description = [now, ...(pace === '' ? [] : [pace]), about.detail].join(' · ');
    item.iconPath = iconOf(state);
    item.contextValue = ['job', ...actionsOf(entry)].join(' ');
    item.tooltip = [
      `${about.title}: ${about.detail}`,
      endText(entry),
      ...(progress === undefined || state === 'done' ? [] : [progressText(progress)]),
      ...(pace === '' ? [] : [pace]),
      ...(error === undefined ? [] : [error]),
    ].join('\n');
    item.accessibilityInformation = {
      label: [about.title, about.detail, stateText(state), ...(state === 'running' ? [percent(entry)] : [])]
        .filter((part) => part !== '')
        .join(', '),
    };
    item.command = {
      command: 'unpool.revealJob',
      title: vscode.l10n.t('Reveal Job'),
      arguments: [entry],
    };
    return item;
  }

  dispose(): void {
    this.disposables.forEach((each) => {
      each.dispose();
    });
  }

  private redrawSoon(entry: JobEntry | undefined): void {
    this.waiting.add(entry);
    this.redrawing ??= setTimeout(() => {
      this.redrawing = undefined;
      const isWhole = this.waiting.has(undefined);
      const rows = isWhole ? [undefined] : this.jobs.all.filter((each) => this.waiting.has(each));
      this.waiting.clear();
      rows.forEach((row) => {
        this.changed.fire(row);
      });
      if (isWhole) {
        this.count();
      }
    }, REDRAW_MS);
  }

  /** How many are under way, on the view's icon. */
  private count(): void {
    const value = this.jobs.all.filter((entry) => !isEnded(entry)).length;
    this.tree.badge =
      value === 0
        ? undefined
        : {
            value,
            tooltip:
              value === 1 ? vscode.l10n.t('1 job under way') : vscode.l10n.t('{0} jobs under way', value),
          };
  }
}

function percent({ progress }: JobEntry): string {
  return progress === undefined ? '' : `${Math.floor(progress.share * 100)} %`;
}

function endText({ state, ended }: JobEntry): string {
  return ended === undefined ? stateText(state) : `${stateText(state)}, ${new Date(ended).toLocaleString()}`;
}

/** Words that `when` clauses of the menus look for. */
function actionsOf(entry: JobEntry): readonly string[] {
  return [
    ...(isEnded(entry) ? [] : ['cancellable']),
    ...(canPause(entry) ? ['pausable'] : []),
    ...(isPaused(entry) ? ['paused'] : []),
    ...(canStartAgain(entry) ? ['again'] : []),
  ];
}

function iconOf(state: JobState): vscode.ThemeIcon {
  switch (state) {
    case 'waiting':
      return new vscode.ThemeIcon('clock');
    case 'running':
      return new vscode.ThemeIcon('loading~spin');
    case 'paused':
      return new vscode.ThemeIcon('debug-pause');
    case 'done':
      return new vscode.ThemeIcon('pass', new vscode.ThemeColor('testing.iconPassed'));
    case 'failed':
      return new vscode.ThemeIcon('error', new vscode.ThemeColor('testing.iconFailed'));
    case 'cancelled':
      return new vscode.ThemeIcon('circle-slash');
    case 'stopped':
      return new vscode.ThemeIcon('debug-disconnect');
  }
}
