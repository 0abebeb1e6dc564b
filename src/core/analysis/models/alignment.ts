/** Which layers of two networks stand for each other? By kind, name and shape, in the order of both. */

/** What a layer is known by. */
export interface LayerSketch {
  /** `conv`, `relu`: layers of different kinds never stand for each other. */
  readonly kind: string;
  /** Its name and the other ones that it goes by. */
  readonly names: readonly string[];
  /** Shapes of its output and of its weights, in any spelling. */
  readonly output: string;
  readonly weights: string;
}

/** Places in both lists; undefined where the other network has no such layer. */
export interface AlignedPlaces {
  readonly a: number | undefined;
  readonly b: number | undefined;
}

/**
 * What speaks for two layers of a kind. Any pair is better than two layers without one, and shapes say more than names, whose
 * numbers move where a layer comes in.
 */
const PAIR = 4;
const SAME_NAME = 3;
const OTHER_NAME = 1;
const SAME_OUTPUT = 4;
const SAME_WEIGHTS = 4;

/** Pairs that are weighed against each other in one go. */
const MOST_CELLS = 2 ** 22;

/**
 * The pairs with the most in common of all that keep the order of both lists (Needleman & Wunsch 1970). What is alike at
 * both ends is taken as it is, and lists that are too long for that are cut at names that both have.
 * @returns every layer of both once, those of `a` before those of `b` between two pairs
 */
export function alignedLayers(
  a: readonly LayerSketch[],
  b: readonly LayerSketch[],
): readonly AlignedPlaces[] {
  const pairs: AlignedPlaces[] = [];
  align(a, b, { a: [0, a.length], b: [0, b.length] }, pairs);
  return withMoved(a, b, pairs);
}

/** Of layers that are left over, those that are alike in everything, as on branches whose order a file leaves open. */
function withMoved(
  a: readonly LayerSketch[],
  b: readonly LayerSketch[],
  pairs: readonly AlignedPlaces[],
): readonly AlignedPlaces[] {
  const known = (sketch: LayerSketch | undefined): string =>
    JSON.stringify([sketch?.kind, sketch?.names[0], sketch?.output, sketch?.weights]);
  const left = new Map(
    pairs.flatMap((pair) => (pair.a === undefined ? [[known(b[pair.b ?? -1]), pair] as const] : [])),
  );
  const moved = new Map<AlignedPlaces, AlignedPlaces>();
  for (const pair of pairs) {
    const other = pair.b === undefined ? left.get(known(a[pair.a ?? -1])) : undefined;
    if (other !== undefined) {
      moved.set(pair, other);
    }
  }
  const taken = new Set(moved.values());
  return pairs
    .filter((pair) => !taken.has(pair))
    .map((pair) => ({ ...pair, b: pair.b ?? moved.get(pair)?.b }));
}

interface Range {
  readonly a: readonly [from: number, end: number];
  readonly b: readonly [from: number, end: number];
}

function align(
  a: readonly LayerSketch[],
  b: readonly LayerSketch[],
  { a: [fromA, endA], b: [fromB, endB] }: Range,
  into: AlignedPlaces[],
): void {
  const isAlike = (placeA: number, placeB: number): boolean =>
    likeness(a[placeA], b[placeB]) === PAIR + SAME_NAME + SAME_OUTPUT + SAME_WEIGHTS;
  let start = 0;
  const shorter = Math.min(endA - fromA, endB - fromB);
  while (start < shorter && isAlike(fromA + start, fromB + start)) {
    into.push({ a: fromA + start, b: fromB + start });
    start++;
  }
  let tail = 0;
  while (tail < shorter - start && isAlike(endA - 1 - tail, endB - 1 - tail)) {
    tail++;
  }
  const middle: Range = { a: [fromA + start, endA - tail], b: [fromB + start, endB - tail] };
  const cells = (middle.a[1] - middle.a[0]) * (middle.b[1] - middle.b[0]);
  if (cells <= MOST_CELLS) {
    weigh(a, b, middle, into);
  } else {
    cutAtNames(a, b, middle, into);
  }
  for (let place = tail; place > 0; place--) {
    into.push({ a: endA - place, b: endB - place });
  }
}

