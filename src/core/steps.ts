/** Long computations cut into short ones, so that whoever runs them can let others have their turn in between. */

import { setImmediate as turn } from 'node:timers/promises';

/** A computation that stops wherever it has gone on for long. It comes to the same, however often it is stopped. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** How long a computation goes on before it stops: hovers, and other extensions, wait no longer than that. */
const STEP_MS = 10;

/** When others had their turn last, as far as it is known here. */
let started = performance.now();

/** Does something with each item. */
export function* each<T>(items: Iterable<T>, visit: (item: T) => void): Steps<void> {
  for (const item of items) {
    if (performance.now() - started > STEP_MS) {
      started = performance.now();
      yield;
    }
    visit(item);
  }
}

/** Makes something of each item. */
export function* mapped<T, U>(items: readonly T[], make: (item: T, place: number) => U): Steps<U[]> {
  const made: U[] = [];
  yield* each(items, (item) => {
    made.push(make(item, made.length));
  });
  return made;
}

/** The items that are wanted. */
export function* filtered<T>(items: Iterable<T>, isWanted: (item: T) => boolean): Steps<T[]> {
  const wanted: T[] = [];
  yield* each(items, (item) => {
    if (isWanted(item)) {
      wanted.push(item);
    }
  });
  return wanted;
}

/** Runs a computation in one go. */
export function atOnce<T>(steps: Steps<T>): T {
  let step = steps.next();
  while (step.done !== true) {
    step = steps.next();
  }
  return step.value;
}

/** Runs a computation; between its steps, timers fire and messages come in. */
export async function inTurns<T>(steps: Steps<T>): Promise<T> {
  let step = steps.next();
  while (step.done !== true) {
    await turn();
    started = performance.now();
    step = steps.next();
  }
  return step.value;
}
