/** The network drawn: from its input at the top down to its answer. */

import '@vscode-elements/elements/dist/vscode-button/index.js';
import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';

import type { Client } from '../../../src/protocol/channel.js';
import type { EveryPanelEvents, EveryPanelRequests } from '../../../src/protocol/everyPanel.js';
import type { ArchitectureRequests, Grouping } from '../../../src/protocol/panels/architecture.js';
import type { LayerView, ModelView } from '../../../src/protocol/view.js';
import { Busy } from '../../common/busy.js';
import { element } from '../../common/dom.js';
import { ErrorLine } from '../../common/errors.js';
import { l10n } from '../../common/host.js';
import { saveBar } from '../../common/save.js';
import { whole } from './format.js';
import { graphPicture } from './graphPicture.js';
import { sceneOf } from './graphScene.js';
import type { Scene, SceneNode } from './graphScene.js';
import { collapse, collapseAll, expand, expandAll } from './grouping.js';
import { setLayerContext } from './layerContext.js';
import { nodeAfterKey } from './neighbours.js';
import { Stage } from './stage.js';

export interface GraphActions {
  select(layer: LayerView): void;
  /** Enter or a double click on a layer. */
  open(layer: LayerView): void;
  regrouped(grouping: Grouping): void;
}

const NODE_ID = 'graph-node';

export class GraphPane {
  private readonly errors: ErrorLine;
  private readonly busy: Busy;
  private readonly stage = new Stage({
    onPick: ({ node, group }, isDouble) => {
      if (group !== undefined) {
        this.regroup(collapse(this.grouping, group), group);
      } else if (node !== undefined) {
        this.pick(node);
        if (isDouble) {
          this.activate(node);
        }
      }
    },
  });
  private readonly spoken = element('div', {
    class: 'spoken',
    role: 'option',
    id: NODE_ID,
    'aria-selected': 'true',
  });
  private readonly again = element(
    'vscode-button',
    {
      hidden: true,
      onclick: () => {
        this.load();
      },
    },
    l10n('Draw the Graph'),
  );
  private readonly groupTools: readonly HTMLElement[] = [
    this.tool('collapse-all', l10n('Collapse all groups'), () => {
      this.regroup(collapseAll(this.scene?.nodes ?? []), undefined);
    }),
    this.tool('expand-all', l10n('Expand the groups shown'), () => {
      this.regroup(expandAll(this.grouping, this.scene?.nodes ?? []), undefined);
    }),
  ];
  private readonly count = element('span', { class: 'muted count' });
  private readonly view: HTMLElement;
  readonly element: HTMLElement;
  private model: ModelView | undefined;
  private scene: Scene | undefined;
  /** What is drawn, or on its way. */
  private drawn: ModelView | undefined;
  private isSeen = false;
  /** Index of the selected node, which may be a group. */
  private node = -1;
  private place = -1;
  private matches: ReadonlySet<number> = new Set();

  constructor(
    private readonly client: Client<ArchitectureRequests, EveryPanelEvents>,
    common: Client<EveryPanelRequests, EveryPanelEvents>,
    private grouping: Grouping,
    private readonly actions: GraphActions,
  ) {
    this.errors = new ErrorLine(common);
    this.busy = new Busy(this.errors);
    this.view = element(
      'div',
      {
        class: 'view',
        role: 'listbox',
        tabindex: 0,
        'aria-label': l10n('Graph of the layers'),
        'aria-description': l10n(
          'Arrow keys follow the edges, plus and minus scale, 0 shows all, Space opens and closes a group, Enter shows what a layer does.',
        ),
        onkeydown: (event) => {
          this.onKey(event as KeyboardEvent);
        },
        onfocus: () => {
          this.stage.setEmphasis({ hasFocus: true });
        },
        onblur: () => {
          this.stage.setEmphasis({ hasFocus: false });
        },
      },
      this.stage.element,
      this.spoken,
    );
    this.element = element(
      'section',
      { class: 'graph', 'aria-label': l10n('Graph') },
      element(
        'div',
        { class: 'graph-tools' },
        this.tool('zoom-in', l10n('Enlarge (+)'), () => {
          this.stage.scaleBy(1);
        }),
        this.tool('zoom-out', l10n('Make smaller (-)'), () => {
          this.stage.scaleBy(-1);
        }),
        this.tool('screen-full', l10n('Show all of the graph (0)'), () => {
          this.stage.fit();
        }),
        ...this.groupTools,
        this.count,
        saveBar(common, this.errors, {
          label: l10n('whole graph'),
          name: () => `${this.model?.name.replace(/\.onnx$/, '') ?? ''}-graph`,
          picture: () => graphPicture(this.scene),
        }),
      ),
      this.errors.element,
      this.busy.element,
      this.again,
      this.view,
    );
  }

  /** The graph is laid out only when somebody sees it. */
  setSeen(isSeen: boolean): void {
    this.isSeen = isSeen;
    if (isSeen && this.model !== undefined && this.drawn !== this.model) {
      this.load();
    }
  }

  setModel(model: ModelView): void {
    this.model = model;
    this.setSeen(this.isSeen);
  }

  /** Marks the node of a layer, by its place in the network, and brings it into sight; -1 for none. */
  select(place: number): void {
    const isNew = place !== this.place;
    this.place = place;
    const node = this.scene?.nodeOf[place] ?? -1;
    this.mark(node);
    if (isNew) {
      this.stage.reveal(node);
    }
  }

  /** Marks what a search found; by places in the network, undefined for no search. */
  setMatches(places: readonly number[] | undefined): void {
    this.matches = new Set(places);
    this.showMatches();
  }

