/** What every panel does: it asks for the model and the selection, keeps up with both, and says what is missing. */

import '@vscode-elements/elements/dist/vscode-button/index.js';

import type { RequestMap } from '../../src/protocol/channel.js';
import type { EveryPanelRequests } from '../../src/protocol/everyPanel.js';
import type { IndexesView, IndexView } from '../../src/protocol/indexView.js';
import type { LayerView, ModelView, PhotoView, PostedModel, SelectionView } from '../../src/protocol/view.js';
import { Busy } from './busy.js';
import type { Report } from './busy.js';
import { CommandLine } from './commandLine.js';
import { element } from './dom.js';
import { ErrorLine } from './errors.js';
import { Header } from './header.js';
import { l10n } from './host.js';
import type { Host } from './host.js';
import { acceptPhotos } from './photoDrop.js';
import { PhotoOffer } from './photoOffer.js';
import { layerToShow, nearestLayer } from './layerToShow.js';
import { SetHeader } from './setHeader.js';
import type { SetClient } from './setHeader.js';

/** What the panel is to show. */
export interface Shown {
  readonly model: ModelView;
  readonly selection: SelectionView;
  /** Undefined in panels that show no layer. */
  readonly layer: LayerView | undefined;
  /** Undefined in panels that show no photo. */
  readonly photo: PhotoView | undefined;
  /** Undefined in panels that show no index of photos. */
  readonly index: IndexView | undefined;
}

export interface PanelOptions {
  /** The layers that the panel can show, and what to say where there are none; left out by panels without a layer. */
  readonly layers?: {
    readonly accepts: (layer: LayerView, index: IndexView | undefined) => boolean;
    readonly none: string;
  };
  /** In panels that show an index of photos, whom to ask for it; without an index the panel offers to make one. */
  readonly sets?: SetClient;
  readonly hasPhoto: boolean;
  /** False in panels that show several photos and have them chosen in another way. */
  readonly hasPhotoPicker?: boolean;
  /** What else `load` depends on. */
  readonly dependsOn?: (selection: SelectionView) => unknown;
  /** Fetches and draws; called whenever model, layer, photo or preprocessing changed. */
  readonly load: (shown: Shown, signal: AbortSignal, report: Report) => Promise<void>;
  /** What is being fetched, for the progress line. */
  readonly loading: (shown: Shown) => string;
  /** The words of the `unpool` command that does what is shown; none where no command does it. */
  readonly command?: (shown: Shown) => readonly string[];
  /** Another place asks to see this channel of the layer. */
  readonly showChannel?: (channel: number) => void;
}

export interface Panel {
  /** Where the panel draws; hidden while there is nothing to show. */
  readonly content: HTMLElement;
  readonly errors: ErrorLine;
  readonly busy: Busy;
  /** What is shown now; undefined before the first time. */
  readonly shown: () => Shown | undefined;
  /** Calls `load` again, as after a control was changed. */
  readonly reload: () => void;
  /** Lets the user see what `load` has drawn so far. */
  readonly reveal: () => void;
  /** Asks for the command again, as after a choice that loads nothing. */
  readonly tellCommand: () => void;
}

