/** Which photos of an index are alike to the network. */

import * as vscode from 'vscode';

import { labelMatches } from '../../core/analysis/photoSet/labelMatches.js';
import {
  neighbourResults,
  neighbourSummary,
  neighbourTable,
} from '../../core/analysis/photoSet/neighbourTable.js';
import { correctness } from '../../core/analysis/photoSet/setAnswers.js';
import { setMapJob } from '../../core/analysis/photoSet/setMap.js';
import type { SetMap } from '../../core/analysis/photoSet/setMap.js';
import { placedPhotos, setMapSummary, setMapTable } from '../../core/analysis/photoSet/setMapTable.js';
import { BoundedCache } from '../../core/boundedCache.js';
import { csvText } from '../../core/store/csv.js';
import type { PhotoRow } from '../../core/store/indexPart.js';
import type { PhotoIndex } from '../../core/store/photoIndex.js';
import type { Table } from '../../core/store/table.js';
import type { Handlers } from '../../protocol/channel.js';
import type {
  MapQuestion,
  NeighbourQuestion,
  NeighboursRequests,
  SetMapPart,
  SetMapView,
  SetPhotosView,
} from '../../protocol/panels/neighbours.js';
import type { JobAbout } from '../jobs/about.js';
import { setPanelHandlers } from '../sets/setPanel.js';
import type { PanelContext } from './context.js';
import { everyPanelHandlers } from './everyPanel.js';
import { answered } from './neighbourAnswers.js';
import type { Answered, Rows } from './neighbourAnswers.js';
import { saveAs } from './saving.js';

/** Vectors of photos from outside that are kept. */
const KEPT = 64;

export function neighboursHandlers(context: PanelContext): Handlers<NeighboursRequests> {
  const { indexes, vectors } = context;
  const rows = rowsSource();
  const outside = new BoundedCache<Float32Array>(KEPT);
  const asked = async (
    question: NeighbourQuestion,
    signal: AbortSignal,
    loading: (share: number) => void,
  ): Promise<readonly Answered[]> => {
    const index = await indexes.open(question.store);
    return answered(context, { index, rows: await rows(index), outside }, question, signal, loading);
  };
  const mapped = async (question: MapQuestion, signal: AbortSignal, partial: (part: SetMapPart) => void) => {
    const index = await indexes.open(question.store);
    const all = await rows(index);
    return { all, map: await mapOf(context, index, [...all.values()], question, signal, partial) };
  };
  return {
    ...everyPanelHandlers(context),
    ...setPanelHandlers(context),
    setPhotos: async ({ store }) =>
      photosView(context, [...(await rows(await indexes.open(store))).values()]),
    neighbours: async (question, signal, partial) => {
      const answers = await asked(question, signal, partial);
      return answers.map(({ image, photo, label, name, problem, neighbours }) => ({
        photo: photo ?? null,
        name: name ?? image,
        label: label ?? null,
        problem: problem ?? null,
        neighbours,
      }));
    },
    setMap: async (question, signal, partial) => mapView((await mapped(question, signal, partial)).map),
    mapActivations: async ({ store, layer, map }, signal) => {
      const values = await vectors.activations(store, layer, map, signal);
      const shown = usable([...(await rows(await indexes.open(store))).values()]);
      return Float32Array.from(shown, ({ photo }) => values.get(photo) ?? NaN);
    },
    saveNeighbours: ({ question, form }, signal) =>
      saveTable(`${question.layer}-neighbours`, form, async () => {
        const answers = await asked(question, signal, () => undefined);
        const all = await rows(await indexes.open(question.store));
        const found = answers.map(({ neighbours }) => neighbours);
        const results = neighbourResults(answers, found, all);
        return { table: neighbourTable(results), summary: neighbourSummary(question, results) };
      }),
    saveSetMap: ({ question, form }, signal) =>
      saveTable(`${question.layer}-${question.method}`, form, async () => {
        const { all, map } = await mapped(question, signal, () => undefined);
        const placed = placedPhotos(map, [...all.values()]);
        return { table: setMapTable(placed), summary: setMapSummary(question, map, placed) };
      }),
  };
}

