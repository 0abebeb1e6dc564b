/** Checkpoints of a network as a time line. */

import { basename, dirname } from 'node:path';

import * as vscode from 'vscode';

import { checkpointFiles } from '../../core/analysis/models/checkpointFiles.js';
import type { CheckpointFile } from '../../core/analysis/models/checkpointFiles.js';
import { evolutionJob } from '../../core/analysis/models/evolution.js';
import type { CheckpointRow, EvolutionPart, EvolutionRequest } from '../../core/analysis/models/evolution.js';
import { evolutionTable } from '../../core/analysis/models/evolutionTable.js';
import type { WallTile } from '../../core/analysis/models/mapWall.js';
import { labelMatches } from '../../core/analysis/photoSet/labelMatches.js';
import { UserError } from '../../core/errors.js';
import { evolutionFigure, figureTile, fittedTile } from '../../core/figures/evolution.js';
import type { FigureTile } from '../../core/figures/evolution.js';
import { encodePng } from '../../core/imaging/png.js';
import type { PhotoSet } from '../../core/photos/photo.js';
import { csvText } from '../../core/store/csv.js';
import type { Handlers } from '../../protocol/channel.js';
import type {
  EvolutionChoice,
  EvolutionNews,
  EvolutionOffer,
  EvolutionRequests,
  EvolvedCheckpoint,
  WallTileView,
} from '../../protocol/panels/evolution.js';
import type { JobAbout } from '../jobs/about.js';
import { progressText } from '../jobs/words.js';
import type { OpenModel } from '../modelFiles.js';
import { toPicture } from '../pictures.js';
import { browseForSet } from '../sets/browsing.js';
import type { PanelContext } from './context.js';
import { everyPanelHandlers } from './everyPanel.js';
import { saveAs } from './saving.js';

/** What was shown last, as it is saved. */
interface Shown {
  readonly files: readonly CheckpointFile[];
  readonly rows: CheckpointRow[];
  maps: readonly number[];
  readonly columns: { readonly epoch: number; tiles: readonly FigureTile[] }[];
}

export function evolutionHandlers(context: PanelContext): Handlers<EvolutionRequests> {
  const { file, jobs, photoSets, selection } = context;
  const folder = dirname(file.uri.fsPath);
  let shown: Shown | undefined;
  return {
    ...everyPanelHandlers(context),
    evolutionOffer: async () => ({ folder, ...(await timeLine(folder)), sets: setsOf(context) }),
    addEvolutionSet: async ({ kind }) => {
      const root = await browseForSet(kind, vscode.l10n.t('Unpool: Photos for the Time Line'));
      if (root !== undefined) {
        await photoSets.add([root]);
      }
      return root ?? null;
    },
    openCheckpoints: async () => {
      await vscode.commands.executeCommand('unpool.openCheckpoints');
      return null;
    },
    evolution: async (choice, signal, partial) => {
      const { files } = await checkpointFiles(folder);
      const lease = selection.acquire(vscode.Uri.file(files.at(-1)?.file ?? ''));
      const set = choice.set === null ? undefined : await photoSets.open(choice.set);
      try {
        const last = await lease.file.get();
        const job = evolutionJob(await requestOf(files, last, set, choice));
        const showing: Shown = {
          ...{ files, rows: [], maps: [] },
          columns: files.map(({ epoch }) => ({ epoch, tiles: [] })),
        };
        shown = showing;
        const running = jobs.start(job, aboutEvolution(context, folder, choice), {
          signal,
          partial: (part) => {
            partial(newsOf(part, last, showing));
            const { progress } = running.entry;
            if (progress !== undefined) {
              partial({ kind: 'progress', share: progress.share, text: progressText(progress) });
            }
          },
        });
        const listening = jobs.onDidChange((entry) => {
          if (entry === running.entry && entry.progress !== undefined && entry.state === 'running') {
            partial({ kind: 'progress', share: entry.progress.share, text: progressText(entry.progress) });
          }
        });
        try {
          const { problems } = await running.result;
          return { skipped: problems.map(({ path, problem }) => ({ path, problem })) };
        } finally {
          listening.dispose();
        }
      } finally {
        await set?.close();
        lease.dispose();
      }
    },
    openCheckpoint: async ({ place }) => {
      const { files } = await checkpointFiles(folder);
      const wanted = files[place];
      if (wanted !== undefined) {
        await vscode.commands.executeCommand('unpool.openModel', vscode.Uri.file(wanted.file));
      }
      return null;
    },
    saveEvolution: async ({ form }) => {
      const last = shown;
      if (last === undefined) {
        throw new UserError(vscode.l10n.t('There is no time line yet.'));
      }
      const kind = form === 'png' ? vscode.l10n.t('Picture') : vscode.l10n.t('Numbers');
      return saveAs(`${basename(folder)}-evolution`, form, kind, async () =>
        form === 'png'
          ? encodePng(evolutionFigure(last.maps, last.columns))
          : Buffer.from(csvText(evolutionTable(last.files, last.rows))),
      );
    },
  };
}

