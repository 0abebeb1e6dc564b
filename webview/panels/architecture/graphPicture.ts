/** The whole drawing as one picture, for copying and saving. */

import { graphColours } from '../../common/graph/graphColours.js';
import type { Scene } from '../../common/graph/graphScene.js';
import { NO_EMPHASIS, paintGraph } from '../../common/graph/paintGraph.js';

const SHARPNESS = 2;
/** Browsers refuse larger canvases. */
const LONGEST = 16_384;
const MOST_PIXELS = 100e6;

export function graphPicture(scene: Scene | undefined): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  const { width, height } = scene ?? { width: 1, height: 1 };
  const scale = Math.min(
    SHARPNESS,
    LONGEST / Math.max(width, height),
    Math.sqrt(MOST_PIXELS / (width * height)),
  );
  canvas.width = Math.ceil(width * scale);
  canvas.height = Math.ceil(height * scale);
  const context = canvas.getContext('2d');
  if (scene !== undefined && context !== null) {
    context.scale(scale, scale);
    const part = { left: 0, top: 0, right: width, bottom: height };
    paintGraph(context, scene, graphColours(), scale, part, NO_EMPHASIS);
  }
  return canvas;
}
