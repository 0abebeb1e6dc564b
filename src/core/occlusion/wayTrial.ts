/**
 * Two ways that measuring could not tell far apart, tried on the sweep's own positions: every now and then the other way
 * takes a request, which is set against those before it. All of it counts, for the results are the same.
 */

import { median } from './rates.js';

export type Way = 'plain' | 'incremental';

/** Requests of the other way. The first makes its sessions and tells nothing. */
const CHECKS = 6;
/** With fewer comparisons what was measured before holds. */
const FEWEST = 3;

export class WayTrial {
  /** What a position takes on windows, as a share of what it takes with the whole network, at each check. */
  private readonly ratios: number[] = [];
  private begun = 0;
  private checked = 0;
  private taken = 0;
  private own = { positions: 0, milliseconds: 0 };

  /**
   * @param better as far as is known
   * @param positions of the sweep
   */
  constructor(
    private better: Way,
    private readonly positions: number,
  ) {}

  get isOver(): boolean {
    return this.checked === CHECKS;
  }

  /** The way that is faster by all that is known now. */
  get verdict(): Way {
    return this.better;
  }

  /** The way of the next request, which is to be told to `took`. */
  next(): Way {
    const due = (this.positions * (this.begun + 1)) / (CHECKS + 2);
    if (this.begun > this.checked || this.isOver || this.taken < due) {
      return this.better;
    }
    this.begun++;
    return this.other;
  }

  /** @param milliseconds since the answer before, or since the request where the engine had nothing to do */
  took(way: Way, positions: number, milliseconds: number): void {
    this.taken += positions;
    if (way === this.better) {
      this.own.positions += positions;
      this.own.milliseconds += milliseconds;
      return;
    }
    this.checked = Math.min(this.begun, this.checked + 1);
    if (this.checked > 1 && this.own.positions > 0) {
      const share = this.own.milliseconds / this.own.positions / (milliseconds / positions);
      this.ratios.push(way === 'plain' ? share : 1 / share);
    }
    this.own = { positions: 0, milliseconds: 0 };
    if (this.ratios.length >= FEWEST) {
      this.better = median(this.ratios) > 1 ? 'plain' : 'incremental';
    }
  }

  private get other(): Way {
    return this.better === 'plain' ? 'incremental' : 'plain';
  }
}
