/** What the Evolution panel shows: what is chosen, what has come of it, and which checkpoint is looked at. Plain, without a page. */

import type {
  EvolutionChoice,
  EvolutionNews,
  EvolutionOffer,
  EvolvedCheckpoint,
  WallTileView,
  WallView,
} from '../../../src/protocol/panels/evolution.js';

type Kind = EvolutionChoice['kind'];

/** What is kept over a reload of the window. */
export interface Kept {
  readonly set: string | null;
  readonly kind: Kind;
  /** The layer chosen for each kind. */
  readonly layers: Readonly<Partial<Record<Kind, string>>>;
  readonly maps: readonly number[] | null;
  /** Place of the checkpoint that is looked at. */
  readonly place: number;
}

const NOTHING: EvolutionOffer = { folder: '', problem: null, checkpoints: [], leftOut: [], sets: [] };

export class EvolutionState {
  offer = NOTHING;
  /** By place; those that have come. */
  readonly rows: EvolvedCheckpoint[] = [];
  wall: WallView | undefined;
  private readonly tilesByPlace = new Map<number, readonly WallTileView[]>();
  private kept: Kept;
  private at: number | undefined;

  constructor(kept: Partial<Kept> = {}) {
    this.at = kept.place;
    this.kept = { set: null, kind: 'projections', layers: {}, maps: null, place: 0, ...kept };
  }

  /** What is asked for, of what there is. */
  get choice(): EvolutionChoice {
    const { kept, offer } = this;
    const set = offer.sets.find(({ root }) => root === kept.set)?.root ?? null;
    const kind = set === null ? 'kernels' : kept.kind;
    return { set, kind, layer: kept.layers[kind] ?? null, maps: kept.maps };
  }

  /** Maps are those of one layer: another one has its own. */
  choose(changes: {
    readonly set?: string | null;
    readonly kind?: Kind;
    readonly layer?: string;
    readonly maps?: readonly number[] | null;
  }): Kept {
    const { layer, ...rest } = changes;
    const before = this.choice;
    this.kept = { ...this.kept, ...rest };
    if (layer !== undefined) {
      this.kept = { ...this.kept, layers: { ...this.kept.layers, [this.choice.kind]: layer } };
    }
    const { kind, layer: now } = this.choice;
    if (kind !== before.kind || now !== before.layer) {
      this.kept = { ...this.kept, maps: null };
    }
    return this.kept;
  }

  /** Another time line is on its way: nothing of the last one is shown. */
  begin(): void {
    this.rows.length = 0;
    this.wall = undefined;
    this.tilesByPlace.clear();
  }

  take(news: EvolutionNews): void {
    switch (news.kind) {
      case 'row':
        this.rows[news.row.place] = news.row;
        break;
      case 'wall':
        this.wall = news.wall;
        break;
      case 'tiles':
        this.tilesByPlace.set(news.place, news.tiles);
        break;
      case 'progress':
        break;
    }
  }

  /** The checkpoint that is looked at; the last one until another is chosen. */
  get place(): number {
    const last = Math.max(0, this.offer.checkpoints.length - 1);
    return Math.max(0, Math.min(this.at ?? last, last));
  }

  look(place: number): void {
    this.at = place;
  }

  /** Place of the next checkpoint when the time line is played; undefined behind the last one. */
  get next(): number | undefined {
    const next = this.place + 1;
    return next < this.offer.checkpoints.length ? next : undefined;
  }

  tile(place: number, map: number): WallTileView | undefined {
    return this.tilesByPlace.get(place)?.find((tile) => tile.map === map);
  }

  get hasTiles(): boolean {
    return this.tilesByPlace.size > 0;
  }

  /** Layers with weights, `most` of them evenly from the first to the last. */
  layers(most: number): readonly string[] {
    const all = this.rows.find((row) => row !== undefined)?.layers.map(({ layer }) => layer) ?? [];
    const step = (all.length - 1) / (most - 1);
    return all.length <= most
      ? all
      : Array.from({ length: most }, (_, place) => all[Math.round(place * step)] ?? '');
  }

  /** The words of the command that does the same. */
  get command(): readonly string[] {
    const { folder, problem } = this.offer;
    const { set, kind, layer, maps } = this.choice;
    return problem !== null || folder === ''
      ? []
      : [
          ...['unpool', 'evolution', folder, ...(set === null ? [] : [set])],
          ...(kind === 'kernels' && set !== null ? ['--kernels'] : []),
          ...(layer === null ? [] : ['--layer', layer]),
          ...(maps === null ? [] : ['--maps', maps.join(',')]),
          ...['--out', 'evolution.png'],
        ];
  }
}

/** Numbers of maps as people write them, `3, 17`; null for none, undefined for what is no list of different ones. */
export function mapsIn(text: string): readonly number[] | null | undefined {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '');
  const isList =
    parts.every((part) => /^\d+$/.test(part)) && new Set(parts.map(Number)).size === parts.length;
  return parts.length === 0 ? null : isList ? parts.map(Number) : undefined;
}
