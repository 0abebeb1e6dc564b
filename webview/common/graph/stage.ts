/** The canvas with the drawing: it is moved, scaled, pointed at. */

import { select } from 'd3-selection';
import type { Selection } from 'd3-selection';
import { zoom, zoomIdentity } from 'd3-zoom';
import type { D3ZoomEvent, ZoomBehavior } from 'd3-zoom';

import { FRAME_TITLE } from '../../../src/protocol/graphView.js';
import type { GraphBox } from '../../../src/protocol/graphView.js';
import { inNextFrame } from '../frame.js';
import { element } from '../dom.js';
import { onThemeChange } from '../theme.js';
import { graphColours } from './graphColours.js';
import type { Scene } from './graphScene.js';
import { MiniMap } from './miniMap.js';
import { NO_EMPHASIS, paintGraph } from './paintGraph.js';
import type { Emphasis } from './paintGraph.js';
import {
  centred,
  drawnAt,
  firstLook,
  fitAll,
  kept,
  lookAt,
  READABLE,
  revealed,
  widened,
} from './viewport.js';
import type { Size, Viewport } from './viewport.js';

const LARGEST_SCALE = 2.5;
const STEP = 1.3;
/** At smaller scales a node cannot be told from others: it is enlarged when it is brought into sight. */
const LOST = 0.35;
/** Of a closed group, in its corner; in the drawing's pixels. */
const SIGN = 26;
/** Pixels around a node that is brought into sight. */
const REVEAL_MARGIN = 40;
/** What can be moved out of the middle of an empty surrounding. */
const SURROUNDING = 400;

/** What lies under the pointer. */
export interface Hit {
  /** Index of a node; undefined beside all of them. */
  readonly node?: number;
  /** The group whose sign was hit: the title of an open one, the sign in the corner of a closed one. */
  readonly group?: string;
}

/** What to see of a new drawing. */
export interface Look {
  /** Index of the node to have in sight; -1 for none. */
  readonly node: number;
  /** What was seen of the drawing before, and what is to be seen in its place; else as much as can be read is seen. */
  readonly before?: GraphBox;
  readonly after?: GraphBox;
}

export interface StageActions {
  /** A click, or a press of the right button. */
  onPick(hit: Hit, isDouble: boolean): void;
}

export class Stage {
  private readonly canvas = element('canvas', { 'aria-hidden': 'true' });
  private readonly miniMap = new MiniMap((point) => {
    this.show(centred(this.viewport.k, point, this.size));
  });
  readonly element = element('div', { class: 'stage' }, this.canvas, this.miniMap.element);
  private readonly selection: Selection<HTMLCanvasElement, unknown, null, undefined>;
  private readonly behaviour: ZoomBehavior<HTMLCanvasElement, unknown>;
  private viewport: Viewport = { k: 1, x: 0, y: 0 };
  private scene: Scene | undefined;
  private emphasis: Emphasis = NO_EMPHASIS;
  private colours = graphColours();
  private readonly repaint = inNextFrame(() => {
    this.paint();
  });
  /** The last width that the stage had, in CSS pixels; 0 before it was seen. */
  private width = 0;
  /** What to do once the stage has a size. */
  private whenSized: (() => void) | undefined;
  /** Looks at a new drawing again, in a stage of another width; until the user moves it. */
  private lookAgain: (() => void) | undefined;

  constructor(private readonly actions: StageActions) {
    this.behaviour = zoom<HTMLCanvasElement, unknown>()
      // The wheel alone scrolls, as everywhere in VS Code; with Ctrl, and by a pinch, it scales.
      .filter((event: MouseEvent) =>
        event.type === 'wheel' ? event.ctrlKey || event.metaKey : event.button === 0,
      )
      .clickDistance(4)
      .extent(() => [
        [0, 0],
        [this.size.width, this.size.height],
      ])
      .on('zoom', ({ transform }: D3ZoomEvent<HTMLCanvasElement, unknown>) => {
        this.viewport = transform;
        this.lookAgain = undefined;
        this.repaint();
      });
    this.selection = select(this.canvas);
    this.selection.call(this.behaviour).on('dblclick.zoom', null);
    this.listen();
    onThemeChange(() => {
      this.colours = graphColours();
      this.repaint();
    });
  }

  setScene(scene: Scene, { node, before, after }: Look): void {
    this.scene = scene;
    this.miniMap.setScene(scene);
    const least = Math.min(0.4, fitAll(scene, { width: 300, height: 300 }).k);
    this.behaviour.scaleExtent([least, LARGEST_SCALE]).translateExtent([
      [-SURROUNDING, -SURROUNDING],
      [scene.width + SURROUNDING, scene.height + SURROUNDING],
    ]);
    this.onceSized(() => {
      const { viewport, size } = this;
      if (before !== undefined && after !== undefined) {
        this.show(kept(viewport, scene, size, before, after));
        this.reveal(node);
      } else {
        const box = scene.nodes[node];
        const focus = box && { x: box.x + box.width / 2, y: box.y + box.height / 2 };
        this.look(() => firstLook(scene, this.size, focus ?? { x: scene.width / 2, y: 0 }));
      }
      this.repaint();
    });
  }

  setEmphasis(emphasis: Partial<Emphasis>): void {
    this.emphasis = { ...this.emphasis, ...emphasis };
    this.repaint();
  }

