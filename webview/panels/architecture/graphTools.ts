/** The tool bar above the drawing. */

import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';

import { slider } from '../../common/controls.js';
import { element } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import { whole } from '../../common/counts.js';
import type { Scene } from '../../common/graph/graphScene.js';

export interface GraphToolActions {
  scaleBy(direction: 1 | -1): void;
  fit(): void;
  /** The user chose down to which depth groups are open. */
  open(depth: number): void;
}

export class GraphTools {
  private readonly depth;
  private readonly count = element('span', { class: 'muted count' });
  readonly element: HTMLElement;
  private deepest = 1;

  /** @param more what stands at the end of the bar */
  constructor(actions: GraphToolActions, more: HTMLElement) {
    this.depth = slider(
      l10n('Depth'),
      { min: 1, max: 2, step: 1 },
      1,
      (depth) => l10n('{0} of {1}', whole(depth), whole(this.deepest)),
      (depth) => {
        actions.open(depth);
      },
    );
    this.depth.element.classList.add('depth');
    this.depth.element.hidden = true;
    this.depth.element.title = l10n('Down to which depth groups are open');
    this.element = element(
      'div',
      { class: 'graph-tools' },
      tool('zoom-in', l10n('Enlarge (+)'), () => {
        actions.scaleBy(1);
      }),
      tool('zoom-out', l10n('Make smaller (-)'), () => {
        actions.scaleBy(-1);
      }),
      tool('screen-full', l10n('Show all of the graph (0)'), () => {
        actions.fit();
      }),
      this.depth.element,
      this.count,
      more,
    );
  }

  show({ depth, deepest, nodes }: Scene): void {
    const hasGroups = deepest > 1;
    this.deepest = deepest;
    this.depth.setRange({ min: 1, max: deepest, step: 1 });
    this.depth.value = depth;
    this.depth.element.hidden = !hasGroups;
    this.count.textContent = hasGroups ? l10n('{0} nodes', whole(nodes.length)) : '';
  }
}

function tool(icon: string, label: string, onclick: () => void): HTMLElement {
  return element('vscode-toolbar-button', { icon, label, title: label, onclick });
}