async function timeLine(
  folder: string,
): Promise<Pick<EvolutionOffer, 'problem' | 'checkpoints' | 'leftOut'>> {
  try {
    const { files, leftOut } = await checkpointFiles(folder);
    return { problem: null, checkpoints: files.map(({ name, epoch }) => ({ name, epoch })), leftOut };
  } catch (error) {
    if (!(error instanceof UserError)) {
      throw error;
    }
    return { problem: error.message, checkpoints: [], leftOut: [] };
  }
}

function setsOf({ photoSets }: PanelContext): EvolutionOffer['sets'] {
  return photoSets.all.map((root) => ({ root, name: basename(root) }));
}

async function requestOf(
  files: readonly CheckpointFile[],
  { network: last, preprocessing, labels }: OpenModel,
  set: PhotoSet | undefined,
  { kind, layer, maps }: EvolutionChoice,
): Promise<EvolutionRequest> {
  const wall = { kind, layer: layer ?? undefined, maps: maps ?? undefined };
  if (set === undefined) {
    return { files, last, photos: undefined, wall };
  }
  const isLabelled = last.scores !== undefined && set.photos.some(({ label }) => label !== undefined);
  const matches = isLabelled ? await labelMatches(last, set, labels.names) : [];
  return { files, last, photos: { set, preprocessing: preprocessing.preprocessing, matches }, wall };
}

/** A part as the page is told of it; what is saved later is kept. */
function newsOf(part: EvolutionPart, last: OpenModel, shown: Shown): EvolutionNews {
  switch (part.kind) {
    case 'row':
      shown.rows[part.row.place] = part.row;
      return { kind: 'row', row: rowView(part.row) };
    case 'wall':
      shown.maps = part.wall.maps;
      return part;
    case 'tiles': {
      const tiles = part.tiles.map((tile) =>
        figureTile(tile, last.network.input, last.preprocessing.preprocessing),
      );
      const column = shown.columns[part.place];
      if (column !== undefined) {
        column.tiles = tiles;
      }
      return {
        ...{ kind: 'tiles', place: part.place },
        tiles: part.tiles.map((tile, at) => tileView(tile, tiles[at])),
      };
    }
  }
}

function rowView({ place, layers, accuracy }: CheckpointRow): EvolvedCheckpoint {
  return {
    place,
    layers: layers.map(({ layer, norm, step, maps, dead, mean }) => ({
      layer,
      norm: norm ?? null,
      step: step ?? null,
      maps: maps ?? null,
      dead: dead ?? null,
      mean: mean ?? null,
    })),
    accuracy: accuracy === undefined ? null : accuracy.right / accuracy.of,
  };
}

function tileView(tile: WallTile, { picture }: Partial<FigureTile> = {}): WallTileView {
  switch (tile.kind) {
    case 'lost':
      return { kind: 'lost', map: tile.unit.map, photo: tile.path, problem: tile.problem };
    case 'silent':
      return tile;
    default: {
      if (picture === undefined) {
        throw new Error('a tile has no picture');
      }
      const drawn = toPicture(picture);
      return tile.kind === 'kernel'
        ? { kind: 'kernel', map: tile.map, picture: drawn }
        : {
            ...{ kind: 'projection', map: tile.unit.map, value: tile.unit.value, picture: drawn },
            ...{ patch: toPicture(fittedTile(tile.patch)), photo: tile.path, jumped: tile.jumped },
          };
    }
  }
}

function aboutEvolution({ file }: PanelContext, folder: string, { set }: EvolutionChoice): JobAbout {
  const uri = file.uri.toString();
  return {
    subject: `evolution ${uri}`,
    title: vscode.l10n.t('Evolution'),
    detail: [folder, ...(set === null ? [] : [set])].map((path) => basename(path)).join(', '),
    place: { kind: 'panel', panel: 'evolution', model: uri },
    again: { command: 'showEvolution', argument: { uri } },
    turn: 'now',
    canPause: true,
  };
}
