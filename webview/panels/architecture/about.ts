/** What the model is and what is wrong with it: in full, or folded to a line. */

import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';

import type { ModelView } from '../../../src/protocol/view.js';
import { element } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import { facts } from './facts.js';
import { problemList } from './problems.js';
import type { ProblemActions } from './problems.js';

/** An editor smaller than this, in CSS pixels, needs its room for the layers. */
const ROOMY = { width: 760, height: 560 };

export interface AboutActions extends ProblemActions {
  folded(isFolded: boolean): void;
}

export class About {
  private readonly list = element('div', { class: 'line' });
  private readonly found = element('div');
  readonly element = element('div', { class: 'about' }, this.list, this.found);
  private readonly fold = element('vscode-toolbar-button', {
    onclick: () => {
      this.chosen = !this.isFolded;
      this.actions.folded(this.chosen);
      this.show();
    },
  });

  /** @param chosen whether the user folded it; undefined leaves that to the room there is */
  constructor(
    private chosen: boolean | undefined,
    private readonly actions: AboutActions,
  ) {
    window.addEventListener('resize', () => {
      this.show();
    });
    this.show();
  }

  setModel(model: ModelView): void {
    this.list.replaceChildren(this.fold, facts(model));
    this.found.replaceChildren(problemList(model.problems, !this.isFolded, this.actions));
  }

  private get isFolded(): boolean {
    const { innerWidth, innerHeight } = window;
    return this.chosen ?? (innerWidth < ROOMY.width || innerHeight < ROOMY.height);
  }

  private show(): void {
    const { isFolded, fold } = this;
    const label = isFolded ? l10n('Show all about the model') : l10n('Show the model in one line');
    this.element.classList.toggle('folded', isFolded);
    fold.icon = isFolded ? 'chevron-right' : 'chevron-down';
    fold.label = label;
    fold.title = label;
  }
}
