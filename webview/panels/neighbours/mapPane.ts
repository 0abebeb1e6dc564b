/** The map of the set with its controls: what is laid out how, coloured by what, and what of it is shown. */

import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';

import type { MapMethodName, SetMapView } from '../../../src/protocol/panels/neighbours.js';
import { rangeOf } from '../../common/colour.js';
import { select, textField } from '../../common/controls.js';
import { element } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import { percent } from '../../common/numbers.js';
import type { SetThumbnails } from '../../common/setThumbnails.js';
import { coloursOf, errorColours, errorGroups, labelGroups, WRONG } from './colouring.js';
import type { ColourBy, Groups } from './colouring.js';
import type { Point } from './lasso.js';
import { Legend } from './legend.js';
import { activationDots, groupDots } from './mapDots.js';
import { MapStage } from './mapStage.js';
import type { Marks } from './mapStage.js';
import { intoUnitSquare } from './plane.js';
import { PointedPhoto } from './pointedPhoto.js';
import { SelectedPhotos } from './selectedPhotos.js';
import { NO_PHOTOS } from './setPhotos.js';
import type { SetPhotos } from './setPhotos.js';

export interface MapActions {
  pick(photo: number, name: string, at: Point, from: HTMLElement): void;
  ask(photos: readonly number[]): void;
  /** The method, or what the dots are coloured by, was changed. */
  onChange(): void;
  /** Mean activations of a map of the layer, in the order of the photos. */
  activations(map: number): Promise<Float32Array>;
  className(index: number): string;
}

export interface KeptMap {
  readonly method: MapMethodName;
  readonly colourBy: ColourBy;
  /** The map whose activation colours the dots. */
  readonly map: number;
}

export class MapPane {
  private readonly method;
  private readonly colourBy;
  private readonly map;
  private readonly stage: MapStage;
  private readonly legend: Legend;
  private readonly selected: SelectedPhotos;
  private readonly pointed: PointedPhoto;
  private readonly lasso = element('vscode-toolbar-button', {
    icon: 'wand',
    toggleable: true,
    label: l10n('Select with a lasso'),
    title: l10n('Select with a lasso (or drag with Shift)'),
  });
  private readonly about = element('span', { class: 'muted about' });
  readonly element: HTMLElement;
  private store = '';
  private photos: SetPhotos = NO_PHOTOS;
  private groups: Groups = { groups: [], groupOf: new Int32Array() };
  private chosen: ReadonlySet<number> = new Set();
  private values: Float32Array | undefined;
  private positions = new Float32Array();
  private selection: readonly number[] = [];

  /** @param more what stands at the end of the tool bar @param busy what tells how far a map is */
  constructor(
    private readonly actions: MapActions,
    thumbnails: SetThumbnails,
    { method = 'pca', colourBy = 'label', map = 0 }: Partial<KeptMap>,
    more: HTMLElement,
    busy: HTMLElement,
  ) {
    this.method = select<MapMethodName>(
      l10n('Map'),
      [
        { value: 'pca', label: l10n('Principal components') },
        { value: 'umap', label: 'UMAP' },
      ],
      method,
      () => {
        actions.onChange();
      },
    );
    this.colourBy = select<ColourBy>(
      l10n('Colour by'),
      [
        { value: 'label', label: l10n('label') },
        { value: 'error', label: l10n('right or wrong') },
        { value: 'activation', label: l10n('activation of a map') },
      ],
      colourBy,
      () => {
        this.chosen = new Set();
        this.recolour();
        actions.onChange();
      },
    );
    this.map = textField(l10n('Number of the map'), {
      type: 'number',
      min: 0,
      value: map,
      class: 'map-number',
    });
    this.map.addEventListener('change', () => {
      this.recolour();
      actions.onChange();
    });
    const help = element(
      'p',
      { class: 'spoken', id: 'map-help' },
      l10n(
        'Arrow keys go to the nearest photo on that side, Enter shows what can be done with it, Space selects it, Escape clears the selection. Plus, minus and zero scale.',
      ),
    );
    this.stage = new MapStage(
      {
        onPick: (place, at) => {
          this.pick(place, at, this.stage.element);
        },
        onLasso: (places) => {
          this.select(places);
        },
        onToggle: (place) => {
          const rest = this.selection.filter((each) => each !== place);
          this.select(rest.length < this.selection.length ? rest : [...rest, place]);
        },
        onPoint: (place, at) => {
          this.pointed.show(this.store, this.photos, place, at, this.values?.[place ?? -1]);
        },
      },
      l10n('Map of the photos'),
      'map-help',
    );
    this.pointed = new PointedPhoto(thumbnails, (index) => actions.className(index));
    this.stage.element.append(this.pointed.element);
    this.legend = new Legend((groups) => {
      this.chosen = groups;
      this.draw();
    });
    this.selected = new SelectedPhotos(thumbnails, {
      ask: (photos) => {
        actions.ask(photos);
      },
      clear: () => {
        this.select([]);
      },
      pick: (place, at, from) => {
        this.pick(place, at, from);
      },
    });
    this.lasso.addEventListener('change', () => {
      this.stage.isLassoing = this.lasso.checked;
      this.stage.element.classList.toggle('lassoing', this.lasso.checked);
    });
    const tool = (icon: string, label: string, onclick: () => void): HTMLElement =>
      element('vscode-toolbar-button', { icon, label, title: label, onclick });
    this.element = element(
      'section',
      { class: 'set-map', 'aria-label': l10n('Map of the photos') },
      element(
        'div',
        { class: 'toolbar' },
        this.method.element,
        this.colourBy.element,
        this.map,
        element(
          'div',
          { class: 'tools' },
          this.lasso,
          tool('zoom-in', l10n('Enlarge (+)'), () => {
            this.stage.scaleBy(1);
          }),
          tool('zoom-out', l10n('Make smaller (-)'), () => {
            this.stage.scaleBy(-1);
          }),
          tool('screen-full', l10n('Show the whole map (0)'), () => {
            this.stage.fit();
          }),
        ),
        this.about,
        more,
      ),
      busy,
      help,
      element('div', { class: 'plane' }, this.stage.element, this.legend.element),
      this.selected.element,
      this.pointed.spoken,
    );
  }

