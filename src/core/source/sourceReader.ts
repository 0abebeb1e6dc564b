/** Finds the models that a source file makes; keeps what it has read until one of the files changes. */

import { stat } from 'node:fs/promises';

import { BoundedCache } from '../boundedCache.js';
import { throwIfCancelled } from '../errors.js';
import type { Network } from '../network/network.js';
import { openNetwork } from '../network/open.js';
import { sidecarPath } from '../network/sidecar.js';
import { followingIn } from './following.js';
import { mapSource } from './mapSource.js';
import { plainTrees } from './plainTrees.js';
import type { PlainTrees } from './plainTrees.js';
import { readSource } from './readSource.js';
import type { Source } from './readSource.js';
import type { SourceMap } from './sourceMap.js';
import { SourceTexts } from './sourceTexts.js';
import type { EditedSources } from './sourceTexts.js';
import { pythonParser } from './syntax.js';

/** More files than this are not kept read: their syntax trees fill the memory. */
const SOURCE_LIMIT = 20;
/** More models than this are not kept open. */
const MODEL_LIMIT = 20;

/** What was found of a source file: plain data. */
export interface SourceReport {
  /** By the model's path, for models that the source makes, in the order in which they were given. */
  readonly maps: ReadonlyMap<string, SourceMap>;
  /** Files that were read, and those that were looked for in vain. */
  readonly reads: readonly string[];
  /** How long it took to read; undefined where that had been done before. */
  readonly milliseconds: number | undefined;
  /** Why the file is not followed to its end. */
  readonly givenUp: string | undefined;
  /** What is wrong with models that cannot be opened. */
  readonly unopened: readonly string[];
}

interface Reading {
  /** What the file makes if it is plain. */
  readonly plain: PlainTrees;
  /** What the interpreter made of it; undefined while nothing has called for that. */
  readonly source: Source | undefined;
  readonly reads: SourceTexts['reads'];
}

export class SourceReader {
  private readonly readings = new BoundedCache<Reading>(SOURCE_LIMIT);
  private readonly networks = new BoundedCache<{ readonly stamp: string; readonly network: Network }>(
    MODEL_LIMIT,
  );

  /**
   * Compares a source file with models.
   * @param models paths of .onnx files
   * @throws CancelledError after an abort
   */
  async connect(
    edited: EditedSources,
    file: string,
    models: readonly string[],
    signal?: AbortSignal,
  ): Promise<SourceReport> {
    const parser = await pythonParser();
    const key = [file, ...edited.roots].join('\n');
    const known = this.readings.get(key);
    const now = new SourceTexts(edited);
    const isCurrent = known && [...known.reads].every(([each, text]) => now.read(each) === text);
    const texts = isCurrent === true ? now : new SourceTexts(edited);
    let milliseconds: number | undefined;
    const timed = async <T>(part: () => T | Promise<T>): Promise<T> => {
      const start = performance.now();
      const made = await part();
      milliseconds = (milliseconds ?? 0) + performance.now() - start;
      return made;
    };
    const plain =
      isCurrent === true
        ? known.plain
        : await timed(() => plainTrees(parser, texts, file, followingIn(parser, texts, file)));
    let source = isCurrent === true ? known.source : undefined;
    const maps = new Map<string, SourceMap>();
    const unopened: string[] = [];
    for (const model of models) {
      throwIfCancelled(signal);
      const network = await this.network(model);
      if (typeof network === 'string') {
        unopened.push(network);
        continue;
      }
      const own = { trees: plain.trees, keras: [], texts: textsIn(texts) };
      let map = plain.trees.length === 0 ? undefined : mapSource(network, own, 'query');
      if (!plain.isComplete && map?.isExact !== true) {
        source ??= await timed(() => readSource(parser, texts, file, { signal }));
        map = mapSource(network, source);
      }
      if (map !== undefined) {
        maps.set(model, map);
      }
    }
    this.readings.set(key, { plain, source, reads: texts.reads });
    return { maps, reads: [...texts.reads.keys()], milliseconds, givenUp: source?.givenUp, unopened };
  }

  /** A model as it is on disk now, or what is wrong with it. */
  private async network(file: string): Promise<Network | string> {
    const stamp = await stampOf(file);
    const known = this.networks.get(file);
    if (known?.stamp === stamp) {
      return known.network;
    }
    try {
      const network = await openNetwork(file);
      this.networks.set(file, { stamp, network });
      return network;
    } catch (error) {
      // Whoever opens that model is told; the source is not about it.
      return error instanceof Error ? error.message : String(error);
    }
  }
}

/** Equal while neither the model nor its sidecar is written. */
async function stampOf(file: string): Promise<string> {
  const stamps = [file, sidecarPath(file)].map((each) =>
    stat(each).then(
      ({ mtimeMs, size }) => `${mtimeMs} ${size}`,
      () => '',
    ),
  );
  return (await Promise.all(stamps)).join();
}

/** The files that were read, without those that were looked for in vain. */
function textsIn({ reads }: SourceTexts): ReadonlyMap<string, string> {
  return new Map([...reads].flatMap(([file, text]) => (text === undefined ? [] : [[file, text] as const])));
}
