/** What the Projection panel shows, and which unit was chosen. Plain, without a page. */

import type { ProjectionView, UnitChoice } from '../../../src/protocol/panels/projection.js';
import type { Picture } from '../../../src/protocol/view.js';
import { choiceFor, neighbour } from './unit.js';
import type { Chosen, Unit } from './unit.js';

/** A layer on a photo, by name and id. */
export interface Subject {
  readonly layer: string;
  readonly photo: string;
}

const EMPTY: Picture = { width: 1, height: 1, rgba: new ArrayBuffer(4) };
const NONE: ProjectionView = {
  layer: '',
  unit: { channel: 0, y: 0, x: 0 },
  activation: 0,
  window: { top: 0, left: 0, bottom: 1, right: 1 },
  receptiveField: undefined,
  shape: [1, 1, 1, 1],
  values: new Float32Array(1),
  projection: EMPTY,
  contrast: { limit: 0, clipped: 0 },
  photo: EMPTY,
  strongest: [],
  map: { height: 1, width: 1, values: new Float32Array(1) },
};

export class ProjectionState {
  /** The projection that is shown. */
  view: ProjectionView = NONE;

  /** @param chosen the user's last choice */
  constructor(private chosen: Chosen | undefined) {}

  /** The unit to project for a layer and a photo. */
  unitFor({ layer, photo }: Subject): UnitChoice {
    return choiceFor(this.chosen, layer, photo);
  }

  /** @returns the choice, to be kept */
  choose(unit: UnitChoice, subject: Subject): Chosen {
    this.chosen = { ...subject, unit };
    return this.chosen;
  }

  /** The choice failed: the model may have changed and lost the unit, and the next try is for one that exists. */
  forget(): void {
    this.chosen = undefined;
  }

  /** The unit that a key leads to from the one that is shown, or on its way; undefined where to none. */
  unitAfter(key: string, layer: string): Unit | undefined {
    const { unit } = this.chosen ?? {};
    const isPending = unit?.kind === 'unit' && this.chosen?.layer === layer;
    return neighbour(isPending ? unit : this.view.unit, key, this.view.map);
  }

  /** Place of the shown map among the strongest, from 0; undefined where it is none of them. */
  get rank(): number | undefined {
    const { strongest, unit } = this.view;
    const at = strongest.findIndex(({ channel }) => channel === unit.channel);
    return at < 0 ? undefined : at;
  }

  /**
   * The map some places weaker (or stronger, below 0) among the strongest; from a map that is none of them the way
   * leads to the strongest. Undefined beyond the ends.
   */
  mapAfter(places: number): number | undefined {
    const { rank } = this;
    return this.view.strongest[rank === undefined ? 0 : rank + places]?.channel;
  }

  /** True where the layer has one value a channel, so that there is no map to look at. */
  get isSingleUnit(): boolean {
    return this.view.map.height * this.view.map.width === 1;
  }
}
