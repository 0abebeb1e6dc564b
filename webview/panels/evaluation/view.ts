/** The results of the Evaluation panel: errors, confusions, classes, calibration, photos. */

import '@vscode-elements/elements/dist/vscode-button/index.js';

import type {
  ClassView,
  ConfusionView,
  EvaluationRowView,
  PhotoFilterView,
} from '../../../src/protocol/panels/evaluation.js';
import { select } from '../../common/controls.js';
import { element } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import { calibrationChart } from './calibrationChart.js';
import { ConfusionMatrix } from './confusionMatrix.js';
import type { Place } from './matrixGeometry.js';
import { resultColumns, robustnessColumns } from './errorColumns.js';
import type { RobustnessRow } from './errorColumns.js';
import type { PhotoCards } from './photoCards.js';
import { SortableTable } from './sortableTable.js';
import type { ClassOrder, EvaluationState } from './state.js';
import { changeText, className, filterText, leftOutTexts, shareText } from './texts.js';

export interface ViewActions {
  /** Looks at another model. */
  look(row: number): void;
  filter(filter: PhotoFilterView): void;
  order(order: ClassOrder): void;
}

interface NumberedRow extends EvaluationRowView {
  readonly place: number;
}

export class ResultsView {
  private readonly summary = element('div', { class: 'summary' });
  private readonly leftOut = element('details', { class: 'left-out', hidden: true });
  private readonly errors: SortableTable<NumberedRow>;
  private readonly robustness: SortableTable<RobustnessRow>;
  private readonly changed: HTMLElement;
  private readonly about = element('p', { class: 'muted about' });
  private readonly matrix: ConfusionMatrix;
  private readonly confused: SortableTable<ConfusionView>;
  private readonly classes: SortableTable<ClassView>;
  private readonly calibration;
  private readonly filters = element('div', {
    class: 'filters',
    role: 'group',
    'aria-label': l10n('Photos'),
  });
  private readonly order;
  readonly element: HTMLElement;

  constructor(
    private readonly state: EvaluationState,
    private readonly actions: ViewActions,
    cards: PhotoCards,
    exporting: HTMLElement,
  ) {
    this.errors = new SortableTable<NumberedRow>({
      caption: l10n('Errors'),
      columns: resultColumns(),
      choose: {
        label: ({ name }) => l10n('Show {0} below', name),
        act: ({ place }) => {
          actions.look(place);
        },
        isChosen: ({ place }) => place === state.rowNumber,
      },
    });
    this.robustness = new SortableTable<RobustnessRow>({
      caption: l10n('Changed photos'),
      columns: robustnessColumns(),
      choose: {
        // It begins with what is seen, as a person says who speaks to the page.
        label: ({ name, result: { change, flipped } }) =>
          l10n(
            '{0}: show the {1} photos with another answer',
            `${name}, ${changeText(change)}`,
            flipped.count.toLocaleString(),
          ),
        act: ({ row, result }) => {
          actions.look(row);
          actions.filter({ kind: 'flipped', change: result.change });
        },
        isChosen: ({ row, result }) =>
          row === state.rowNumber && state.filter.kind === 'flipped' && state.filter.change === result.change,
      },
    });
    this.changed = section(l10n('Changed photos'), this.robustness.element);
    this.matrix = new ConfusionMatrix({
      choose: (at) => {
        actions.filter({ kind: 'cell', ...this.classesAt(at) });
      },
      describe: (at) => this.describe(at),
    });
    this.confused = new SortableTable<ConfusionView>({
      caption: l10n('Taken for another class'),
      columns: this.confusedColumns(),
      sort: { key: 'photos', isDescending: true },
      choose: {
        label: (cell) => filterText({ kind: 'cell', ...cell }, this.names),
        act: ({ actual, predicted }) => {
          actions.filter({ kind: 'cell', actual, predicted });
        },
        isChosen: ({ actual, predicted }) =>
          state.cell?.actual === actual && state.cell.predicted === predicted,
      },
    });
    this.classes = new SortableTable<ClassView>({
      caption: l10n('Classes'),
      columns: this.classColumns(),
      sort: { key: 'recall', isDescending: false },
      choose: {
        label: ({ index }) => filterText({ kind: 'cell', actual: index, predicted: null }, this.names),
        act: ({ index }) => {
          actions.filter({ kind: 'cell', actual: index, predicted: null });
        },
        isChosen: ({ index }) =>
          state.filter.kind === 'cell' && state.filter.actual === index && state.filter.predicted === null,
      },
    });
    this.calibration = calibrationChart(() => state.row?.bins ?? []);
    this.order = select<ClassOrder>(
      l10n('Order'),
      [
        { value: 'class', label: l10n('by class') },
        { value: 'clusters', label: l10n('by what is confused') },
      ],
      state.order,
      (order) => {
        actions.order(order);
      },
    );
    this.element = element(
      'div',
      { class: 'results', hidden: true },
      element('div', { class: 'top' }, this.summary, exporting),
      this.leftOut,
      this.errors.element,
      this.changed,
      this.about,
      element(
        'div',
        { class: 'columns' },
        section(l10n('Confusion matrix'), this.order.element, this.matrix.element),
        element(
          'div',
          { class: 'side' },
          section(l10n('Calibration'), this.calibration.element),
          section(l10n('Taken for another class'), this.confused.element),
        ),
      ),
      section(l10n('Classes'), this.classes.element),
      section(l10n('Photos'), this.filters, cards.element),
    );
  }

