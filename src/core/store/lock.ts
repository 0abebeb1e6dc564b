/** Locks of a store: two runs that would write the same parts refuse each other. */

import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

import { UserError } from '../errors.js';
import { isAlive, unwritable } from './files.js';

/** Parts from `first` up to, not including, `end`. */
export interface PartRange {
  readonly first: number;
  readonly end: number;
}

interface Holder {
  readonly host: string;
  readonly pid: number;
  /** When the process began, in the system's ticks: numbers of processes are used again. */
  readonly began: string | undefined;
}

/** Milliseconds between two signs of life, and without one until the process of another machine counts as dead. */
const BEAT = 10_000;
const DEAD = 120_000;

const NAME = /^\.lock-(\d+)-(\d+)$/;

/**
 * Takes the parts of a store, over from processes that are dead if need be.
 * @returns what gives them back
 * @throws UserError naming the process that has some of them
 */
export async function lockParts(store: string, { first, end }: PartRange): Promise<() => Promise<void>> {
  await mkdir(store, { recursive: true }).catch(unwritable(store));
  const own = join(store, `.lock-${first}-${end}`);
  const me: Holder = { host: hostname(), pid: process.pid, began: beganAt(process.pid) };
  await create(store, own, me);
  const release = (): Promise<void> => rm(own, { force: true }).catch(() => undefined);
  for (const name of await readdir(store)) {
    const [, from, to] = NAME.exec(name) ?? [];
    const file = join(store, name);
    if (from !== undefined && file !== own && Number(from) < end && Number(to) > first) {
      const holder = await livingHolder(file, own);
      if (holder !== undefined) {
        await release();
        throw refusal(store, holder);
      }
      await rm(file, { force: true });
    }
  }
  const beat = setInterval(() => {
    const now = new Date();
    utimes(own, now, now).catch(() => undefined);
  }, BEAT);
  beat.unref();
  return async () => {
    clearInterval(beat);
    await release();
  };
}

/** Creates the lock; one of the same parts that a dead process has left is taken over. */
async function create(store: string, file: string, me: Holder): Promise<void> {
  const write = (): Promise<void> => writeFile(file, JSON.stringify(me), { flag: 'wx' });
  const isThere = (error: NodeJS.ErrnoException): boolean => error.code === 'EEXIST';
  await write().catch(async (error: NodeJS.ErrnoException) => {
    if (!isThere(error)) {
      return unwritable(file)(error);
    }
    const holder = await livingHolder(file, undefined);
    if (holder !== undefined) {
      throw refusal(store, holder);
    }
    await rm(file, { force: true });
    await write().catch((again: NodeJS.ErrnoException) => {
      throw isThere(again) ? refusal(store, undefined) : again;
    });
  });
}

function refusal(store: string, holder: Holder | undefined): UserError {
  const who = holder === undefined ? 'another process' : `process ${holder.pid} on ${holder.host}`;
  return new UserError(
    `${store}: ${who} is writing the same parts; wait for it, or give each run a --shard of its own`,
  );
}

/** Who holds a lock, unless that process is known to be dead or has given no sign of life. @param clock a file just written */
async function livingHolder(file: string, clock: string | undefined): Promise<Holder | undefined> {
  const holder = await readFile(file, 'utf8').then(parsed, () => undefined);
  if (holder?.host === hostname()) {
    return isRunning(holder) ? holder : undefined;
  }
  // The times of both files are of the same machine, whose clock may not be ours.
  const [last, now] = [await timeOf(file), clock === undefined ? Date.now() : await timeOf(clock)];
  const isSilent = last === undefined || (now ?? Date.now()) - last > DEAD;
  return isSilent ? undefined : (holder ?? { host: 'another machine', pid: 0, began: undefined });
}

function parsed(text: string): Holder | undefined {
  try {
    return JSON.parse(text) as Holder;
  } catch {
    return undefined;
  }
}

function timeOf(file: string): Promise<number | undefined> {
  return stat(file).then(
    ({ mtimeMs }) => mtimeMs,
    () => undefined,
  );
}

function isRunning({ pid, began }: Holder): boolean {
  return isAlive(pid) && began === beganAt(pid);
}

/** On Linux; undefined elsewhere. */
function beganAt(pid: number): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // Behind the name, which may hold anything: the 22nd field of proc_pid_stat(5).
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}
