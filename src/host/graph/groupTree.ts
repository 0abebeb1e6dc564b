/** Groups of layers in each other, cut where they are interwoven so that each can be drawn as one box. */

import { each } from '../../core/steps.js';
import type { Steps } from '../../core/steps.js';
import { ancestorsOf } from '../../protocol/groupPath.js';

/** A layer or a group, or a part of a group; layers are told by their places in the network. */
export interface Unit {
  /** Module path; '' for a layer, and for the whole network. */
  readonly group: string;
  /** In the network's order; one for a layer. */
  readonly layers: readonly number[];
  /** Which of how many parts of the group it is, from 1; null where the group is in one piece. */
  readonly part: readonly [number: number, count: number] | null;
}

/** For each layer, the layers it reads and those that read it. */
export interface LayerWiring {
  readonly before: readonly (readonly number[])[];
  readonly after: readonly (readonly number[])[];
}

export function isLayer({ group, layers }: Unit): boolean {
  return group === '' && layers.length === 1;
}

export class GroupTree {
  readonly root: Unit;
  private readonly children = new Map<Unit, readonly Unit[]>();
  private readonly paths = new Map<string, readonly string[]>();

  /** @param groupOf for each layer, the innermost group that it lies in, '' for none */
  constructor(
    private readonly groupOf: readonly string[],
    readonly wiring: LayerWiring,
  ) {
    this.root = { group: '', layers: [...groupOf.keys()], part: null };
  }

  /**
   * What an open group shows: layers and groups, none of which is read by what it reads, directly or not. A group in
   * which nothing lies but another is that other one, so that no frame has a frame as its only content.
   */
  *childrenSteps(unit: Unit): Steps<readonly Unit[]> {
    let children = this.children.get(unit);
    if (children === undefined) {
      let inner = unit;
      do {
        children = yield* this.splitSteps(inner);
        inner = children[0] ?? unit;
      } while (children.length === 1 && !isLayer(inner));
      this.children.set(unit, children);
    }
    return children;
  }

  private *splitSteps({ group, layers }: Unit): Steps<Unit[]> {
    const depth = this.pathOf(group).length;
    const members = new Map<string, number[]>();
    yield* each(layers, (layer) => {
      const key = this.pathOf(this.groupOf[layer] ?? '')[depth] ?? `:${layer}`;
      const list = members.get(key);
      if (list === undefined) {
        members.set(key, [layer]);
      } else {
        list.push(layer);
      }
    });
    const units: Unit[] = [];
    for (const [key, parts] of yield* partsSteps(layers, members, this.wiring)) {
      const wholes = parts.filter((part) => part.length > 1);
      for (const part of parts) {
        const isGroup = part.length > 1;
        const place = isGroup && wholes.length > 1 ? wholes.indexOf(part) + 1 : 0;
        units.push({
          group: isGroup ? key : '',
          layers: part,
          part: place > 0 ? [place, wholes.length] : null,
        });
      }
    }
    return units.sort((a, b) => (a.layers[0] ?? 0) - (b.layers[0] ?? 0));
  }

  private pathOf(group: string): readonly string[] {
    let path = this.paths.get(group);
    if (path === undefined) {
      path = ancestorsOf(group);
      this.paths.set(group, path);
    }
    return path;
  }
}

interface Strand {
  readonly key: string;
  readonly parts: number[][];
  /** Layers that are in no part yet. */
  rest: readonly number[];
  /** How often these layers read layers of other strands that are in no part yet. */
  waiting: number;
}

/**
 * Cuts groups into as few parts as it takes that no part is read by what it reads: a module that is called twice, with
 * others between, is two parts.
 * @param layers in an order in which each reads earlier ones
 * @param members the same layers by group
 */
function* partsSteps(
  layers: readonly number[],
  members: ReadonlyMap<string, readonly number[]>,
  { before, after }: LayerWiring,
): Steps<ReadonlyMap<string, readonly (readonly number[])[]>> {
  const strands = [...members].map(([key, rest]): Strand => ({ key, parts: [], rest, waiting: 0 }));
  const strandOf = new Map<number, Strand>();
  yield* each(strands, (strand) => {
    strand.rest.forEach((layer) => strandOf.set(layer, strand));
  });
  yield* each(strandOf, ([layer, strand]) => {
    for (const read of before[layer] ?? []) {
      const other = strandOf.get(read);
      strand.waiting += other !== undefined && other !== strand ? 1 : 0;
    }
  });
  const done = new Set<number>();
  const ready = strands.filter(({ waiting }) => waiting === 0);
  const take = (strand: Strand, part: readonly number[]): void => {
    const taken = new Set(part);
    strand.parts.push([...part]);
    strand.rest = strand.rest.filter((layer) => !taken.has(layer));
    for (const layer of part) {
      done.add(layer);
      for (const reader of after[layer] ?? []) {
        const other = strandOf.get(reader);
        if (other !== undefined && other !== strand && --other.waiting === 0) {
          ready.push(other);
        }
      }
    }
  };
  // A strand that waits for others is taken once they are, or, where each waits for another, as far as it can be.
  yield* each(layers, (layer) => {
    for (let strand = ready.pop(); strand !== undefined; strand = ready.pop()) {
      take(strand, strand.rest);
    }
    const tangled = strandOf.get(layer);
    if (tangled !== undefined && !done.has(layer)) {
      const part = new Set([layer]);
      for (const next of tangled.rest) {
        if ((before[next] ?? []).every((read) => part.has(read) || done.has(read) || !strandOf.has(read))) {
          part.add(next);
        }
      }
      take(
        tangled,
        [...part].sort((a, b) => a - b),
      );
    }
  });
  return new Map(strands.map(({ key, parts }) => [key, parts]));
}
