/** Paints the lines of the drawing. */

import type { SceneEdge } from './graphScene.js';

const ARROW = 5;

/** A line that runs upright through ranks and bends between them, with an arrow at its end. */
export function paintEdge(context: CanvasRenderingContext2D, { points }: SceneEdge): void {
  const [startX = 0, startY = 0] = points;
  const [endX = 0, endY = 0] = points.slice(-2);
  let [x, y] = [startX, startY];
  context.beginPath();
  context.moveTo(x, y);
  for (let place = 2; place < points.length; place += 2) {
    const [nextX, nextY] = [points[place] ?? 0, points[place + 1] ?? 0];
    if (nextX === x) {
      context.lineTo(nextX, nextY);
    } else {
      const middle = (y + nextY) / 2;
      context.bezierCurveTo(x, middle, nextX, middle, nextX, nextY);
    }
    [x, y] = [nextX, nextY];
  }
  context.stroke();
  context.beginPath();
  context.moveTo(endX, endY);
  context.lineTo(endX - ARROW / 2, endY - ARROW);
  context.lineTo(endX + ARROW / 2, endY - ARROW);
  context.closePath();
  context.fill();
}
