/** The figures of the Occlusion panel: the covered photo, and what a sweep says of every place of the square. */

import type { OccludedView, OcclusionView } from '../../../src/protocol/panels/occlusion.js';
import { pictureNumbers } from '../../common/canvas.js';
import { INFERNO, VIRIDIS } from '../../common/colour.js';
import type { Range } from '../../common/colour.js';
import { colourBar } from '../../common/colourBar.js';
import { element } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import { percent, short } from '../../common/numbers.js';
import type { Saveable } from '../../common/save.js';
import { figureSeven } from './figureSeven.js';
import { placeOf } from './geometry.js';
import type { Place } from './geometry.js';
import { HeatFigure } from './heatFigure.js';
import type { Heat } from './heatmap.js';
import { classColours, legendEntries } from './legend.js';
import type { LegendEntry } from './legend.js';
import { OccluderFigure } from './occluderFigure.js';
import { ProjectionFigure } from './projectionFigure.js';
import type { OcclusionState } from './state.js';
import type { Sweep } from './sweepControls.js';
import { answerSentence, readingAt } from './texts.js';
import { cellColours, rangeFromZero } from './values.js';

export interface FigureActions {
  /** Buttons that copy and save. */
  saving(what: Saveable): HTMLElement;
  /** File name without ending. */
  fileName(): string;
  nameOf(classIndex: number): string;
  sweep(): Sweep;
  /** 0 shows the photo alone, 1 the heatmap alone. */
  opacity(): number;
  /** The user moved the occluder's top-left corner there, perhaps beyond the photo. */
  move(place: Place): void;
  /** Shows the watched map in the Projection panel. */
  openProjection(): void;
}

export class Figures {
  private readonly activityBar = colourBar(INFERNO);
  private readonly probabilityBar = colourBar(VIRIDIS);
  private readonly legendList = element('ul', { class: 'legend' });
  private readonly occluder: OccluderFigure;
  private readonly probability: HeatFigure;
  private readonly label: HeatFigure;
  private readonly activity: HeatFigure;
  private readonly projected: ProjectionFigure;
  readonly element: HTMLElement;
  /** The position that the heatmaps point out. */
  private marked: number | undefined;

  constructor(
    private readonly state: OcclusionState,
    private readonly actions: FigureActions,
  ) {
    this.occluder = new OccluderFigure({
      saving: actions.saving({
        label: l10n('covered photo'),
        name: () => `${actions.fileName()}-covered`,
        picture: () => this.occluder.canvas,
        numbers: () => pictureNumbers(this.occluder.picture),
      }),
      nameOf: (classIndex) => actions.nameOf(classIndex),
      move: (to) => {
        actions.move(to);
      },
    });
    this.probability = this.heatFigure({
      what: l10n('probability of the class'),
      ending: 'probability',
      key: this.probabilityBar.element,
      values: ({ probability }) => probability,
      colours: (view) => cellColours(view.probability, view.nearest, VIRIDIS, probabilityRange(view)),
      reading: ({ probability }, position) => percent(probability[position] ?? NaN),
    });
    this.label = this.heatFigure({
      what: l10n('most probable class'),
      ending: 'label',
      key: this.legendList,
      values: ({ label }) => Float32Array.from(label),
      colours: ({ label, nearest, legend }) => {
        const colours = classColours(legend);
        return Array.from(nearest, (at) => colours.get(label[at] ?? -1));
      },
      reading: ({ label }, position) => actions.nameOf(label[position] ?? -1),
    });
    this.activity = this.heatFigure({
      what: l10n('activity of the map'),
      ending: 'activity',
      key: this.activityBar.element,
      values: ({ activity }) => activity,
      colours: (view) => cellColours(view.activity, view.nearest, INFERNO, activityRange(view)),
      reading: ({ activity }, position) => short(activity[position] ?? NaN),
    });
    const openProjection = (): void => {
      actions.openProjection();
    };
    this.projected = new ProjectionFigure(
      actions.saving({
        label: l10n('projection of the map'),
        name: () => `${actions.fileName()}-projection`,
        picture: () => this.projected.canvas,
        numbers: () => state.projection ?? { shape: [0], values: new Float32Array() },
      }),
      openProjection,
    );
    this.element = element(
      'div',
      { class: 'figures' },
      this.occluder.element,
      this.probability.element,
      this.label.element,
      this.activity.element,
      this.projected.element,
    );
  }

  /** Draws the sweep so far. */
  draw(): void {
    this.drawOccluder();
    const { view } = this.state;
    const name = this.actions.nameOf(view?.classIndex ?? -1);
    this.probability.draw(
      view === undefined ? l10n('Probability of the class') : l10n('Probability of {0}', name),
      described(l10n('Probability of {0} by the place of the square', name)),
    );
    this.probabilityBar.show(probabilityRange(view), percent);
    this.label.draw(
      l10n('Most probable class'),
      described(l10n('Most probable class by the place of the square')),
    );
    this.legendList.replaceChildren(...this.legend().map(legendLine));
    const { map } = view ?? {};
    this.activity.element.hidden = map === null;
    this.activity.draw(
      map
        ? l10n('Activity of map {0} of {1}', map.channel, map.layer)
        : l10n('Activity of the strongest map'),
      described(l10n('Summed activity of the strongest map by the place of the square')),
    );
    this.activityBar.show(activityRange(view));
    this.marked = this.state.position;
  }

