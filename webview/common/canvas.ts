/** Pictures on canvases: sharp squares when enlarged, right on screens of any density. */

import type { Numbers } from '../../src/protocol/everyPanel.js';
import type { Picture } from '../../src/protocol/view.js';
import { rangeOf, writeColour } from './colour.js';
import type { ColourMap, Range } from './colour.js';
import type { Rectangle } from './rectangle.js';
import { currentTheme } from './theme.js';

/** A [height, width] array as colours; the range defaults to the array's own. */
export function mapPicture(
  values: Float32Array,
  height: number,
  width: number,
  map: ColourMap,
  range: Range = rangeOf(values),
): Picture {
  const rgba = new Uint8ClampedArray(height * width * 4);
  for (let pixel = 0; pixel < height * width; pixel++) {
    writeColour(rgba, pixel, map, values[pixel] ?? NaN, range);
  }
  return { width, height, rgba: rgba.buffer };
}

/** Pictures do not change, and one that is drawn is drawn again. */
const canvases = new WeakMap<Picture, HTMLCanvasElement>();

/** A canvas with one pixel for each of the picture's, not to be drawn on. */
export function pictureCanvas(picture: Picture): HTMLCanvasElement {
  const known = canvases.get(picture);
  if (known !== undefined) {
    return known;
  }
  const { width, height, rgba } = picture;
  const canvas = document.createElement('canvas');
  canvas.width = width;
  canvas.height = height;
  canvas.getContext('2d')?.putImageData(new ImageData(new Uint8ClampedArray(rgba), width, height), 0, 0);
  canvases.set(picture, canvas);
  return canvas;
}

/**
 * The size in CSS pixels at which a picture fills a square of `side` without its pixels becoming unequal: the
 * largest whole enlargement, or a reduction where even the picture's own size is too large.
 */
export function fitSize(width: number, height: number, side: number): { width: number; height: number } {
  const factor = side / Math.max(1, width, height);
  const whole = factor >= 1 ? Math.floor(factor) : factor;
  return { width: Math.max(1, Math.round(width * whole)), height: Math.max(1, Math.round(height * whole)) };
}

export interface Layer {
  readonly picture: Picture;
  /** 0 is invisible, 1 hides what is under it. */
  readonly opacity: number;
}

/** Draws a picture, and others on top of it, over the whole canvas of the given size in CSS pixels. */
export function paint(
  canvas: HTMLCanvasElement,
  picture: Picture,
  size: { readonly width: number; readonly height: number },
  ...over: readonly Layer[]
): void {
  const density = window.devicePixelRatio;
  canvas.width = Math.max(1, Math.round(size.width * density));
  canvas.height = Math.max(1, Math.round(size.height * density));
  canvas.style.width = `${size.width}px`;
  canvas.style.height = `${size.height}px`;
  const context = canvas.getContext('2d');
  if (context === null) {
    return;
  }
  for (const layer of [{ picture, opacity: 1 }, ...over]) {
    context.globalAlpha = layer.opacity;
    context.imageSmoothingEnabled = canvas.width < layer.picture.width;
    context.imageSmoothingQuality = 'high';
    context.drawImage(pictureCanvas(layer.picture), 0, 0, canvas.width, canvas.height);
  }
  context.globalAlpha = 1;
}

/** Pixels enlarged less than that would be drawn unequal without smoothing. */
const SQUARES_FROM = 3;

/**
 * Draws a picture as large as it fits into a square of `side` CSS pixels.
 * @returns the context with the picture's pixels as its unit, for drawing on top
 */
export function paintInto(
  canvas: HTMLCanvasElement,
  picture: Picture,
  side: number,
): CanvasRenderingContext2D | null {
  const scale = (side * window.devicePixelRatio) / Math.max(picture.width, picture.height);
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  // A new size has the page laid out again, which a drag cannot wait for.
  if (canvas.width !== width || canvas.height !== height) {
    canvas.width = width;
    canvas.height = height;
    canvas.style.width = `${width / window.devicePixelRatio}px`;
    canvas.style.height = `${height / window.devicePixelRatio}px`;
  }
  const context = canvas.getContext('2d');
  if (context !== null) {
    context.reset();
    context.imageSmoothingEnabled = scale < SQUARES_FROM;
    context.imageSmoothingQuality = 'high';
    context.drawImage(pictureCanvas(picture), 0, 0, canvas.width, canvas.height);
    context.scale(canvas.width / picture.width, canvas.height / picture.height);
  }
  return context;
}

/** A line around a rectangle that shows on whatever is under it. */
export function outline(context: CanvasRenderingContext2D, { left, top, width, height }: Rectangle): void {
  const { foreground, background } = currentTheme();
  const unit = window.devicePixelRatio / context.getTransform().a;
  for (const [colour, thickness] of [
    [background, 4],
    [foreground, 2],
  ] as const) {
    context.strokeStyle = colour;
    context.lineWidth = thickness * unit;
    context.strokeRect(left, top, width, height);
  }
}

/** A part of a picture; what lies outside it is left out. */
export function cropPicture(picture: Picture, { left, top, width, height }: Rectangle): Picture {
  const [x0, y0] = [Math.max(0, left), Math.max(0, top)];
  const [x1, y1] = [Math.min(picture.width, left + width), Math.min(picture.height, top + height)];
  const source = new Uint8Array(picture.rgba);
  const rgba = new Uint8Array((x1 - x0) * (y1 - y0) * 4);
  for (let y = y0; y < y1; y++) {
    const start = (y * picture.width + x0) * 4;
    rgba.set(source.subarray(start, start + (x1 - x0) * 4), (y - y0) * (x1 - x0) * 4);
  }
  return { width: x1 - x0, height: y1 - y0, rgba: rgba.buffer };
}

/** A picture's red, green and blue, 0 to 255, as an array [height, width, 3]. */
export function pictureNumbers({ width, height, rgba }: Picture): Numbers {
  const source = new Uint8Array(rgba);
  const values = Float32Array.from(
    { length: width * height * 3 },
    (_, at) => source[Math.floor(at / 3) * 4 + (at % 3)] ?? 0,
  );
  return { shape: [height, width, 3], values };
}

/** The pixel of a picture of `width` x `height` under the pointer on the canvas that shows all of it. */
export function pixelAt(
  canvas: HTMLCanvasElement,
  { width, height }: { readonly width: number; readonly height: number },
  { clientX, clientY }: { readonly clientX: number; readonly clientY: number },
): { x: number; y: number } {
  const box = canvas.getBoundingClientRect();
  const within = (share: number, count: number): number =>
    Math.max(0, Math.min(count - 1, Math.floor(share * count)));
  return {
    x: within((clientX - box.left) / box.width, width),
    y: within((clientY - box.top) / box.height, height),
  };
}
