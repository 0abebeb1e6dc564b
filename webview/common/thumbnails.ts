/** Small pictures of photos, fetched once. */

import type { Client } from '../../src/protocol/channel.js';
import type { EveryPanelEvents, EveryPanelRequests } from '../../src/protocol/everyPanel.js';

import { drawMiddle } from './setThumbnails.js';

export class Thumbnails {
  private readonly kept = new Map<string, Promise<ImageBitmap>>();

  constructor(private readonly client: Client<EveryPanelRequests, EveryPanelEvents>) {}

  /** Draws the photo's thumbnail into a square of `side` CSS pixels; a photo that cannot be read leaves it empty. */
  async draw(photo: string, canvas: HTMLCanvasElement, side: number): Promise<void> {
    const bitmap = this.kept.get(photo) ?? this.fetch(photo);
    this.kept.set(photo, bitmap);
    try {
      const image = await bitmap;
      const factor = side / Math.max(image.width, image.height);
      canvas.width = Math.round(image.width * factor * window.devicePixelRatio);
      canvas.height = Math.round(image.height * factor * window.devicePixelRatio);
      canvas.style.width = `${Math.round(image.width * factor)}px`;
      canvas.style.height = `${Math.round(image.height * factor)}px`;
      canvas.getContext('2d')?.drawImage(image, 0, 0, canvas.width, canvas.height);
    } catch {
      // Whoever uses the photo says what is wrong with it; the picture of another would be wrong, too.
      canvas.width = 0;
      canvas.height = 0;
      canvas.style.width = '0';
      canvas.style.height = '0';
      this.kept.delete(photo);
    }
  }

  /** Draws the middle of the photo into a square of `side` CSS pixels; a photo that cannot be read leaves it empty. */
  async drawMiddle(photo: string, canvas: HTMLCanvasElement, side: number): Promise<void> {
    const bitmap = this.kept.get(photo) ?? this.fetch(photo);
    this.kept.set(photo, bitmap);
    try {
      drawMiddle(await bitmap, canvas, side);
    } catch {
      canvas.width = 0;
      this.kept.delete(photo);
    }
  }

  private async fetch(photo: string): Promise<ImageBitmap> {
    const png = await this.client.request('thumbnail', { photo });
    return createImageBitmap(new Blob([png], { type: 'image/png' }));
  }
}