  /** Brings a node into sight. */
  reveal(node: number): void {
    const { scene } = this;
    const box = scene?.nodes[node];
    if (scene !== undefined && box !== undefined) {
      this.onceSized(() => {
        if (this.viewport.k < LOST) {
          const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
          this.show(lookAt(scene, this.size, middle, READABLE));
        } else {
          const moved = revealed(this.viewport, box, this.size, REVEAL_MARGIN);
          if (moved.x !== this.viewport.x || moved.y !== this.viewport.y) {
            this.show(moved);
          }
        }
      });
    }
  }

  fit(): void {
    if (this.scene !== undefined) {
      this.show(fitAll(this.scene, this.size));
    }
  }

  /** Enlarges about the middle, or makes smaller. */
  scaleBy(direction: 1 | -1): void {
    this.behaviour.scaleBy(this.selection, STEP ** direction);
  }

  private get size(): Size {
    return { width: this.element.clientWidth, height: this.element.clientHeight };
  }

  private show({ k, x, y }: Viewport): void {
    this.behaviour.transform(this.selection, zoomIdentity.translate(x, y).scale(k));
  }

  private look(viewport: () => Viewport): void {
    this.show(viewport());
    this.lookAgain = () => {
      this.look(viewport);
    };
  }

  private onceSized(act: () => void): void {
    if (this.size.width > 0 && this.size.height > 0) {
      act();
    } else {
      this.whenSized = act;
    }
  }

  private listen(): void {
    const { canvas } = this;
    canvas.addEventListener(
      'wheel',
      (event) => {
        if (!event.ctrlKey && !event.metaKey) {
          event.preventDefault();
          const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
          const { k } = this.viewport;
          const [right, down] =
            event.shiftKey && event.deltaX === 0 ? [event.deltaY, 0] : [event.deltaX, event.deltaY];
          this.behaviour.translateBy(this.selection, (-right * lines) / k, (-down * lines) / k);
        }
      },
      { passive: false },
    );
    canvas.addEventListener('pointermove', (event) => {
      const { node, group } = this.hit(event);
      canvas.classList.toggle('pointing', node !== undefined || group !== undefined);
      if ((node ?? -1) !== this.emphasis.hovered) {
        this.setEmphasis({ hovered: node ?? -1 });
        const found = this.scene?.nodes[node ?? -1];
        canvas.title = found === undefined ? '' : [found.layer, found.left, found.right].join('\n');
      }
    });
    canvas.addEventListener('pointerleave', () => {
      this.setEmphasis({ hovered: -1 });
    });
    canvas.addEventListener('click', (event) => {
      this.actions.onPick(this.hit(event), false);
    });
    canvas.addEventListener('dblclick', (event) => {
      this.actions.onPick(this.hit(event), true);
    });
    canvas.addEventListener('pointerdown', (event) => {
      const { node } = this.hit(event);
      if (event.button === 2 && node !== undefined) {
        this.actions.onPick({ node }, false);
      }
    });
    new ResizeObserver(() => {
      this.keepMiddle();
      const act = this.size.width > 0 && this.size.height > 0 ? this.whenSized : undefined;
      if (act !== undefined) {
        this.whenSized = undefined;
        act();
      }
      // At once: a canvas whose size was changed is empty.
      this.paint();
    }).observe(this.element);
  }

  /** Keeps the drawing in the middle while the stage becomes wider or narrower; one that nobody has moved fits anew. */
  private keepMiddle(): void {
    const { width } = this.size;
    if (width > 0) {
      if (this.width > 0 && this.width !== width && this.scene !== undefined) {
        if (this.lookAgain === undefined) {
          this.show(widened(this.viewport, width - this.width));
        } else {
          this.lookAgain();
        }
      }
      this.width = width;
    }
  }

  private hit({ offsetX, offsetY }: MouseEvent): Hit {
    const point = drawnAt(this.viewport, { x: offsetX, y: offsetY });
    const isIn = (box: { x: number; y: number } & Size): boolean =>
      point.x >= box.x && point.x <= box.x + box.width && point.y >= box.y && point.y <= box.y + box.height;
    const node = this.scene?.nodes.findIndex(isIn) ?? -1;
    const box = this.scene?.nodes[node];
    if (box !== undefined) {
      const isOnSign = box.isGroup && isIn({ ...signOf(box), width: SIGN, height: SIGN });
      return isOnSign ? { group: box.group } : { node };
    }
    const frame = this.scene?.frames.findLast((each) => isIn({ ...each, height: FRAME_TITLE }));
    return frame === undefined ? {} : { group: frame.group };
  }

  private paint(): void {
    const { width, height } = this.size;
    const context = this.canvas.getContext('2d');
    if (this.scene === undefined || context === null || width === 0 || height === 0) {
      return;
    }
    const density = devicePixelRatio;
    this.canvas.width = Math.round(width * density);
    this.canvas.height = Math.round(height * density);
    const { k, x, y } = this.viewport;
    context.scale(density, density);
    context.translate(x, y);
    context.scale(k, k);
    const { x: left, y: top } = drawnAt(this.viewport, { x: 0, y: 0 });
    const part = { left, top, right: left + width / k, bottom: top + height / k };
    paintGraph(context, this.scene, this.colours, k, part, this.emphasis);
    this.miniMap.draw(this.viewport, { width, height }, this.emphasis.selected, this.colours);
  }
}

function signOf({ x, y, width }: GraphBox): { x: number; y: number } {
  return { x: x + width - SIGN, y };
}
