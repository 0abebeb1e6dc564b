/** What is known of a layer's maps over many photos: sums, counts, and the photos that excite each map most. */

import { BINS, LAST_BIN, binOf } from './histogram.js';
import type { IndexedLayer } from './indexManifest.js';

/** One photo's numbers of a layer, by map. */
export interface PhotoNumbers {
  /** The largest value of each map. */
  readonly largest: Float32Array;
  /** Its place, counted row by row. */
  readonly places: Int32Array;
  /** The mean over the map. */
  readonly means: Float32Array;
  /** How many values of the map are zero. */
  readonly zeros: Int32Array;
}

/** Of the photos of one label, by map. */
export interface LabelSums {
  readonly photos: Int32Array;
  /** Of the means over the map. */
  readonly sums: Float64Array;
}

/** The strongest photos of every map, `strongest` places a map of which `filled` are taken, the strongest first. */
export interface Strongest {
  readonly filled: Int32Array;
  readonly photos: Int32Array;
  readonly values: Float32Array;
  readonly places: Int32Array;
}

/**
 * Sums are float64 and go photo by photo within a part, then part by part, so they are the same to the bit however the set
 * was cut. Maps of a photo that hold NaN or infinity are counted, and left out of everything else.
 */
export class LayerSummary {
  /** Photos whose map is in the numbers. */
  readonly photos: Int32Array;
  readonly notFinite: Int32Array;
  /** Of the means over the map: divided by `photos`, the mean activation. */
  readonly sums: Float64Array;
  readonly largest: Float32Array;
  /** Values that are zero; divided by `photos` and the places of a map, their share. */
  readonly zeros: Float64Array;
  /** Photos by the bin of the map's largest value; bin b of map m is at m * BINS + LAST_BIN + b. */
  readonly histogram: Int32Array;
  readonly strongest: Strongest;
  readonly byLabel = new Map<string, LabelSums>();

  /** @param kept strongest photos of each map */
  constructor(
    readonly layer: Pick<IndexedLayer, 'maps'>,
    readonly kept: number,
  ) {
    const { maps } = layer;
    this.photos = new Int32Array(maps);
    this.notFinite = new Int32Array(maps);
    this.sums = new Float64Array(maps);
    this.largest = new Float32Array(maps).fill(-Infinity);
    this.zeros = new Float64Array(maps);
    this.histogram = new Int32Array(maps * BINS);
    this.strongest = {
      filled: new Int32Array(maps),
      photos: new Int32Array(maps * kept),
      values: new Float32Array(maps * kept),
      places: new Int32Array(maps * kept),
    };
  }

  /** Adds a photo; photos come in the order of their numbers. */
  add(photo: number, label: string | undefined, numbers: PhotoNumbers): void {
    const { photos, notFinite, sums, largest, zeros, histogram } = this;
    const ofLabel = label === undefined ? undefined : this.sumsOf(label);
    for (let map = 0; map < this.layer.maps; map++) {
      const value = numbers.largest[map] ?? NaN;
      const mean = numbers.means[map] ?? NaN;
      if (!Number.isFinite(value) || !Number.isFinite(mean)) {
        notFinite[map] = (notFinite[map] ?? 0) + 1;
        continue;
      }
      photos[map] = (photos[map] ?? 0) + 1;
      sums[map] = (sums[map] ?? 0) + mean;
      zeros[map] = (zeros[map] ?? 0) + (numbers.zeros[map] ?? 0);
      if (value > (largest[map] ?? 0)) {
        largest[map] = value;
      }
      const bin = map * BINS + LAST_BIN + binOf(value);
      histogram[bin] = (histogram[bin] ?? 0) + 1;
      if (ofLabel !== undefined) {
        ofLabel.photos[map] = (ofLabel.photos[map] ?? 0) + 1;
        ofLabel.sums[map] = (ofLabel.sums[map] ?? 0) + mean;
      }
      this.offer(map, photo, value, numbers.places[map] ?? 0);
    }
  }

  /** Adds the summary of later photos. */
  merge(later: LayerSummary): void {
    const { strongest } = later;
    for (let map = 0; map < this.layer.maps; map++) {
      this.photos[map] = (this.photos[map] ?? 0) + (later.photos[map] ?? 0);
      this.notFinite[map] = (this.notFinite[map] ?? 0) + (later.notFinite[map] ?? 0);
      this.sums[map] = (this.sums[map] ?? 0) + (later.sums[map] ?? 0);
      this.zeros[map] = (this.zeros[map] ?? 0) + (later.zeros[map] ?? 0);
      this.largest[map] = Math.max(this.largest[map] ?? 0, later.largest[map] ?? 0);
      for (let rank = 0; rank < (strongest.filled[map] ?? 0); rank++) {
        const at = map * later.kept + rank;
        this.offer(map, strongest.photos[at] ?? 0, strongest.values[at] ?? 0, strongest.places[at] ?? 0);
      }
    }
    later.histogram.forEach((count, bin) => {
      this.histogram[bin] = (this.histogram[bin] ?? 0) + count;
    });
    for (const [label, { photos, sums }] of later.byLabel) {
      const own = this.sumsOf(label);
      for (let map = 0; map < this.layer.maps; map++) {
        own.photos[map] = (own.photos[map] ?? 0) + (photos[map] ?? 0);
        own.sums[map] = (own.sums[map] ?? 0) + (sums[map] ?? 0);
      }
    }
  }

  /** The sums of a label, made where there are none. */
  sumsOf(label: string): LabelSums {
    const { maps } = this.layer;
    const sums = this.byLabel.get(label) ?? { photos: new Int32Array(maps), sums: new Float64Array(maps) };
    this.byLabel.set(label, sums);
    return sums;
  }

  /** Keeps the photo where it is among the strongest: of equal values the earlier photo goes first. */
  private offer(map: number, photo: number, value: number, place: number): void {
    const { filled, photos, values, places } = this.strongest;
    const first = map * this.kept;
    let count = filled[map] ?? 0;
    if (count === this.kept && value <= (values[first + count - 1] ?? Infinity)) {
      return;
    }
    if (count < this.kept) {
      filled[map] = ++count;
    }
    let at = first + count - 1;
    for (; at > first && (values[at - 1] ?? 0) < value; at--) {
      values[at] = values[at - 1] ?? 0;
      photos[at] = photos[at - 1] ?? 0;
      places[at] = places[at - 1] ?? 0;
    }
    values[at] = value;
    photos[at] = photo;
    places[at] = place;
  }
}
