/** Indexing a set of photos with a model, and opening an index that was made elsewhere. */

import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, extname } from 'node:path';

import * as vscode from 'vscode';

import { indexJob } from '../../core/analysis/photoSet/index.js';
import type { IndexResult } from '../../core/analysis/photoSet/index.js';
import { photosRootOf } from '../../core/analysis/photoSet/indexOrigin.js';
import { indexedLayers } from '../../core/analysis/photoSet/indexedLayers.js';
import { modelHash } from '../../core/network/modelFiles.js';
import type { Job } from '../../core/jobs/job.js';
import { manifestIn } from '../../core/store/indexManifest.js';
import type { JobAbout } from '../jobs/about.js';
import { runNotified } from '../jobs/notified.js';
import type { OpenModel } from '../modelFiles.js';
import type { Services } from '../services.js';
import { engineSettings } from '../settings.js';
import { neededModel } from './models.js';
import { pickPhotoSet } from './photoSets.js';
import { targetOf } from './target.js';

/** What names an index that is made again: the model's URI, the set's folder, zip or list, and layers where they were chosen. */
interface IndexArguments {
  readonly uri: string;
  readonly set: string;
  readonly layers?: readonly string[] | undefined;
}

/** Goes over a set with a model; a run that was stopped goes on where it was. */
export async function indexPhotos(services: Services, argument: unknown): Promise<void> {
  const { selection, photoSets, indexes, jobs } = services;
  const uri = targetOf(argument).model ?? (await neededModel(services));
  if (uri === undefined) {
    return;
  }
  const model = await selection.activate(uri).get();
  const root =
    setOf(argument) ??
    (await pickPhotoSet(services, model, vscode.l10n.t('Unpool: Index a Folder of Photos')));
  if (root === undefined) {
    return;
  }
  await photoSets.add([root]);
  const { layers } = (argument ?? {}) as Partial<IndexArguments>;
  const store = indexes.storeFor(uri.fsPath, root, layers);
  if (!(await mayGoOn(services, model, store, basename(root)))) {
    return;
  }
  const title = vscode.l10n.t('Unpool: indexing {0}', basename(root));
  const job = indexing(services, model, { root, store, layers });
  const result = await runNotified(jobs, title, job, aboutIndex(model, root, layers), () => {
    void indexes.add(store);
  });
  if (result !== undefined) {
    await indexes.add(store);
    await indexes.choose(uri, store);
    await tell(model, { uri: uri.toString(), set: root, layers }, store, result);
  }
}

/** Asks which layers, those of an index by default being chosen at first, and indexes a set with them. */
export async function indexChosenLayers(services: Services, argument: unknown): Promise<void> {
  const uri = targetOf(argument).model ?? (await neededModel(services));
  if (uri === undefined) {
    return;
  }
  const { network } = await services.selection.activate(uri).get();
  const usual = new Set(indexedLayers(network, {}).map(({ tensor }) => tensor));
  const picks = network.layers
    .filter(({ output }) => (network.shapes.staticShapeOf(output)?.length ?? 0) >= 2)
    .map(({ name, node, outputShape, output }) => ({
      label: name,
      description: `${node.opType} ${outputShape ?? ''}`,
      picked: usual.has(output),
    }));
  const chosen = await vscode.window.showQuickPick(picks, {
    title: vscode.l10n.t('Unpool: Index Chosen Layers'),
    placeHolder: vscode.l10n.t('Layers whose maps are looked at on every photo'),
    canPickMany: true,
    matchOnDescription: true,
  });
  if (chosen !== undefined && chosen.length > 0) {
    const set = setOf(argument);
    const layers = chosen.map(({ label }) => label);
    await indexPhotos(services, { uri: uri.toString(), layers, ...(set !== undefined && { set }) });
  }
}

/** Adds an index that the command line or a cluster has made. */
export async function openIndex(
  { selection, indexes, photoSets }: Services,
  argument: unknown,
): Promise<void> {
  const [folder] =
    (await vscode.window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      title: vscode.l10n.t('Unpool: Open Index'),
      openLabel: vscode.l10n.t('Open'),
    })) ?? [];
  if (folder === undefined) {
    return;
  }
  const index = await indexes.add(folder.fsPath);
  const { name } = index.manifest.model;
  const root = photosRootOf(index);
  // The photos of an index from a cluster need not be here.
  if (existsSync(root)) {
    await photoSets.add([root]);
  }
  const file = targetOf(argument).model;
  const asked = file === undefined ? selection.file : selection.activate(file);
  const own = asked === undefined ? [] : await indexes.of(asked);
  if (asked !== undefined && own.some(({ store }) => store === folder.fsPath)) {
    await indexes.choose(asked.uri, folder.fsPath);
    return;
  }
  void vscode.window.showInformationMessage(
    vscode.l10n.t('This index was made with {0}: it is shown with that model.', name),
  );
}