  /** Draws everything. */
  draw(): void {
    const { view, row } = this.state;
    this.element.hidden = view === undefined;
    if (view === undefined || row === undefined) {
      return;
    }
    this.summary.textContent = l10n(
      '{0} photos, {1} classes',
      view.photos.toLocaleString(),
      row.classes.filter(({ photos }) => photos > 0).length.toLocaleString(),
    );
    this.showLeftOut();
    this.errors.show(view.rows.map((each, place) => ({ ...each, place })));
    const changed = view.rows.flatMap(({ name, robustness }, at) =>
      robustness.map((result) => ({ name, row: at, result })),
    );
    this.changed.hidden = changed.length === 0;
    this.robustness.show(changed);
    this.about.hidden = view.rows.length < 2;
    this.about.textContent = l10n('What follows is about {0}.', row.name);
    this.confused.show(row.confusions.filter(({ actual, predicted }) => actual !== predicted));
    this.classes.show(row.classes);
    this.calibration.draw(l10n('Calibration: the expected error is {0}', shareText(row.calibrationError)));
    this.drawChoice();
  }

  /** Draws what shows which photos are looked at. */
  drawChoice(): void {
    const { state } = this;
    const { classes, cell, row } = state;
    const places = new Map(classes.map((index, place) => [index, place]));
    const chosen = cell && { column: places.get(cell.predicted) ?? -1, row: places.get(cell.actual) ?? -1 };
    this.matrix.show(classes, row?.confusions ?? [], (index) => className(this.names, index), chosen);
    [this.errors, this.robustness, this.confused, this.classes].forEach((table) => {
      table.draw();
    });
    this.drawFilters();
  }

  /** After the photos of the filter have come. */
  drawFilters(): void {
    const { filter, photos } = this.state;
    const usual: readonly PhotoFilterView[] = [{ kind: 'mostWrong' }, { kind: 'leastSure' }];
    const isOther = filter.kind === 'cell' || filter.kind === 'flipped';
    this.filters.replaceChildren(
      ...[...usual, ...(isOther ? [filter] : [])].map((each) => {
        const isShown = each.kind === filter.kind;
        const count = isShown ? ` (${photos.total.toLocaleString()})` : '';
        return element(
          'button',
          {
            type: 'button',
            'aria-pressed': String(isShown),
            onclick: () => {
              this.actions.filter(each);
            },
          },
          `${filterText(each, this.names)}${count}`,
        );
      }),
    );
  }

