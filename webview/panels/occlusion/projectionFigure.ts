/** The strongest map's projection: the second panel of the paper's figure 7. */

import '@vscode-elements/elements/dist/vscode-button/index.js';

import { paintInto } from '../../common/canvas.js';
import { element } from '../../common/dom.js';
import { Figure } from '../../common/figure.js';
import { l10n } from '../../common/host.js';
import { ProjectionScale } from '../../common/projectionScale.js';
import type { MapProjection } from './state.js';

export class ProjectionFigure {
  private readonly scale = new ProjectionScale();
  private readonly figure: Figure;
  private projection: MapProjection | undefined;

  /** @param open shows the map in the Projection panel */
  constructor(saving: HTMLElement, open: () => void) {
    this.figure = new Figure({
      title: l10n('Projection of the map'),
      saving,
      draw: (canvas, side) => {
        if (this.projection !== undefined) {
          paintInto(canvas, this.projection.picture, side);
        }
      },
      foot: [
        this.scale.element,
        element(
          'div',
          {},
          element(
            'vscode-button',
            { secondary: true, icon: 'target', onclick: open },
            l10n('Project This Map'),
          ),
        ),
      ],
    });
    this.element.hidden = true;
  }

  get element(): HTMLElement {
    return this.figure.element;
  }

  get canvas(): HTMLCanvasElement {
    return this.figure.canvas;
  }

  get title(): string {
    return this.figure.title;
  }

  show(projection: MapProjection, layer: string, channel: number): void {
    this.projection = projection;
    this.element.hidden = false;
    this.figure.title = l10n('Projection of map {0}', channel);
    const { picture, values, limit } = projection;
    this.scale.show(values.length / (picture.width * picture.height), limit);
    this.figure.draw(l10n('Projection of the strongest unit of map {0} of {1}', channel, layer));
  }

  hide(): void {
    this.element.hidden = true;
  }
}