/** Where the argument is the row of a set's index, makes that index the one that is shown. */
export async function chooseIndexOf({ selection, indexes }: Services, argument: unknown): Promise<void> {
  const { kind, set } = (argument ?? {}) as { readonly kind?: unknown; readonly set?: unknown };
  const { file } = selection;
  if (kind === 'index' && file !== undefined) {
    const own = (await indexes.of(file)).find(({ root, problem }) => root === set && problem === null);
    if (own !== undefined) {
      await indexes.choose(file.uri, own.store);
    }
  }
}

/** The set that an argument names: a folder, zip or list of the explorer, or a row of the photos. */
function setOf(argument: unknown): string | undefined {
  if (argument instanceof vscode.Uri) {
    return extname(argument.path).toLowerCase() === '.onnx' ? undefined : argument.fsPath;
  }
  const { set } = (argument ?? {}) as { readonly set?: unknown };
  return typeof set === 'string' ? set : undefined;
}

/** The job; photos are listed when its turn has come. A partial result is a part that is whole. */
function indexing(
  { photoSets }: Services,
  model: OpenModel,
  { root, store, layers }: { root: string; store: string; layers: readonly string[] | undefined },
): Job<number, IndexResult> {
  const { network, stamp } = model;
  const { preprocessing } = model.preprocessing;
  return {
    key: `index ${JSON.stringify([store, root, stamp, preprocessing, layers])}`,
    run: async (context) => {
      context.report('opening', 0);
      const set = await photoSets.open(root);
      try {
        const { threads } = engineSettings();
        const job = await indexJob(network, set, { store, preprocessing, threads, layers });
        return await job.run(context);
      } finally {
        await set.close();
      }
    },
  };
}

function aboutIndex({ uri, view }: OpenModel, root: string, layers: readonly string[] | undefined): JobAbout {
  const again: IndexArguments = { uri: uri.toString(), set: root, layers };
  return {
    subject: `index ${JSON.stringify(again)}`,
    title: vscode.l10n.t('Index of Photos'),
    detail: `${view.name}, ${basename(root)}`,
    place: { kind: 'photos' },
    again: { command: 'indexPhotos', argument: { ...again } },
    turn: 'queued',
    canPause: true,
  };
}

/** Whether a run can go on in a store; one that was made in another way is replaced, if the user says so. */
async function mayGoOn(
  { engine }: Services,
  { network, preprocessing, view }: OpenModel,
  store: string,
  set: string,
): Promise<boolean> {
  const manifest = await manifestIn(store);
  if (manifest === undefined) {
    return true;
  }
  const { preprocessing: now } = preprocessing;
  const { provider } = await engine.status();
  const threads = engineSettings().threads;
  const differs =
    manifest.model.sha256 !== (await modelHash(network.model))
      ? vscode.l10n.t('the model was another one then')
      : JSON.stringify(manifest.preprocessing) !== JSON.stringify(now)
        ? vscode.l10n.t('photos were prepared in another way then')
        : manifest.inputShape.join() !== network.input.shape.join()
          ? vscode.l10n.t('images had another size then')
          : manifest.provider !== provider || (threads !== undefined && manifest.threads !== threads)
            ? vscode.l10n.t('the engine ran on something else then')
            : undefined;
  if (differs === undefined) {
    return true;
  }
  const replace = vscode.l10n.t('Replace');
  const chosen = await vscode.window.showWarningMessage(
    vscode.l10n.t(
      'There is an index of {0} with {1} that cannot be gone on with: {2}.',
      set,
      view.name,
      differs,
    ),
    { modal: true },
    replace,
  );
  if (chosen === replace) {
    await rm(store, { recursive: true, force: true });
  }
  return chosen === replace;
}

/** Says what became of it; photos that have come since it was begun are in an index that is made again. */
async function tell(
  { view }: OpenModel,
  made: IndexArguments,
  store: string,
  { photos, problems, manifest, added }: IndexResult,
): Promise<void> {
  const summary = [
    vscode.l10n.t(
      '{0}: {1} photos indexed with {2}, {3} skipped.',
      basename(made.set),
      (photos - problems.length).toLocaleString(),
      view.name,
      problems.length.toLocaleString(),
    ),
    ...(added === 0
      ? []
      : [
          vscode.l10n.t('{0} photos have come since it was begun and are not in it.', added.toLocaleString()),
        ]),
  ].join(' ');
  const show = vscode.l10n.t('Show Top Photos');
  const again = vscode.l10n.t('Make It Again');
  const buttons = added === 0 ? [show] : [show, again];
  const chosen = await vscode.window.showInformationMessage(summary, ...buttons);
  if (chosen === show) {
    const layer = manifest.layers.findLast(({ rows, columns }) => rows * columns > 1)?.name;
    await vscode.commands.executeCommand('unpool.showTopPhotos', { uri: made.uri, layer });
  } else if (chosen === again) {
    await rm(store, { recursive: true, force: true });
    await vscode.commands.executeCommand('unpool.indexPhotos', made);
  }
}