function weigh(
  a: readonly LayerSketch[],
  b: readonly LayerSketch[],
  { a: [fromA, endA], b: [fromB, endB] }: Range,
  into: AlignedPlaces[],
): void {
  const [rows, columns] = [endA - fromA, endB - fromB];
  const width = columns + 1;
  // Of what lies behind each place: read forward, the best way is walked from the front.
  const best = new Int32Array((rows + 1) * width);
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      const at = row * width + column;
      best[at] = Math.max(
        best[at + width] ?? 0,
        best[at + 1] ?? 0,
        (best[at + width + 1] ?? 0) + likeness(a[fromA + row], b[fromB + column]),
      );
    }
  }
  let [row, column] = [0, 0];
  while (row < rows || column < columns) {
    const at = row * width + column;
    const common = row < rows && column < columns ? likeness(a[fromA + row], b[fromB + column]) : 0;
    if (common > 0 && best[at] === (best[at + width + 1] ?? 0) + common) {
      into.push({ a: fromA + row++, b: fromB + column++ });
    } else if (row < rows && best[at] === best[at + width]) {
      into.push({ a: fromA + row++, b: undefined });
    } else {
      into.push({ a: undefined, b: fromB + column++ });
    }
  }
}

/** Pairs layers of one name that come in the same order in both; where there are none, no layer has a counterpart. */
function cutAtNames(
  a: readonly LayerSketch[],
  b: readonly LayerSketch[],
  { a: [fromA, endA], b: [fromB, endB] }: Range,
  into: AlignedPlaces[],
): void {
  const named = new Map(b.slice(fromB, endB).map(({ names: [name] }, place) => [name, fromB + place]));
  let [doneA, doneB] = [fromA, fromB];
  for (let place = fromA; place < endA; place++) {
    const other = named.get(a[place]?.names[0]);
    // One that leaves many out would take their counterparts from the layers behind it.
    const isNear = other !== undefined && other >= doneB && other - doneB <= place - doneA + NEAR;
    if (isNear && likeness(a[place], b[other]) > 0) {
      gap(a, b, { a: [doneA, place], b: [doneB, other] }, into);
      into.push({ a: place, b: other });
      [doneA, doneB] = [place + 1, other + 1];
    }
  }
  gap(a, b, { a: [doneA, endA], b: [doneB, endB] }, into);
}

/** Layers that may be left out in one network between two of one name. */
const NEAR = 64;

function gap(
  a: readonly LayerSketch[],
  b: readonly LayerSketch[],
  range: Range,
  into: AlignedPlaces[],
): void {
  const { a: ofA, b: ofB } = range;
  if ((ofA[1] - ofA[0]) * (ofB[1] - ofB[0]) <= MOST_CELLS) {
    weigh(a, b, range, into);
    return;
  }
  for (let place = ofA[0]; place < ofA[1]; place++) {
    into.push({ a: place, b: undefined });
  }
  for (let place = ofB[0]; place < ofB[1]; place++) {
    into.push({ a: undefined, b: place });
  }
}

/** How much speaks for two layers; 0 for those of different kinds. */
function likeness(a: LayerSketch | undefined, b: LayerSketch | undefined): number {
  if (a === undefined || b === undefined || a.kind !== b.kind) {
    return 0;
  }
  const isSameName = a.names[0] === b.names[0];
  return (
    PAIR +
    (isSameName ? SAME_NAME : a.names.some((name) => b.names.includes(name)) ? OTHER_NAME : 0) +
    (a.output === b.output ? SAME_OUTPUT : 0) +
    (a.weights === b.weights ? SAME_WEIGHTS : 0)
  );
}
