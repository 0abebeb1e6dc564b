/** The whole drawing, small, with the part that is seen. */

import { element } from '../dom.js';
import type { GraphColours } from './graphColours.js';
import type { Scene } from './graphScene.js';
import { drawnAt } from './viewport.js';
import type { Size, Viewport } from './viewport.js';

const LARGEST: Size = { width: 120, height: 180 };
const SMALLEST_WIDTH = 28;

export class MiniMap {
  readonly element = element('canvas', { class: 'mini-map', 'aria-hidden': 'true', hidden: true });
  private scene: Scene | undefined;
  private factor = 1;
  private left = 0;

  /** @param goTo gets the point of the drawing that is to come into the middle */
  constructor(goTo: (point: { x: number; y: number }) => void) {
    const follow = (event: PointerEvent): void => {
      const box = this.element.getBoundingClientRect();
      goTo({
        x: (event.clientX - box.left - this.left) / this.factor,
        y: (event.clientY - box.top) / this.factor,
      });
    };
    this.element.addEventListener('pointerdown', (event) => {
      this.element.setPointerCapture(event.pointerId);
      follow(event);
    });
    this.element.addEventListener('pointermove', (event) => {
      if (this.element.hasPointerCapture(event.pointerId)) {
        follow(event);
      }
    });
  }

  setScene(scene: Scene): void {
    this.scene = scene;
    const { width, height } = scene;
    this.factor = Math.min(LARGEST.width / Math.max(1, width), LARGEST.height / Math.max(1, height));
  }

  /** @param window size of what shows the drawing */
  draw(viewport: Viewport, window: Size, selected: number, colours: GraphColours): void {
    const { scene, factor } = this;
    if (scene === undefined) {
      return;
    }
    const start = drawnAt(viewport, { x: 0, y: 0 });
    const end = drawnAt(viewport, { x: window.width, y: window.height });
    const seesAll = start.x <= 0 && start.y <= 0 && end.x >= scene.width && end.y >= scene.height;
    this.element.hidden = seesAll || window.height < 1.5 * LARGEST.height || window.width < 240;
    if (this.element.hidden) {
      return;
    }
    const density = devicePixelRatio;
    const width = Math.max(SMALLEST_WIDTH, scene.width * factor);
    const height = scene.height * factor;
    this.left = (width - scene.width * factor) / 2;
    this.element.width = Math.round(width * density);
    this.element.height = Math.round(height * density);
    this.element.style.width = `${width}px`;
    this.element.style.height = `${height}px`;
    const context = this.element.getContext('2d');
    if (context === null) {
      return;
    }
    context.scale(density, density);
    context.translate(this.left, 0);
    for (const [place, { x, y, width: wide, height: high, family }] of scene.nodes.entries()) {
      context.fillStyle = place === selected ? colours.focus : colours.family[family];
      context.fillRect(x * factor, y * factor, Math.max(1, wide * factor), Math.max(1, high * factor - 0.5));
    }
    context.strokeStyle = colours.focus;
    context.lineWidth = 1.5;
    const left = Math.max(start.x * factor, -this.left + 1);
    const top = Math.max(start.y * factor, 1);
    const right = Math.min(end.x * factor, width - this.left - 1);
    const bottom = Math.min(end.y * factor, height - 1);
    context.strokeRect(left, top, Math.max(3, right - left), Math.max(3, bottom - top));
  }
}
