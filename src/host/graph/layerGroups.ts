/** Layers by module: `features.0` and `features.1` belong to `features`. */

import type { Layer } from '../../core/network/layers.js';
import { modulePath } from '../../core/onnx/modulePath.js';
import { each, mapped } from '../../core/steps.js';
import type { Steps } from '../../core/steps.js';
import { ancestorsOf, parentOf } from '../../protocol/groupPath.js';

export interface LayerGroups {
  /** Module path of the group that a layer is in, '' at the top. */
  of(layer: string): string;
  /** Every group that has layers or groups in it, '' first; parents before their children. */
  readonly all: readonly string[];
}

interface Member {
  readonly name: string;
  readonly group: string;
}

/** More layers than this side by side are read in parts. */
const SIBLING_LIMIT = 400;

/** Groups the layers of a network by the module paths that the exporter left; a group of one layer is none. */
export function* layerGroupsSteps(layers: readonly Pick<Layer, 'name' | 'node'>[]): Steps<LayerGroups> {
  const exported = yield* adoptedMembersSteps(
    yield* mapped(layers, ({ name, node }) => ({ name, group: exportedGroup(name, modulePath(node)) })),
  );
  const sizes = new Map<string, number>();
  yield* each(exported, ({ group }) => {
    ancestorsOf(group).forEach((path) => sizes.set(path, (sizes.get(path) ?? 0) + 1));
  });
  const groups = yield* partsSteps(
    yield* mapped(exported, ({ name, group }) => {
      let kept = group;
      while (kept !== '' && (sizes.get(kept) ?? 0) < 2) {
        kept = parentOf(kept);
      }
      return { name, group: kept };
    }),
  );
  const all = new Set(['']);
  for (const group of new Set(groups.values())) {
    ancestorsOf(group).forEach((path) => all.add(path));
  }
  return { of: (layer) => groups.get(layer) ?? '', all: [...all] };
}

function exportedGroup(name: string, path: string | undefined): string {
  return path === undefined || path === '' || path === name || name.startsWith(`${path}.`)
    ? parentOf(name)
    : path;
}

/** More layers than this in a row are no afterthought of the group around them. */
const ADOPTED_LIMIT = 4;

/** Lays layers without a path, as activations often are, into the group that they lie in the midst of. */
function* adoptedMembersSteps(members: readonly Member[]): Steps<readonly Member[]> {
  const groups = members.map(({ group }) => group);
  let last = -1;
  yield* each(members.entries(), ([at, { group }]) => {
    if (group !== '') {
      if (at - last - 1 <= ADOPTED_LIMIT) {
        groups.fill(shared(members[last]?.group ?? '', group), last + 1, at);
      }
      last = at;
    }
  });
  return yield* mapped(members, ({ name }, at) => ({ name, group: groups[at] ?? '' }));
}

/** The innermost group that two groups lie in, or are; '' for none. */
function shared(one: string, other: string): string {
  const around = ancestorsOf(other);
  return ancestorsOf(one).findLast((group) => around.includes(group)) ?? '';
}

/** Splits groups that hold too many layers themselves into runs: `layers 1-400`. */
function* partsSteps(members: readonly Member[]): Steps<ReadonlyMap<string, string>> {
  const direct = new Map<string, string[]>();
  yield* each(members, ({ name, group }) => {
    const siblings = direct.get(group) ?? [];
    siblings.push(name);
    direct.set(group, siblings);
  });
  const groups = new Map<string, string>();
  for (const [group, layers] of direct) {
    const size = Math.max(SIBLING_LIMIT, Math.ceil(Math.sqrt(layers.length)));
    let part = group;
    yield* each(layers.entries(), ([place, name]) => {
      if (layers.length > SIBLING_LIMIT && place % size === 0) {
        const run = `layers ${place + 1}-${Math.min(layers.length, place + size)}`;
        part = group === '' ? run : `${group}.${run}`;
      }
      groups.set(name, part);
    });
  }
  return groups;
}
