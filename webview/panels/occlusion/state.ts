/** What the Occlusion panel shows: the photo, the sweep so far, and where the occluder is. Plain, without a page. */

import type { OcclusionRequests, OcclusionView } from '../../../src/protocol/panels/occlusion.js';
import type { Picture } from '../../../src/protocol/view.js';
import { inside, nearestPosition, placeOf } from './geometry.js';
import type { Place } from './geometry.js';
import { worst } from './values.js';

export type MapProjection = OcclusionRequests['mapProjection']['result'];

/** Stands for one sweep from its question on: what belongs to an earlier one may still come. */
export type SweepToken = Readonly<Record<never, never>>;

const EMPTY: Picture = { width: 1, height: 1, rgba: new ArrayBuffer(4) };

export class OcclusionState {
  /** As the network sees it. */
  photo: Picture = EMPTY;
  /** Undefined before the first result of a sweep. */
  view: OcclusionView | undefined;
  /** Projection of the map that the sweep watches; undefined where there is none, or none yet. */
  projection: MapProjection | undefined;
  private at: Place | undefined;
  /** The place is the user's own, and stays when a sweep ends. */
  private isPlaced: boolean;
  private token: SweepToken = {};

  /** @param place where the user last put the occluder */
  constructor(place: Place | null = null) {
    this.at = place ?? undefined;
    this.isPlaced = place !== null;
  }

  /** Where the occluder is; undefined before there is one. */
  get place(): Place | undefined {
    return this.at;
  }

  /** A sweep is asked for; what earlier ones answer no longer counts, but stays until `clear`. */
  begin(): SweepToken {
    this.token = {};
    return this.token;
  }

  isCurrent(token: SweepToken): boolean {
    return token === this.token;
  }

  /** Drops what an earlier sweep has shown. Only a place of the user's own stays, as far as the photo goes. */
  clear(photo: Picture, size: number): void {
    this.photo = photo;
    this.view = undefined;
    this.projection = undefined;
    this.at = this.isPlaced && this.at !== undefined ? inside(this.at, size, photo) : undefined;
  }

  /** @returns true for the first result of the sweep */
  show(view: OcclusionView): boolean {
    const isFirst = this.view === undefined;
    this.view = view;
    return isFirst;
  }

  /**
   * The sweep has ended, or was stopped: unless the user chose a place, the occluder goes where it takes most away.
   * @returns whether it moved
   */
  end(): boolean {
    const most = this.view && worst(this.view);
    if (this.isPlaced || this.view === undefined || most === undefined) {
      return false;
    }
    return this.put(placeOf(this.view, most));
  }

  /**
   * The user moves the occluder, perhaps beyond the photo.
   * @returns whether it moved
   */
  move(to: Place, size: number): boolean {
    this.isPlaced = true;
    return this.put(inside(to, size, this.photo));
  }

  /** The position of the sweep where the occluder is, or which is nearest to it. */
  get position(): number | undefined {
    return this.view === undefined || this.at === undefined ? undefined : nearestPosition(this.view, this.at);
  }

  /** Probability, activity and label of every position, [3, rows, columns]. */
  get numbers(): { readonly shape: readonly number[]; readonly values: Float32Array } {
    const { rows = 0, columns = 0, probability = [], activity = [], label = [] } = this.view ?? {};
    return {
      shape: [3, rows, columns],
      values: Float32Array.from([...probability, ...activity, ...label]),
    };
  }

  private put(to: Place): boolean {
    if (to.top === this.at?.top && to.left === this.at.left) {
      return false;
    }
    this.at = to;
    return true;
  }
}
