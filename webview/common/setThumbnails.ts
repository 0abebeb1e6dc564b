/** Small pictures of an index's photos, fetched once; those that were used longest ago are forgotten. */

import type { SetClient } from './setHeader.js';

const KEPT = 2000;
/** Longer side of what is fetched, in pixels: photos are cut to squares of up to 96 CSS pixels. */
const FETCHED = 192;

export class SetThumbnails {
  private readonly kept = new Map<string, Promise<ImageBitmap>>();

  constructor(private readonly client: SetClient) {}

  /** Draws the middle of a photo into a square of `side` CSS pixels; one that cannot be read leaves it empty. */
  async draw(store: string, photo: number, canvas: HTMLCanvasElement, side: number): Promise<void> {
    const key = `${photo} ${store}`;
    const bitmap = this.kept.get(key) ?? this.fetch(store, photo);
    this.kept.delete(key);
    this.kept.set(key, bitmap);
    const [oldest] = this.kept.keys();
    if (this.kept.size > KEPT && oldest !== undefined) {
      this.kept.delete(oldest);
    }
    try {
      drawMiddle(await bitmap, canvas, side);
    } catch {
      // Whoever uses the photo says what is wrong with it.
      canvas.width = 0;
      this.kept.delete(key);
    }
  }

  private async fetch(store: string, photo: number): Promise<ImageBitmap> {
    const png = await this.client.request('setThumbnail', { store, photo, side: FETCHED });
    return createImageBitmap(new Blob([png], { type: 'image/png' }));
  }
}

/** Draws the middle of a picture into a square of `side` CSS pixels. */
export function drawMiddle(
  image: ImageBitmap | HTMLCanvasElement,
  canvas: HTMLCanvasElement,
  side: number,
): void {
  const pixels = Math.round(side * window.devicePixelRatio);
  canvas.width = pixels;
  canvas.height = pixels;
  canvas.style.width = `${side}px`;
  canvas.style.height = `${side}px`;
  const context = canvas.getContext('2d');
  if (context !== null) {
    const part = Math.min(image.width, image.height);
    const [left, top] = [(image.width - part) / 2, (image.height - part) / 2];
    context.imageSmoothingQuality = 'high';
    context.drawImage(image, left, top, part, part, 0, 0, pixels, pixels);
  }
}