  private get names(): readonly string[] {
    return this.state.view?.names ?? [];
  }

  private classesAt({ column, row }: Place): { actual: number; predicted: number } {
    const { classes } = this.state;
    return { actual: classes[row] ?? -1, predicted: classes[column] ?? -1 };
  }

  private describe(at: Place): string {
    const { actual, predicted } = this.classesAt(at);
    const { row } = this.state;
    const cell = row?.confusions.find((each) => each.actual === actual && each.predicted === predicted);
    const of = row?.classes.find(({ index }) => index === actual)?.photos ?? 0;
    return l10n(
      '{0}: {1} of {2} photos',
      filterText({ kind: 'cell', actual, predicted }, this.names),
      (cell?.photos ?? 0).toLocaleString(),
      of.toLocaleString(),
    );
  }

  private showLeftOut(): void {
    const { view } = this.state;
    const texts = view === undefined ? [] : leftOutTexts(view);
    this.leftOut.hidden = texts.length === 0;
    const lines = [
      ...(view?.skipped ?? []).map(({ path, problem }) => `${path}: ${problem}`),
      ...(view?.unmatched ?? []).map(({ label, photos }) =>
        l10n('{0}: {1} photos, no class', label, photos.toLocaleString()),
      ),
    ];
    this.leftOut.replaceChildren(
      element('summary', {}, l10n('Left out: {0}', texts.join(', '))),
      element('ul', {}, ...lines.slice(0, MOST_LINES).map((line) => element('li', {}, line))),
      ...(lines.length > MOST_LINES ? [l10n('and {0} more', lines.length - MOST_LINES)] : []),
    );
  }

  private confusedColumns(): ConstructorParameters<typeof SortableTable<ConfusionView>>[0]['columns'] {
    const name = (index: number): string => className(this.names, index);
    return [
      {
        ...{ key: 'actual', title: l10n('class'), isNumber: false },
        value: ({ actual }) => name(actual),
        text: ({ actual }) => name(actual),
      },
      {
        ...{ key: 'predicted', title: l10n('taken for'), isNumber: false },
        value: ({ predicted }) => name(predicted),
        text: ({ predicted }) => name(predicted),
      },
      {
        ...{ key: 'photos', title: l10n('photos'), isNumber: true },
        value: ({ photos }) => photos,
        text: ({ photos }) => photos.toLocaleString(),
      },
    ];
  }

  private classColumns(): ConstructorParameters<typeof SortableTable<ClassView>>[0]['columns'] {
    const count = (key: 'photos' | 'predicted' | 'correct', title: string) => ({
      ...{ key, title, isNumber: true },
      value: (each: ClassView) => each[key],
      text: (each: ClassView) => each[key].toLocaleString(),
    });
    const share = (key: 'precision' | 'recall', title: string, hint: string) => ({
      ...{ key, title, hint, isNumber: true },
      value: (each: ClassView) => each[key],
      text: (each: ClassView) => shareText(each[key]),
    });
    return [
      {
        ...{ key: 'name', title: l10n('class'), isNumber: false },
        value: ({ index }) => className(this.names, index),
        text: ({ index }) => className(this.names, index),
      },
      count('photos', l10n('photos')),
      share('recall', l10n('recall'), l10n('Of its photos, the share that is taken for it')),
      share('precision', l10n('precision'), l10n('Of the photos taken for it, the share that is of it')),
      count('correct', l10n('recognised')),
      count('predicted', l10n('taken for it')),
    ];
  }
}

/** Nobody reads more of what was left out. */
const MOST_LINES = 200;

function section(title: string, ...content: readonly HTMLElement[]): HTMLElement {
  return element('section', {}, element('h2', {}, title), ...content);
}