  /** Draws the projection of the watched map, which comes once a sweep. */
  drawProjection(): void {
    const { projection, view } = this.state;
    if (projection !== undefined && view?.map) {
      this.projected.show(projection, view.map.layer, view.map.channel);
    } else {
      this.projected.hide();
    }
  }

  /** Only the occluder moved. */
  drawPlace(): void {
    this.drawOccluder();
    // The square moves pixel by pixel, the heatmaps' mark from cell to cell.
    const { position } = this.state;
    if (position !== this.marked) {
      this.point();
    }
  }

  /** Only the pointed position changed, or the opacity. */
  point(): void {
    this.marked = this.state.position;
    for (const figure of [this.activity, this.probability, this.label]) {
      figure.point();
    }
  }

  /** Shows the answer to the photo covered at a place. */
  tell(answer: OccludedView, at: Place): void {
    const { view } = this.state;
    const sentence = view && answerSentence(view, this.actions.nameOf(view.classIndex), answer);
    this.occluder.tell(answer, at, sentence ?? '');
  }

  /** The photo or what covers it changed: there is no answer to it yet. */
  forgetAnswer(): void {
    this.occluder.forget();
  }

  /** Figure 7 of the paper, with what explains its colours. */
  whole(): HTMLCanvasElement {
    const { view } = this.state;
    const [values, sums] = [probabilityRange(view), activityRange(view)];
    return figureSeven([
      { title: l10n('Covered photo'), canvas: this.occluder.canvas },
      ...(view?.map === null
        ? []
        : [
            {
              title: this.activity.title,
              canvas: this.activity.canvas,
              key: { kind: 'bar' as const, map: INFERNO, from: short(sums.min), to: short(sums.max) },
            },
            { title: this.projected.title, canvas: this.projected.canvas },
          ]),
      {
        title: this.probability.title,
        canvas: this.probability.canvas,
        key: { kind: 'bar', map: VIRIDIS, from: percent(values.min), to: percent(values.max) },
      },
      {
        title: this.label.title,
        canvas: this.label.canvas,
        key: { kind: 'legend', entries: this.legend() },
      },
    ]);
  }

  private drawOccluder(): void {
    const { photo, place, view } = this.state;
    const { size, stride } = this.actions.sweep();
    this.occluder.show({ photo, size, stride, place, classIndex: view?.classIndex ?? -1 });
  }

  private heatFigure(of: {
    readonly what: string;
    readonly ending: string;
    readonly key: HTMLElement;
    values(view: OcclusionView): Float32Array;
    colours(view: OcclusionView): Heat['colours'];
    reading(view: OcclusionView, position: number): string;
  }): HeatFigure {
    const { state, actions } = this;
    const figure: HeatFigure = new HeatFigure({
      saving: actions.saving({
        label: of.what,
        name: () => `${actions.fileName()}-${of.ending}`,
        picture: () => figure.canvas,
        numbers: () => {
          const { view } = state;
          return view === undefined
            ? { shape: [0, 0], values: new Float32Array() }
            : { shape: [view.rows, view.columns], values: of.values(view) };
        },
      }),
      key: of.key,
      shown: () => ({
        grid: state.view ?? { ...actions.sweep(), rows: 0, columns: 0 },
        photo: state.photo,
        colours: state.view === undefined ? [] : of.colours(state.view),
      }),
      overlay: () => ({ opacity: actions.opacity(), position: state.position }),
      reading: () => {
        const { view, position } = state;
        return view === undefined || position === undefined
          ? ' '
          : readingAt(view, position, (at) => of.reading(view, at));
      },
      choose: (position) => {
        if (state.view !== undefined) {
          actions.move(placeOf(state.view, position));
        }
      },
    });
    return figure;
  }

  private legend(): LegendEntry[] {
    return legendEntries(
      this.state.view?.legend ?? [],
      (classIndex) => this.actions.nameOf(classIndex),
      (count) => l10n('{0} further classes', count),
    );
  }
}

function probabilityRange(view: OcclusionView | undefined): Range {
  return rangeFromZero(view?.probability ?? new Float32Array(), view?.baseline ?? 0);
}

function activityRange(view: OcclusionView | undefined): Range {
  return rangeFromZero(view?.activity ?? new Float32Array(), view?.map?.baseline ?? 0);
}

function described(what: string): string {
  return [what, l10n('arrow keys move the square')].join('; ');
}

function legendLine({ colour, text, share }: LegendEntry): HTMLElement {
  const swatch = element('span', { class: 'swatch', 'aria-hidden': 'true' });
  swatch.style.background = colour;
  return element(
    'li',
    {},
    swatch,
    element('span', { class: 'name', title: text }, text),
    element('span', { class: 'share' }, percent(share)),
  );
}
