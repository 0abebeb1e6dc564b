/** The strongest photos of one map, large, and under them what of each excites the map. */

import type { TopLayerView, TopPatchView, TopPhotoView } from '../../../src/protocol/panels/topPhotos.js';
import { element } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import { short } from '../../common/numbers.js';
import { currentTheme } from '../../common/theme.js';
import { columnsFor } from './layout.js';
import type { Half } from './layout.js';
import { drawPatch } from './pictures.js';

/** Side of a picture in CSS pixels. */
const SIDE = 114;

export interface CellActions {
  /** The pointer or the keyboard chose a photo, by its rank from 1. */
  choose(rank: number): void;
  /** Enter or a double click. */
  activate(rank: number): void;
  /** Escape. */
  leave(): void;
}

interface Cell {
  readonly button: HTMLButtonElement;
  readonly canvases: Readonly<Record<Half, HTMLCanvasElement>>;
}

export class PhotoCells {
  private readonly patches = element('div', {
    class: 'cells',
    role: 'group',
    'aria-label': l10n('Strongest photos'),
  });
  private readonly projections = element('div', { class: 'cells', 'aria-hidden': 'true' });
  readonly elements: readonly HTMLElement[];
  private cells: readonly Cell[] = [];
  private field = 1;
  private rank = 1;

  constructor(private readonly actions: CellActions) {
    this.elements = [
      element('h3', {}, l10n('What its strongest units see')),
      this.patches,
      element('h3', {}, l10n('What of it excites them')),
      this.projections,
    ];
    this.patches.addEventListener('keydown', (event) => {
      this.onKey(event);
    });
  }

  get chosen(): number {
    return this.rank;
  }

  /** Side of a picture in the screen's pixels. */
  get side(): number {
    return Math.round(SIDE * window.devicePixelRatio);
  }

  /** Empties the places, as for another map. */
  clear({ strongest, field }: Pick<TopLayerView, 'strongest' | 'field'>): void {
    this.field = field;
    if (this.cells.length !== strongest) {
      this.cells = Array.from({ length: strongest }, (_, place) => this.cell(place + 1));
      this.patches.replaceChildren(...this.cells.map(({ button }) => button));
      this.projections.replaceChildren(...this.cells.map(({ canvases }) => canvases.projection));
      for (const half of [this.patches, this.projections]) {
        half.style.gridTemplateColumns = `repeat(${columnsFor(strongest)}, ${SIDE}px)`;
      }
    }
    for (const { button, canvases } of this.cells) {
      button.disabled = false;
      button.setAttribute('aria-label', l10n('Photo'));
      for (const canvas of Object.values(canvases)) {
        canvas.width = this.side;
        canvas.height = this.side;
        const context = canvas.getContext('2d');
        if (context !== null) {
          context.fillStyle = currentTheme().grid;
          context.fillRect(0, 0, canvas.width, canvas.height);
        }
      }
    }
    this.mark();
  }

  /** Says which photos these are; other places stay empty. */
  setPhotos(photos: readonly TopPhotoView[]): void {
    this.cells.forEach(({ button, canvases }, place) => {
      const photo = photos[place];
      button.disabled = photo === undefined;
      if (photo === undefined) {
        for (const canvas of Object.values(canvases)) {
          canvas.width = 0;
        }
        button.setAttribute('aria-label', l10n('No photo: the map answers {0} photos', photos.length));
        return;
      }
      const text = l10n('{0}. {1}, activation {2}', place + 1, photo.path, short(photo.value));
      button.setAttribute('aria-label', text);
      button.title = text;
    });
  }

  add(views: readonly TopPatchView[]): void {
    for (const view of views) {
      const cell = this.cells[view.rank - 1];
      for (const half of ['patch', 'projection'] as const) {
        const canvas = cell?.canvases[half];
        const context = canvas?.getContext('2d');
        if (canvas && context) {
          drawPatch(context, { left: 0, top: 0, side: canvas.width }, view, half, this.field);
        }
      }
    }
  }

  choose(rank: number): void {
    this.rank = Math.max(1, Math.min(rank, Math.max(1, this.cells.length)));
    this.mark();
  }

  focus(): void {
    this.cells[this.rank - 1]?.button.focus();
  }

  private cell(rank: number): Cell {
    const canvases = {
      patch: element('canvas', { 'aria-hidden': 'true' }),
      projection: element('canvas', {
        onclick: () => {
          this.actions.choose(rank);
        },
      }),
    };
    const button = element(
      'button',
      {
        type: 'button',
        onclick: () => {
          this.actions.choose(rank);
        },
        ondblclick: () => {
          this.actions.activate(rank);
        },
      },
      canvases.patch,
    );
    return { button, canvases };
  }

  private mark(): void {
    this.cells.forEach(({ button, canvases }, place) => {
      const isChosen = place + 1 === this.rank;
      button.setAttribute('aria-pressed', String(isChosen));
      button.tabIndex = isChosen ? 0 : -1;
      canvases.projection.classList.toggle('chosen', isChosen);
    });
  }

  private onKey(event: KeyboardEvent): void {
    const columns = columnsFor(this.cells.length);
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: -1,
      ArrowRight: 1,
      ArrowUp: -columns,
      ArrowDown: columns,
    };
    const step = steps[event.key];
    if (event.key === 'Escape') {
      this.actions.leave();
    } else if (event.key === 'Enter') {
      this.actions.activate(this.rank);
    } else if (step === undefined) {
      return;
    } else {
      const next = this.rank + step;
      if (this.cells[next - 1]?.button.disabled === false) {
        this.actions.choose(next);
        this.focus();
      }
    }
    event.preventDefault();
  }
}