/** Fills `#root` and starts asking. */
export function startPanel<R extends RequestMap<R> & EveryPanelRequests, S>(
  host: Host<R, S>,
  options: PanelOptions,
): Panel {
  const { common } = host;
  const errors = new ErrorLine(common);
  const busy = new Busy(errors);
  const setHeader = options.sets && new SetHeader(options.sets, errors);
  const header = new Header(common, errors, {
    layer: options.layers !== undefined,
    photo: options.hasPhoto && (options.hasPhotoPicker ?? true),
    index: setHeader?.element,
  });
  const empty = element('div', { class: 'empty', hidden: true });
  const content = element('div', { class: 'content', hidden: true });
  const offer = new PhotoOffer(common, errors);
  const command = new CommandLine();
  acceptPhotos(common, errors);
  document
    .getElementById('root')
    ?.append(header.element, errors.element, busy.element, empty, content, command.element);

  let model: ModelView | undefined;
  let selection: SelectionView | undefined;
  let layers: readonly LayerView[] = [];
  let index: IndexView | undefined;
  let asked: { layer?: string; channel?: number } = {};
  let shown: Shown | undefined;
  /** What `load` was last called with. `shown` may be newer: not every change of the selection loads anything. */
  let loading: Shown | undefined;
  let loaded = '';

  const accepts = (layer: LayerView): boolean => options.layers?.accepts(layer, index) ?? false;
  const showEmpty = (what: HTMLElement): void => {
    busy.cancel();
    loading = undefined;
    command.show([]);
    empty.replaceChildren(what);
    empty.hidden = false;
    content.hidden = true;
    loaded = '';
    document.body.dataset['ready'] = 'true';
  };
  const load = async (next: Shown): Promise<void> => {
    loading = next;
    empty.hidden = true;
    // Laid out but not seen, so that what is drawn finds its size; what was shown before stays meanwhile.
    content.classList.add(content.hidden ? 'first' : 'stale');
    content.hidden = false;
    const isDone = await busy.run(options.loading(next), async (signal, report) => {
      await options.load(next, signal, report);
      return true;
    });
    if (loading !== next) {
      return;
    }
    content.classList.remove('first', 'stale');
    tellCommand();
    if (isDone !== true) {
      content.hidden = true;
      empty.replaceChildren(element('vscode-button', { onclick: reload }, l10n('Try Again')));
      empty.hidden = false;
    }
    showChannel();
  };
  const tellCommand = (): void => {
    command.show(shown === undefined ? [] : (options.command?.(shown) ?? []));
  };
  const showChannel = (): void => {
    if (asked.channel !== undefined && !content.hidden) {
      options.showChannel?.(asked.channel);
      delete asked.channel;
    }
  };
  const reload = (): void => {
    loaded = '';
    update();
  };
  const update = (): void => {
    if (model === undefined || selection === undefined) {
      return;
    }
    const wanted = asked.layer ?? selection.layer;
    const choose = options.sets === undefined ? layerToShow : nearestLayer;
    const layer = choose(model.layers, wanted, accepts);
    const photo = options.hasPhoto ? selection.photos.find(({ id }) => id === selection?.photo) : undefined;
    header.update(model, selection, layers, layer);
    if (setHeader !== undefined && index === undefined) {
      showEmpty(setHeader.offer);
      return;
    }
    if (options.layers !== undefined && layer === undefined) {
      showEmpty(element('p', {}, options.layers.none));
      return;
    }
    if (options.hasPhoto && photo === undefined) {
      const isShown = !empty.hidden && empty.contains(offer.element);
      showEmpty(offer.element);
      if (!isShown) {
        void offer.fill();
      }
      return;
    }
    shown = { model, selection, layer, photo, index };
    const { preprocessing } = selection;
    // An index that grows is not shown anew with each part that comes.
    const ofIndex = index && [index.store, index.indexed === index.photos];
    const key = JSON.stringify([
      ...[layer?.name, photo?.id, preprocessing, ofIndex],
      options.dependsOn?.(selection),
    ]);
    if (key === loaded) {
      showChannel();
      return;
    }
    loaded = key;
    void load(shown);
  };

  const setModel = (posted: PostedModel): void => {
    model = { ...posted, layers: layersIn(posted) };
    listLayers();
    loaded = '';
  };
  const listLayers = (): void => {
    layers = model?.layers.filter(accepts) ?? [];
  };
  const setIndexes = (view: IndexesView): void => {
    setHeader?.update(view);
    const before = index?.store;
    index = view.indexes.find(({ store }) => store === view.chosen);
    if (index?.store !== before) {
      listLayers();
    }
  };
  host.common.on('modelChanged', (next) => {
    setModel(next);
    update();
  });
  host.common.on('selectionChanged', (next) => {
    if (next.layer !== selection?.layer) {
      delete asked.layer;
    }
    selection = next;
    update();
  });
  if (setHeader !== undefined) {
    host.common.on('indexesChanged', (view) => {
      setIndexes(view);
      update();
    });
  }
  host.common.on('show', (next) => {
    asked = { ...next };
    update();
  });
  void busy
    .run(l10n('Opening the model'), async (signal) => {
      const [openModel, present, indexes] = await Promise.all([
        common.request('model', null, { signal }),
        common.request('selection', null, { signal }),
        options.sets?.request('indexes', null, { signal }),
      ]);
      if (indexes !== undefined) {
        setIndexes(indexes);
      }
      setModel(openModel);
      selection = present;
    })
    .then(update);
  const reveal = (): void => {
    content.classList.remove('first', 'stale');
  };
  return { content, errors, busy, shown: () => shown, reload, reveal, tellCommand };
}

function layersIn({ layers }: PostedModel): readonly LayerView[] {
  const text = new TextDecoder();
  return layers.flatMap((piece) => JSON.parse(text.decode(piece)) as readonly LayerView[]);
}
