/** One photo as the network saw it, and what the network takes it for. */

import '@vscode-elements/elements/dist/vscode-toolbar-button/index.js';

import type { PredictionView } from '../../../src/protocol/panels/predictions.js';
import type { PhotoView } from '../../../src/protocol/view.js';
import { fitSize, paint, pictureCanvas } from '../../common/canvas.js';
import { element, icon } from '../../common/dom.js';
import { l10n } from '../../common/host.js';
import { currentTheme } from '../../common/theme.js';
import { ROW_HEIGHT, topBars, topText } from './bars.js';

/** Longer side of a photo in CSS pixels. */
const SIDE = 176;
/** Classes shown. */
export const TOP = 5;

/** What the network says, or why it could not be asked. */
export type Answer = PredictionView | { readonly problem: string };

export interface Card {
  readonly photo: PhotoView;
  readonly element: HTMLElement;
  /** Marks the photo that every panel shows. */
  mark(isSelected: boolean): void;
  /** Draws the bars; once the card is in the page. */
  draw(): void;
  /** Draws the card on one picture with others, `CARD_WIDTH` by `CARD_HEIGHT` device-independent pixels. */
  paintOn(context: CanvasRenderingContext2D, left: number, top: number): void;
  dispose(): void;
}

export interface CardActions {
  select(photo: PhotoView): void;
  occlude(photo: PhotoView): void;
}

export const CARD_WIDTH = SIDE + 24;
export const CARD_HEIGHT = SIDE + 24 + 28 + TOP * ROW_HEIGHT;

export function predictionCard(photo: PhotoView, answer: Answer, actions: CardActions): Card {
  return 'problem' in answer
    ? failedCard(photo, answer.problem, actions)
    : answeredCard(photo, answer, actions);
}

function answeredCard(photo: PhotoView, view: PredictionView, actions: CardActions): Card {
  const top = view.top.slice(0, TOP);
  const canvas = element('canvas', { 'aria-hidden': 'true' });
  const bars = topBars(() => top);
  paint(canvas, view.picture, fitSize(view.picture.width, view.picture.height, SIDE));
  const { card, mark } = frame(photo, photo.name, actions, canvas, bars.element);
  return {
    photo,
    element: card,
    mark,
    draw: () => {
      bars.draw(topText(top));
    },
    paintOn: (context, left, at) => {
      const size = fitSize(view.picture.width, view.picture.height, SIDE);
      context.imageSmoothingQuality = 'high';
      context.imageSmoothingEnabled = size.width < view.picture.width;
      const photoLeft = left + (CARD_WIDTH - size.width) / 2;
      context.drawImage(pictureCanvas(view.picture), photoLeft, at + 12, size.width, size.height);
      paintName(context, photo.name, left, at);
      const chart = bars.element.querySelector('canvas');
      if (chart !== null) {
        const height = (chart.height / Math.max(1, chart.width)) * (CARD_WIDTH - 24);
        context.drawImage(chart, left + 12, at + SIDE + 24 + 20, CARD_WIDTH - 24, height);
      }
    },
    dispose: bars.dispose,
  };
}

function failedCard(photo: PhotoView, problem: string, actions: CardActions): Card {
  const text = element('div', { class: 'failure' }, icon('error'), problem);
  const { card, mark } = frame(photo, `${photo.name}: ${problem}`, actions, text);
  return {
    photo,
    element: card,
    mark,
    draw: () => undefined,
    paintOn: (context, left, at) => {
      paintName(context, photo.name, left, at);
    },
    dispose: () => undefined,
  };
}

/** @param label of the button with the picture, for a screen reader */
function frame(
  photo: PhotoView,
  label: string,
  { select, occlude }: CardActions,
  ...[picture, ...below]: readonly [HTMLElement, ...HTMLElement[]]
): { card: HTMLElement; mark: (isSelected: boolean) => void } {
  const chooser = element(
    'button',
    {
      type: 'button',
      class: 'photo',
      'aria-label': label,
      title: l10n('Show {0} in every panel', photo.name),
      onclick: () => {
        select(photo);
      },
    },
    picture,
  );
  const why = l10n('What does the answer depend on?');
  const card = element(
    'li',
    { class: 'card' },
    chooser,
    element(
      'div',
      { class: 'title' },
      element('span', { class: 'name', title: photo.name }, photo.name),
      element('vscode-toolbar-button', {
        icon: 'inspect',
        label: `${why} (${photo.name})`,
        title: why,
        onclick: () => {
          occlude(photo);
        },
      }),
    ),
    ...below,
  );
  return {
    card,
    mark: (isSelected) => {
      card.classList.toggle('selected', isSelected);
      chooser.setAttribute('aria-pressed', String(isSelected));
    },
  };
}

function paintName(context: CanvasRenderingContext2D, name: string, left: number, top: number): void {
  const theme = currentTheme();
  context.font = `600 ${theme.fontSize}px ${theme.fontFamily}`;
  context.fillStyle = theme.foreground;
  context.textBaseline = 'top';
  context.fillText(name, left + 12, top + SIDE + 20, CARD_WIDTH - 24);
}
