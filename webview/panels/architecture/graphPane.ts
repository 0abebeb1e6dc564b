/** The network drawn: from its input at the top down to its answer. */

import '@vscode-elements/elements/dist/vscode-button/index.js';

import type { Client } from '../../../src/protocol/channel.js';
import type { EveryPanelEvents, EveryPanelRequests } from '../../../src/protocol/everyPanel.js';
import type { Grouping } from '../../../src/protocol/graphView.js';
import type { ArchitectureRequests } from '../../../src/protocol/panels/architecture.js';
import type { LayerView, ModelView } from '../../../src/protocol/view.js';
import { Busy } from '../../common/busy.js';
import { element } from '../../common/dom.js';
import { ErrorLine } from '../../common/errors.js';
import { l10n } from '../../common/host.js';
import { saveBar } from '../../common/save.js';
import { graphAction } from './graphKeys.js';
import type { GraphAction } from './graphKeys.js';
import { graphPicture } from './graphPicture.js';
import { boxOfGroup, placeWith, sceneOf } from '../../common/graph/graphScene.js';
import type { Scene } from '../../common/graph/graphScene.js';
import { GraphTools } from './graphTools.js';
import { inWords, SCENE_WORDS } from '../../common/graph/graphWords.js';
import { collapse, expand, toDepth, toggled } from '../../common/graph/grouping.js';
import { setLayerContext } from './layerContext.js';
import { nodeAfterKey } from '../../common/graph/neighbours.js';
import { Stage } from '../../common/graph/stage.js';
import type { Look } from '../../common/graph/stage.js';

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
        const isOpen = this.scene?.frames.some((frame) => frame.group === group) === true;
        this.regroup((isOpen ? collapse : expand)(this.grouping, group), group);
      } else if (node !== undefined) {
        this.pick(node);
        if (isDouble) {
          this.open();
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
  private readonly tools: GraphTools;
  private readonly view: HTMLElement;
  readonly element: HTMLElement;
  private model: ModelView | undefined;
  private scene: Scene | undefined;
  /** What is drawn, or on its way. */
  private drawn: ModelView | undefined;
  private isSeen = false;
  /** The selected layer's place in the network; -1 for none. */
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
    this.tools = new GraphTools(
      {
        scaleBy: (direction) => {
          this.stage.scaleBy(direction);
        },
        fit: () => {
          this.stage.fit();
        },
        open: (depth) => {
          this.regroup(toDepth(depth));
        },
      },
      saveBar(common, this.errors, {
        label: l10n('whole graph'),
        name: () => `${this.model?.name.replace(/\.onnx$/, '') ?? ''}-graph`,
        picture: () => graphPicture(this.scene),
      }),
    );
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
      this.tools.element,
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
    this.mark();
    if (isNew) {
      this.stage.reveal(this.node);
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

  /** Index of the node that stands for the selected layer, alone or with its group; -1 for none. */
  private get node(): number {
    return this.scene?.nodeOf[this.place] ?? -1;
  }

  /** @param group the one opened or closed, which stays where it is looked at */
  private regroup(grouping: Grouping, group?: string): void {
    this.grouping = grouping;
    this.actions.regrouped(grouping);
    this.load(group);
  }

  private load(group?: string): void {
    const { model, grouping } = this;
    if (model === undefined) {
      return;
    }
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
        this.show(sceneOf(view, model, SCENE_WORDS), group);
      });
  }

  private show(scene: Scene, group: string | undefined): void {
    const look = this.lookAt(scene, group);
    this.scene = scene;
    this.tools.show(scene);
    this.stage.setScene(scene, look);
    this.mark();
    this.showMatches();
  }

  /** What to see of a new drawing: the group that was opened or closed where it was, else as much as can be read. */
  private lookAt(scene: Scene, group: string | undefined): Look {
    const node = scene.nodeOf[this.place] ?? -1;
    const before = group !== undefined && this.scene && boxOfGroup(this.scene, group, this.place);
    const after = group !== undefined && boxOfGroup(scene, group, this.place);
    return before && after ? { before, after, node } : { node };
  }

  private pick(node: number): void {
    const place = this.scene === undefined ? -1 : placeWith(this.scene, node, this.place);
    const layer = this.model?.layers[place];
    if (layer !== undefined) {
      this.place = place;
      this.mark();
      this.actions.select(layer);
    }
  }

  /** Opens a group, or what the layer does. */
  private open(): void {
    const picked = this.scene?.nodes[this.node];
    const layer = this.layer;
    if (picked?.isGroup === true) {
      this.regroup(expand(this.grouping, picked.group), picked.group);
    } else if (layer !== undefined) {
      this.actions.open(layer);
    }
  }

  /** The selected layer where its node stands for no group. */
  private get layer(): LayerView | undefined {
    return this.scene?.nodes[this.node]?.isGroup === false ? this.model?.layers[this.place] : undefined;
  }

  private mark(): void {
    const { node } = this;
    this.stage.setEmphasis({ selected: node });
    this.view.setAttribute('aria-activedescendant', node >= 0 ? NODE_ID : '');
    this.spoken.textContent = this.scene === undefined ? '' : inWords(this.scene, node);
    setLayerContext(this.view, this.model?.uri ?? '', this.layer);
  }

  private onKey(event: KeyboardEvent): void {
    const { scene } = this;
    if (event.ctrlKey || event.metaKey || event.altKey || scene === undefined) {
      return;
    }
    const action = graphAction(event.key);
    const next = nodeAfterKey(event.key, Math.max(0, this.node), scene, scene.wiring);
    if (action !== undefined || next !== undefined) {
      event.preventDefault();
    }
    if (action !== undefined) {
      this.act(action);
    } else if (next !== undefined) {
      this.pick(next);
      this.stage.reveal(next);
    }
  }

  private act(action: GraphAction): void {
    switch (action) {
      case 'enlarge':
        this.stage.scaleBy(1);
        break;
      case 'reduce':
        this.stage.scaleBy(-1);
        break;
      case 'fit':
        this.stage.fit();
        break;
      case 'open':
        this.open();
        break;
      case 'toggle':
        this.toggle();
        break;
    }
  }

  private toggle(): void {
    const picked = this.scene?.nodes[this.node];
    const grouping = picked && toggled(this.grouping, picked);
    if (grouping !== undefined) {
      this.regroup(grouping, picked?.group);
    }
  }
}