/** The photos of an index by their numbers, read once for the index as it is. */
function rowsSource(): (index: PhotoIndex) => Promise<Rows> {
  const known = new WeakMap<PhotoIndex, Promise<Rows>>();
  return (index) => {
    const rows =
      known.get(index) ?? index.photos().then((all) => new Map(all.map((row) => [row.photo, row])));
    known.set(index, rows);
    rows.catch(() => known.delete(index));
    return rows;
  };
}

/** Photos that have vectors. */
function usable(rows: readonly PhotoRow[]): readonly PhotoRow[] {
  return rows.filter(({ problem }) => problem === undefined);
}

async function photosView({ file }: PanelContext, all: readonly PhotoRow[]): Promise<SetPhotosView> {
  const rows = usable(all);
  const { network, view } = await file.get();
  const matches = await labelMatches(network, { photos: rows }, view.labels);
  const labels = matches.map(({ label }) => label);
  const places = new Map(labels.map((label, place) => [label, place]));
  const answers = correctness(rows, matches);
  return {
    photos: Int32Array.from(rows, ({ photo }) => photo),
    paths: new Uint8Array(new TextEncoder().encode(rows.map(({ path }) => path).join('\0'))).buffer,
    labels,
    labelOf: Int32Array.from(rows, ({ label }) => (label === undefined ? -1 : (places.get(label) ?? -1))),
    classOf: Int32Array.from(rows, ({ top: [first] }) => first?.index ?? -1),
    probability: Float32Array.from(rows, ({ top: [first] }) => first?.probability ?? 0),
    answers: Uint8Array.from(answers, (answer) => ['unknown', 'right', 'wrong'].indexOf(answer)),
  };
}

async function mapOf(
  context: PanelContext,
  index: PhotoIndex,
  photos: readonly PhotoRow[],
  { store, layer, method }: MapQuestion,
  signal: AbortSignal,
  partial: (part: SetMapPart) => void,
): Promise<SetMap> {
  let last = 0;
  const job = setMapJob(index, photos, { layer, method }, (running) =>
    context.vectors.map(
      store,
      { layer, method },
      {
        ...running,
        report: (stage, share) => {
          last = share;
          running.report(stage, share);
          partial({ share, map: null });
        },
      },
    ),
  );
  const { result } = context.jobs.start(job, await aboutMap(context, index, { store, layer, method }), {
    signal,
    partial: (map) => {
      partial({ share: last, map: mapView(map) });
    },
  });
  return result;
}

function mapView({ method, photos, positions, shares }: SetMap): SetMapView {
  // Copies: arrays may be parts of larger buffers, all of which would travel.
  return { method, photos: photos.slice(), positions: positions.slice(), shares: shares ?? null };
}

async function aboutMap(
  { file }: PanelContext,
  { manifest }: PhotoIndex,
  { store, layer, method }: MapQuestion,
): Promise<JobAbout> {
  const uri = file.uri.toString();
  const { view } = await file.get();
  return {
    subject: `map ${store} ${layer} ${method}`,
    title: vscode.l10n.t('Map of {0} photos by {1}', manifest.set.photos.toLocaleString(), layer),
    detail: `${view.name}, ${method.toUpperCase()}`,
    place: { kind: 'panel', panel: 'neighbours', model: uri },
    again: { command: 'showNeighbours', argument: { uri } },
    turn: 'now',
    canPause: false,
  };
}

async function saveTable(
  name: string,
  form: 'csv' | 'json',
  make: () => Promise<{ readonly table: Table; readonly summary: unknown }>,
): Promise<boolean> {
  return saveAs(name, form, vscode.l10n.t('Table'), async () => {
    const { table, summary } = await make();
    const text = form === 'csv' ? csvText(table) : `${JSON.stringify(summary, undefined, 2)}\n`;
    return new TextEncoder().encode(text);
  });
}
