/** The incremental way to run a sweep: only what an occluder can reach is computed anew, layer by layer. */

import { WINDOWS } from '../engine.js';
import type { FromStep, Patch, Step, TensorMap, WindowStep } from '../engine.js';
import { toFloat32 } from '../floats.js';
import { elementCount, floatTensor } from '../tensor.js';
import type { FloatTensor, Tensor } from '../tensor.js';
import { inGroups } from './groups.js';
import type { Grouping } from './groups.js';
import { fitted, lengthOf, readBy } from '../windows/interval.js';
import type { Interval } from '../windows/interval.js';
import type { Position } from './positions.js';
import type { OccludedPhoto, OccludedRunner } from './runner.js';
import { slideOf } from '../windows/windowGeometry.js';
import type { Axis } from '../windows/windowGeometry.js';
import type { Correction, Cut } from '../windows/windowLevels.js';
import type { WindowPlan } from '../windows/windowPlan.js';

export interface BatchSizes {
  /** Most positions whose windows are computed at once. */
  readonly windows: number;
  /** Most positions that the tail takes at once. */
  readonly tail: number;
}

/** A sweep of `plan`. @param grouping positions that it does not know make groups of their own */
export function incrementalRunner(
  plan: WindowPlan,
  occluded: OccludedPhoto,
  grouping: Grouping,
  batches: BatchSizes,
): OccludedRunner {
  // Windows of many positions share a layer's weights, and one request, even if the tail takes few of them at once.
  const batch = plan.tail.isBatched ? Math.max(batches.windows, batches.tail) : 1;
  const bunches = (positions: readonly Position[]): Position[][] =>
    inGroups(positions, grouping).flatMap((group) => chunks(group, batches.windows));
  return {
    batch,
    oneByOne: !plan.tail.isBatched && batches.tail > 1,
    bunches,
    async run(positions, { engine, signal }) {
      if (positions.length === 0 || positions.length > batch) {
        throw new RangeError(`${positions.length} positions for a batch of ${batch}`);
      }
      const groups = bunches(positions);
      const { steps, tails } = stepsFor(plan, occluded, groups, batches.tail);
      const results = await engine.run(steps, { signal });
      const values = new Map<Position, Float32Array[]>();
      for (const { positions: some, places } of tails) {
        some.forEach((position, index) => {
          values.set(
            position,
            plan.outputs.map((name) => entryOf(results, places, name, index, some.length)),
          );
        });
      }
      return positions.map((position) => values.get(position) ?? []);
    },
  };
}

/** The occluder along an axis, clipped to the image. */
export function coveredBy(plan: WindowPlan, size: number, axis: Axis, coordinate: number): Interval {
  const imageSize = plan.geometry.sizeOf(0)[axis];
  const clip = (value: number): number => Math.min(Math.max(value, 0), imageSize);
  return { start: clip(coordinate), end: clip(coordinate + size) };
}

/** The shared windows of one group, all of the same lengths: top-left corners by window and position. */
interface GroupWindows {
  readonly count: number;
  readonly lengths: readonly (readonly [number, number])[];
  readonly starts: readonly (readonly (readonly [number, number])[])[];
}

function windowsOf(plan: WindowPlan, size: number, group: readonly Position[]): GroupWindows {
  const { geometry } = plan;
  const changed = group.map(({ top, left }) => [
    geometry.changed(0, coveredBy(plan, size, 0, top)),
    geometry.changed(1, coveredBy(plan, size, 1, left)),
  ]);
  const windows = Array.from({ length: geometry.count }, (_, window) => window);
  const lengthAt = (window: number, axis: Axis): number =>
    changed.reduce((most, each) => Math.max(most, lengthOf(each[axis]?.[window] ?? { start: 0, end: 0 })), 1);
  const lengths = windows.map((window) => [lengthAt(window, 0), lengthAt(window, 1)] as const);
  const startAt = (window: number, axis: Axis, of: (typeof changed)[number]): number =>
    fitted(
      of[axis]?.[window] ?? { start: 0, end: 0 },
      lengths[window]?.[axis] ?? 1,
      geometry.sizeOf(window)[axis],
    ).start;
  const starts = windows.map((window) =>
    changed.map((each) => [startAt(window, 0, each), startAt(window, 1, each)] as const),
  );
  return { count: group.length, lengths, starts };
}