  get kept(): KeptMap {
    return { method: this.method.value, colourBy: this.colourBy.value, map: Number(this.map.value) || 0 };
  }

  /** The words that `unpool map` has the colours by. */
  get colourWord(): string {
    const { colourBy, map } = this.kept;
    return colourBy === 'activation' ? String(map) : colourBy;
  }

  picture(): HTMLCanvasElement {
    return this.stage.picture();
  }

  /** Shows the photos of another index. */
  setPhotos(store: string, photos: SetPhotos): void {
    this.store = store;
    this.photos = photos;
    this.chosen = new Set();
    this.positions = new Float32Array(2 * photos.count).fill(NaN);
    this.select([]);
    this.recolour();
  }

  /** Forgets what was shown of another layer. @param maps of the layer */
  setLayer(maps: number): void {
    this.map.max = maps - 1;
    if (Number(this.map.value) >= maps) {
      this.map.value = '0';
    }
    this.positions = new Float32Array(2 * this.photos.count).fill(NaN);
    this.recolour();
  }

  setMap({ photos, positions, shares }: SetMapView): void {
    const square = intoUnitSquare(positions);
    const all = new Float32Array(2 * this.photos.count).fill(NaN);
    photos.forEach((photo, at) => {
      const place = this.photos.placeOf(photo);
      if (place !== undefined) {
        all.set(square.subarray(2 * at, 2 * at + 2), 2 * place);
      }
    });
    this.positions = all;
    const missing = this.photos.count - photos.length;
    this.about.textContent = [
      ...(shares === null
        ? []
        : [l10n('{0} and {1} of the variance', percent(shares[0]), percent(shares[1]))]),
      ...(missing > 0 ? [l10n('{0} photos have no place', missing.toLocaleString())] : []),
    ].join(', ');
    this.draw();
  }

  /** Marks photos by their numbers. */
  mark({ queries, answers }: Omit<Marks, 'selected'>): void {
    const placesOf = (photos: readonly number[]): number[] =>
      photos.flatMap((photo) => this.photos.placeOf(photo) ?? []);
    this.stage.mark({ queries: placesOf(queries), answers: placesOf(answers) });
  }

  private pick(place: number, at: Point, from: HTMLElement): void {
    this.actions.pick(this.photos.photo(place), this.photos.path(place), at, from);
  }

  private select(places: readonly number[]): void {
    this.selection = places;
    this.selected.show(this.store, this.photos, places);
    this.stage.mark({ selected: places });
  }

  private recolour(): void {
    const { colourBy, map } = this.kept;
    this.map.hidden = colourBy !== 'activation';
    this.values = undefined;
    this.groups = colourBy === 'error' ? errorGroups(this.photos) : labelGroups(this.photos);
    this.draw();
    if (colourBy === 'activation' && this.photos.count > 0) {
      const { photos } = this;
      void this.actions.activations(map).then(
        (values) => {
          if (this.photos === photos && this.kept.map === map && this.kept.colourBy === 'activation') {
            this.values = values;
            this.draw();
          }
        },
        () => undefined,
      );
    }
  }

  private draw(): void {
    if (this.kept.colourBy === 'activation') {
      this.drawActivations();
    } else {
      this.drawGroups();
    }
  }

  private drawGroups(): void {
    const { groups, chosen, positions } = this;
    const isByError = this.kept.colourBy === 'error';
    const ofGroup = isByError ? errorColours(groups) : coloursOf(groups, chosen);
    const crosses = isByError ? WRONG : undefined;
    this.stage.show({ ...groupDots(groups, ofGroup, chosen), positions, palette: 'groups', crosses });
    const nameOf = (name: string | undefined): string => this.groupName(name);
    this.legend.showGroups(groups, ofGroup, chosen, nameOf, crosses);
  }

  private groupName(name: string | undefined): string {
    if (this.kept.colourBy === 'label') {
      return name ?? l10n('no label');
    }
    return name === 'right' ? l10n('right') : name === 'wrong' ? l10n('wrong') : l10n('not known');
  }

  private drawActivations(): void {
    const { positions, photos } = this;
    const values = this.values ?? new Float32Array(photos.count).fill(NaN);
    const range = rangeOf(values);
    this.stage.show({
      ...activationDots(values, range),
      ...{ positions, palette: 'activations', crosses: undefined },
    });
    this.legend.showRange(range);
  }
}