  private showMatches(): void {
    const nodes = this.scene?.nodeOf;
    this.stage.setEmphasis({ matches: new Set([...this.matches].map((place) => nodes?.[place] ?? -1)) });
  }

  /** @param anchor the group that stays where it is looked at */
  private regroup(grouping: Grouping, anchor: string | undefined): void {
    this.grouping = grouping;
    this.actions.regrouped(grouping);
    this.load(anchor);
  }

  private load(anchor?: string): void {
    const { model, grouping } = this;
    if (model === undefined) {
      return;
    }
    const isFirst = this.drawn !== model || this.scene === undefined;
    this.drawn = model;
    this.again.hidden = true;
    this.element.dataset['state'] = 'loading';
    void this.busy
      .run(l10n('Laying out the graph'), (signal) => this.client.request('graph', grouping, { signal }))
      .then((view) => {
        if (this.model !== model || this.grouping !== grouping) {
          return;
        }
        this.element.dataset['state'] = 'ready';
        if (view === undefined) {
          this.again.hidden = this.scene !== undefined;
          return;
        }
        this.show(sceneOf(view, model, countText), anchor, isFirst);
      });
  }

  private show(scene: Scene, anchor: string | undefined, isFirst: boolean): void {
    this.scene = scene;
    const isAnchor = ({ group }: SceneNode): boolean =>
      anchor !== undefined &&
      (group === anchor || group.startsWith(`${anchor}.`) || group.startsWith(`${anchor}/`));
    const anchored = scene.nodes.findIndex(isAnchor);
    const selected = scene.nodeOf[this.place] ?? -1;
    const focus = anchored >= 0 ? anchored : selected >= 0 ? selected : undefined;
    this.stage.setScene(scene, focus, isFirst);
    this.mark(anchored >= 0 ? anchored : selected);
    this.showMatches();
    const hasGroups = scene.nodes.some(({ group }) => group !== '');
    this.groupTools.forEach((tool) => {
      tool.hidden = !hasGroups;
    });
    this.count.textContent = hasGroups ? l10n('{0} nodes', whole(scene.nodes.length)) : '';
  }

  private pick(node: number): void {
    this.mark(node);
    const layer = this.layerOf(node);
    if (layer !== undefined) {
      this.place = this.scene?.nodes[node]?.layers[0] ?? -1;
      this.actions.select(layer);
    }
  }

  /** Opens a group, or what a layer does. */
  private activate(node: number): void {
    const picked = this.scene?.nodes[node];
    const layer = this.layerOf(node);
    if (picked?.isGroup === true) {
      this.regroup(expand(this.grouping, picked.group), picked.group);
    } else if (layer !== undefined) {
      this.actions.open(layer);
    }
  }

  /** The layer of a node that is no group. */
  private layerOf(node: number): LayerView | undefined {
    const picked = this.scene?.nodes[node];
    return picked === undefined || picked.isGroup ? undefined : this.model?.layers[picked.layers[0] ?? -1];
  }

  private mark(node: number): void {
    this.node = node;
    this.stage.setEmphasis({ selected: node });
    this.view.setAttribute('aria-activedescendant', node >= 0 ? NODE_ID : '');
    this.spoken.textContent = this.inWords(node);
    setLayerContext(this.view, this.model?.uri ?? '', this.layerOf(node));
  }

  private inWords(node: number): string {
    const picked = this.scene?.nodes[node];
    if (this.scene === undefined || picked === undefined) {
      return '';
    }
    const { before, after } = this.scene.wiring;
    const names = (list: readonly number[] | undefined): string =>
      (list ?? []).map((each) => this.scene?.nodes[each]?.title ?? '').join(', ');
    return [
      picked.layer,
      picked.isGroup ? l10n('closed group, {0}', picked.left) : picked.left,
      picked.right,
      ...(names(before[node]) === '' ? [] : [l10n('reads {0}', names(before[node]))]),
      ...(names(after[node]) === '' ? [] : [l10n('read by {0}', names(after[node]))]),
    ].join(', ');
  }

  private onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || this.scene === undefined) {
      return;
    }
    const act = this.actionOf(event.key);
    if (act !== undefined) {
      event.preventDefault();
      act();
    }
  }

  private actionOf(key: string): (() => void) | undefined {
    const { scene, node, stage } = this;
    if (scene === undefined) {
      return undefined;
    }
    switch (key) {
      case '+':
      case '=':
        return () => {
          stage.scaleBy(1);
        };
      case '-':
        return () => {
          stage.scaleBy(-1);
        };
      case '0':
        return () => {
          stage.fit();
        };
      case 'Enter':
        return () => {
          this.activate(node);
        };
      case ' ':
        return () => {
          this.toggleGroup(node);
        };
      default: {
        const next = nodeAfterKey(key, Math.max(0, node), scene, scene.wiring);
        return (
          (next !== undefined &&
            (() => {
              this.pick(next);
              stage.reveal(next);
            })) ||
          undefined
        );
      }
    }
  }

  private toggleGroup(node: number): void {
    const picked = this.scene?.nodes[node];
    if (picked !== undefined && picked.group !== '') {
      const change = picked.isGroup ? expand : collapse;
      this.regroup(change(this.grouping, picked.group), picked.group);
    }
  }

  private tool(icon: string, label: string, onclick: () => void): HTMLElement {
    return element('vscode-toolbar-button', { icon, label, title: label, onclick });
  }
}

function countText(layers: number): string {
  return layers === 1 ? l10n('1 layer') : l10n('{0} layers', whole(layers));
}