interface Request {
  readonly steps: readonly Step[];
  /** Positions that the tail takes at once, and where the outputs of the plan are among the results. */
  readonly tails: readonly {
    readonly positions: readonly Position[];
    readonly places: ReadonlyMap<string, FromStep>;
  }[];
}

/**
 * The steps that run groups of positions through the levels and all of them through the tail.
 * @param tailBatch most positions that the tail takes at once; none leaves it out, to measure the rest
 */
export function stepsFor(
  plan: WindowPlan,
  occluded: OccludedPhoto,
  groups: readonly (readonly Position[])[],
  tailBatch: number,
): Request {
  const { network, geometry, tail } = plan;
  const { photo, size } = occluded;
  const image = network.input.name;
  const steps: Step[] = [];
  const base = (tensor: string): Tensor | FromStep =>
    tensor === image ? photo : { step: 0, output: tensor };
  if (plan.base !== undefined) {
    steps.push({
      model: plan.base,
      feeds: { [image]: photo },
      fetch: [],
      memo: true,
    });
  }
  const occluder = occluderPatch(plan, occluded);

  const computed = groups.map((group) => {
    const windows = windowsOf(plan, size, group);
    const places = new Map<string, FromStep>();
    /** Writes positions of the group from `from` on over windows from `first` on. */
    const patchOf = (tensor: string, first = 0, from = 0, count = group.length): Patch[] =>
      tensor === image
        ? group.slice(from, from + count).map((position, index) => ({
            values: occluder,
            first: first + index,
            corners: Int32Array.of(position.top, position.left),
          }))
        : [
            {
              values: placeOf(places, tensor),
              first,
              entry: from,
              corners: cornersOf(windows, geometry.windowOf(tensor)).slice(2 * from, 2 * (from + count)),
            },
          ];
    // Away from the borders a sum reads the windows that the convolution of its other input was given.
    const known = new Map<string, FromStep>();
    const cutOf = (cut: Cut): FromStep => {
      const step = cutStep(plan, cut, windows, base(cut.tensor), patchOf(cut.tensor));
      const key = `${cut.tensor} ${step.padding} ${step.size.join()} ${step.corners.join()}`;
      const found = known.get(key) ?? { step: steps.length, output: WINDOWS };
      if (found.step === steps.length) {
        steps.push(step);
        known.set(key, found);
      }
      return found;
    };
    for (const [level, { model, cuts, corrections, passed, made }] of plan.levels.entries()) {
      const feeds: Record<string, Tensor | FromStep> = {};
      cuts.forEach((cut) => (feeds[cut.name] = cutOf(cut)));
      corrections.forEach((each) => (feeds[each.name] = factorsOf(each, windows)));
      passed.forEach((tensor) => (feeds[tensor] = placeOf(places, tensor)));
      made.forEach((tensor) => places.set(tensor, { step: steps.length, output: tensor }));
      const isLast = tailBatch === 0 && level === plan.levels.length - 1;
      steps.push({ model, feeds, fetch: isLast ? made : [] });
    }
    return { group, patchOf };
  });

  if (tailBatch === 0) {
    return { steps, tails: [] };
  }
  const queue = computed.flatMap(({ group, patchOf }) =>
    group.map((position, place) => ({ position, place, patchOf })),
  );
  const tails = chunks(queue, tailBatch).map((chunk) => {
    const made = new Map<string, FromStep>();
    for (const tensor of tail.inputs) {
      made.set(tensor, { step: steps.length, output: WINDOWS });
      // One patch for the positions of each group, which follow one another.
      const patches = chunk.flatMap(({ place, patchOf }, first) => {
        if (first > 0 && chunk[first - 1]?.patchOf === patchOf) {
          return [];
        }
        return patchOf(tensor, first, place, chunk.filter((each) => each.patchOf === patchOf).length);
      });
      steps.push({
        base: base(tensor),
        rowAxis: plan.rowAxisOf(tensor),
        size: geometry.sizeOf(geometry.windowOf(tensor)),
        corners: new Int32Array(2 * chunk.length),
        padding: 0,
        patches,
        fetch: plan.outputs.includes(tensor) ? [WINDOWS] : [],
      });
    }
    if (tail.model !== undefined) {
      const left = plan.outputs.filter((name) => !made.has(name));
      left.forEach((name) => made.set(name, { step: steps.length, output: name }));
      steps.push({
        model: tail.model,
        feeds: Object.fromEntries(tail.inputs.map((name) => [name, placeOf(made, name)])),
        fetch: left,
      });
    }
    return { positions: chunk.map(({ position }) => position), places: made };
  });
  return { steps, tails };
}

