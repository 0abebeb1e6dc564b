/** Layers under the modules that they belong to, as rows of which some are folded away. */

import { ancestorsOf } from '../../../src/protocol/groupPath.js';
import { groupMembers } from '../../../src/protocol/groupTree.js';
import type { Member } from '../../../src/protocol/groupTree.js';
import type { LayerView } from '../../../src/protocol/view.js';

interface RowPosition {
  /** Depth in the tree, 1 at the top. */
  readonly level: number;
  /** Place among its siblings, from 1, and how many they are. */
  readonly position: number;
  readonly siblings: number;
}

export interface LayerRow extends RowPosition {
  readonly kind: 'layer';
  /** Of the layer in the network, from 0. */
  readonly place: number;
}

export interface GroupRow extends RowPosition {
  readonly kind: 'group';
  /** Module path. */
  readonly group: string;
  readonly isOpen: boolean;
}

export type TableRow = LayerRow | GroupRow;

/** What the layers of a group come to. */
export interface GroupSums {
  readonly layers: number;
  readonly parameters: number;
  /** Null where those of a layer are not known. */
  readonly multiplyAdds: number | null;
}

export class LayerTree {
  private readonly members;
  private readonly sums = new Map<string, GroupSums>();
  /** Every group, by its module path. */
  readonly groups: readonly string[];
  /** Levels of the tree, 1 where there are no groups. */
  readonly depth: number;

  constructor(layers: readonly Pick<LayerView, 'group' | 'parameters' | 'multiplyAdds'>[]) {
    this.members = groupMembers(layers.map(({ group }) => group));
    this.groups = [...this.members.keys()].filter((group) => group !== '');
    this.depth = 1 + Math.max(0, ...this.groups.map((group) => ancestorsOf(group).length));
    for (const { group, parameters, multiplyAdds } of layers) {
      for (const path of ancestorsOf(group)) {
        const sum = this.sumsOf(path);
        this.sums.set(path, {
          layers: sum.layers + 1,
          parameters: sum.parameters + parameters,
          multiplyAdds:
            sum.multiplyAdds === null || multiplyAdds === null ? null : sum.multiplyAdds + multiplyAdds,
        });
      }
    }
  }

  sumsOf(group: string): GroupSums {
    return this.sums.get(group) ?? { layers: 0, parameters: 0, multiplyAdds: 0 };
  }

  /** The rows that are not folded away, from the top. */
  rows(folded: ReadonlySet<string>): TableRow[] {
    const rows: TableRow[] = [];
    const add = (members: readonly Member[], level: number): void => {
      members.forEach((member, at) => {
        const row = { level, position: at + 1, siblings: members.length };
        if (member.kind === 'layer') {
          rows.push({ ...row, ...member });
          return;
        }
        const isOpen = !folded.has(member.group);
        rows.push({ ...row, ...member, isOpen });
        if (isOpen) {
          add(this.members.get(member.group) ?? [], level + 1);
        }
      });
    };
    add(this.members.get('') ?? [], 1);
    return rows;
  }
}

/** Rows of layers without their groups, in the order given. */
export function plainRows(places: readonly number[]): LayerRow[] {
  return places.map((place, at) => ({
    kind: 'layer',
    place,
    level: 1,
    position: at + 1,
    siblings: places.length,
  }));
}

/** The groups that are folded once `group` is, or is not; those in it stay as they are. */
export function withFolded(folded: ReadonlySet<string>, group: string, isFolded: boolean): Set<string> {
  const others = [...folded].filter((each) => each !== group);
  return new Set(isFolded ? [...others, group] : others);
}

/** Identity of a row, which stays when others are folded. */
export function rowKey(row: TableRow): string {
  return row.kind === 'layer' ? `layer-${row.place}` : `group-${row.group}`;
}

/** What a key asks for: to go to another row, or to fold or unfold a group. */
export type TreeStep = { readonly to: number } | { readonly group: string; readonly isFolded: boolean };

/** What left and right do in a tree, and Enter and Space on a group; undefined where there is nothing to do. */
export function treeStep(key: string, rows: readonly TableRow[], at: number): TreeStep | undefined {
  const row = rows[at];
  if (row === undefined) {
    return undefined;
  }
  const parent = rows.findLastIndex(({ level }, other) => other < at && level < row.level);
  if (row.kind === 'layer') {
    return key === 'ArrowLeft' && parent >= 0 ? { to: parent } : undefined;
  }
  const { group, isOpen } = row;
  switch (key) {
    case 'ArrowLeft':
      return isOpen ? { group, isFolded: true } : parent >= 0 ? { to: parent } : undefined;
    case 'ArrowRight':
      return isOpen ? { to: at + 1 } : { group, isFolded: false };
    case 'Enter':
    case ' ':
      return { group, isFolded: isOpen };
    default:
      return undefined;
  }
}
