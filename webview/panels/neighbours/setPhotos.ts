/** The photos of an index as the page knows them, by their places among those that have vectors. */

import type { SetPhotosView } from '../../../src/protocol/panels/neighbours.js';

export type Answer = 'unknown' | 'right' | 'wrong';

const ANSWERS: readonly Answer[] = ['unknown', 'right', 'wrong'];

export class SetPhotos {
  private readonly paths: readonly string[];
  private readonly places: ReadonlyMap<number, number>;

  constructor(readonly view: SetPhotosView) {
    const text = new TextDecoder().decode(view.paths);
    this.paths = view.photos.length === 0 ? [] : text.split('\0');
    this.places = new Map([...view.photos].map((photo, place) => [photo, place]));
  }

  get count(): number {
    return this.view.photos.length;
  }

  /** Number of the photo in the index. */
  photo(place: number): number {
    return this.view.photos[place] ?? -1;
  }

  /** Undefined for a photo that has no vectors. */
  placeOf(photo: number): number | undefined {
    return this.places.get(photo);
  }

  path(place: number): string {
    return this.paths[place] ?? '';
  }

  /** The path without its folders. */
  name(place: number): string {
    return this.path(place).split('/').at(-1) ?? '';
  }

  label(place: number): string | undefined {
    return this.view.labels[this.view.labelOf[place] ?? -1];
  }

  answer(place: number): Answer {
    return ANSWERS[this.view.answers[place] ?? 0] ?? 'unknown';
  }

  /** The most probable class and its probability; undefined where none is known. */
  predicted(place: number): { readonly index: number; readonly probability: number } | undefined {
    const index = this.view.classOf[place] ?? -1;
    return index < 0 ? undefined : { index, probability: this.view.probability[place] ?? 0 };
  }
}

export const NO_PHOTOS = new SetPhotos({
  photos: new Int32Array(),
  paths: new ArrayBuffer(0),
  labels: [],
  labelOf: new Int32Array(),
  classOf: new Int32Array(),
  probability: new Float32Array(),
  answers: new Uint8Array(),
});