function placeOf(places: ReadonlyMap<string, FromStep>, tensor: string): FromStep {
  const place = places.get(tensor);
  if (place === undefined) {
    throw new Error(`'${tensor}' has not been computed`);
  }
  return place;
}

/** The occluder as one entry of a patch: it is the same at every position. */
function occluderPatch({ network }: WindowPlan, { fill, size }: OccludedPhoto): FloatTensor {
  const { layout } = network.input;
  const channels = fill.length;
  const shape = layout === 'NCHW' ? [1, channels, size, size] : [1, size, size, channels];
  const data = new Float32Array(elementCount(shape));
  for (let index = 0; index < data.length; index++) {
    const channel = layout === 'NCHW' ? Math.floor(index / (size * size)) : index % channels;
    data[index] = fill[channel] ?? 0;
  }
  return floatTensor(shape, data);
}

function cornersOf({ starts, count }: GroupWindows, window: number): Int32Array {
  const corners = new Int32Array(2 * count);
  starts[window]?.forEach(([top, left], index) => corners.set([top, left], 2 * index));
  return corners;
}

/** The step that cuts what a level reads of one tensor: the windows of its reader, and what these see around. */
function cutStep(
  plan: WindowPlan,
  { tensor, read, window }: Cut,
  windows: GroupWindows,
  base: Tensor | FromStep,
  patches: readonly Patch[],
): WindowStep {
  const lengths = windows.lengths[window] ?? [1, 1];
  const along = (axis: Axis, start: number): Interval =>
    readBy({ start, end: start + lengths[axis] }, slideOf(read, axis));
  const corners = new Int32Array(2 * windows.count);
  windows.starts[window]?.forEach(([top, left], index) =>
    corners.set([along(0, top).start, along(1, left).start], 2 * index),
  );
  return {
    base,
    rowAxis: plan.rowAxisOf(tensor),
    size: [lengthOf(along(0, 0)), lengthOf(along(1, 0))],
    corners,
    padding: read.padding,
    patches,
    fetch: [],
  };
}

/** What averages over all that a window covers are multiplied with, to be averages over what lies inside. */
function factorsOf({ inside, window }: Correction, windows: GroupWindows): FloatTensor {
  const [rows, columns] = windows.lengths[window] ?? [1, 1];
  const data = new Float32Array(windows.count * rows * columns);
  windows.starts[window]?.forEach(([top, left], index) => {
    for (let y = 0; y < rows; y++) {
      const vertical = inside.rows.covered / (inside.rows.counts[top + y] ?? NaN);
      for (let x = 0; x < columns; x++) {
        const horizontal = inside.columns.covered / (inside.columns.counts[left + x] ?? NaN);
        data[(index * rows + y) * columns + x] = vertical * horizontal;
      }
    }
  });
  return floatTensor([windows.count, 1, rows, columns], data);
}

function entryOf(
  results: readonly TensorMap[],
  places: ReadonlyMap<string, FromStep>,
  name: string,
  index: number,
  count: number,
): Float32Array {
  const place = placeOf(places, name);
  const tensor = results[place.step]?.[place.output];
  if (tensor === undefined) {
    throw new Error(`the engine gave no '${name}'`);
  }
  const { data } = toFloat32(tensor, name);
  const length = data.length / count;
  return data.subarray(index * length, (index + 1) * length);
}

export function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
