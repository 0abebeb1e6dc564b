/** The photos of an index that are nearest to others, for the panel that shows them. */

import { stat } from 'node:fs/promises';

import * as vscode from 'vscode';

import { askedPhotos, outsideVectorsJob } from '../../core/analysis/photoSet/neighbourQueries.js';
import type { AskedPhoto } from '../../core/analysis/photoSet/neighbourQueries.js';
import type { Neighbour } from '../../core/analysis/photoSet/neighbours.js';
import type { BoundedCache } from '../../core/boundedCache.js';
import { UserError } from '../../core/errors.js';
import { contextOf } from '../../core/jobs/job.js';
import type { PhotoRow } from '../../core/store/indexPart.js';
import type { PhotoIndex } from '../../core/store/photoIndex.js';
import type { NeighbourQuestion, QueryPhoto } from '../../protocol/panels/neighbours.js';
import type { PanelContext } from './context.js';

/** The photos of an index by their numbers. */
export type Rows = ReadonlyMap<number, PhotoRow>;

/** What an index is searched with. */
export interface Searched {
  readonly index: PhotoIndex;
  readonly rows: Rows;
  /** Vectors of photos from outside that were asked about before. */
  readonly outside: BoundedCache<Float32Array>;
}

/** A photo that was asked about. */
export interface Answered extends AskedPhoto {
  readonly name: string | undefined;
  readonly problem: string | undefined;
  readonly neighbours: readonly Neighbour[];
}

/** @param loading is told the share of the vectors that is there, where they are loaded first */
export async function answered(
  context: PanelContext,
  { index, rows, outside }: Searched,
  { layer, distance, count, queries }: NeighbourQuestion,
  signal: AbortSignal,
  loading: (share: number) => void,
): Promise<readonly Answered[]> {
  const known = await toldPhotos(index, rows, queries);
  const asked = [];
  for (const [at, photo] of known.entries()) {
    asked.push({
      ...photo,
      ...(await vectorFor(context, { index, rows, outside }, layer, photo, queries[at], signal)),
    });
  }
  const sound = asked.filter(({ vector }) => vector !== undefined);
  const found = await context.vectors.nearest(
    index.store,
    { layer, distance, count },
    sound.map(({ vector }) => vector ?? new Float32Array()),
    { signal, loading },
  );
  return asked.map((each) => ({
    ...each,
    neighbours: each.vector === undefined ? [] : (found[sound.indexOf(each)] ?? []),
  }));
}

/** What is asked about, in the index or outside of it. */
async function toldPhotos(
  index: PhotoIndex,
  rows: Rows,
  queries: readonly QueryPhoto[],
): Promise<readonly AskedPhoto[]> {
  const images = queries.map((query) =>
    'photo' in query ? (rows.get(query.photo)?.path ?? '') : vscode.Uri.parse(query.file).fsPath,
  );
  const files = images.filter((_, at) => 'file' in (queries[at] ?? {}));
  const ofFiles = files.length === 0 ? [] : await askedPhotos(index, files);
  return queries.map((query, at) => {
    const image = images[at] ?? '';
    return 'photo' in query
      ? { image, photo: query.photo, label: rows.get(query.photo)?.label }
      : (ofFiles.find((each) => each.image === image) ?? { image, photo: undefined, label: undefined });
  });
}

/** What is looked for: the photo's number in the index, or the vector of one from outside; or why neither can be had. */
async function vectorFor(
  { engine, file, selection }: PanelContext,
  { index, rows, outside }: Searched,
  layer: string,
  { image, photo }: AskedPhoto,
  query: QueryPhoto | undefined,
  signal: AbortSignal,
): Promise<{
  readonly name: string | undefined;
  readonly vector: number | Float32Array | undefined;
  readonly problem: string | undefined;
}> {
  if (photo !== undefined) {
    const row = rows.get(photo);
    const problem =
      row === undefined ? vscode.l10n.t('The index has not come to this photo yet.') : row.problem;
    return { name: row?.path, vector: problem === undefined ? photo : undefined, problem };
  }
  const name = query !== undefined && 'file' in query ? selection.photos.nameOf(query.file) : undefined;
  try {
    const { mtimeMs } = await stat(image).catch(() => ({ mtimeMs: 0 }));
    const key = JSON.stringify([index.store, layer, image, mtimeMs]);
    const before = outside.get(key);
    if (before !== undefined) {
      return { name, vector: before, problem: undefined };
    }
    const { network } = await file.get();
    const job = outsideVectorsJob(network, { index, layer, files: [image] });
    const [vector = new Float32Array()] = await job.run(contextOf(engine, { signal }));
    outside.set(key, vector);
    return { name, vector, problem: undefined };
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    return { name, vector: undefined, problem: error.message };
  }
}
