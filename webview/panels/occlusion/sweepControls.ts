/** What is swept over the photo, and which class is watched. */

import type { OcclusionParams } from '../../../src/protocol/panels/occlusion.js';
import type { ModelView } from '../../../src/protocol/view.js';
import { select, slider } from '../../common/controls.js';
import { l10n } from '../../common/host.js';
import { defaultSweep } from './geometry.js';

/** The settings of a sweep. */
export type Sweep = Omit<OcclusionParams, 'photo'>;

/** A slider or the keyboard gives many values on the way to the one that is meant. */
const PATIENCE_MS = 350;
/** Stands for the class that is predicted without an occluder. */
const PREDICTED = 'predicted';

export class SweepControls {
  private readonly size;
  private readonly stride;
  private readonly fill;
  private readonly method;
  private readonly followed;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private model: ModelView | undefined;
  readonly elements: readonly HTMLElement[];

  /**
   * @param saved the settings of the last time; what is missing gets its default
   * @param onChange the user wants another sweep
   */
  constructor(
    private saved: Partial<Sweep>,
    private readonly onChange: (sweep: Sweep) => void,
  ) {
    const pixels = (value: number): string => `${value} px`;
    const range = { min: 1, max: 1, step: 1 };
    const changed = (): void => {
      this.changed();
    };
    this.size = slider(l10n('Size'), range, 1, pixels, changed);
    this.stride = slider(l10n('Step'), range, 1, pixels, changed);
    const fills = [
      { value: 'grey' as const, label: l10n('mid-grey') },
      { value: 'mean' as const, label: l10n('mean colour') },
      { value: 'zero' as const, label: l10n('zero input') },
    ];
    this.fill = select<Sweep['fill']>(l10n('Fill'), fills, saved.fill ?? 'grey', changed);
    const methods = [
      { value: 'auto' as const, label: l10n('fastest') },
      {
        value: 'plain' as const,
        label: l10n('plain'),
        description: l10n('the whole network at every position'),
      },
      {
        value: 'incremental' as const,
        label: l10n('incremental'),
        description: l10n('only what the square can reach; the same result'),
      },
    ];
    this.method = select<Sweep['method']>(l10n('Method'), methods, saved.method ?? 'auto', changed);
    this.followed = select<string>(l10n('Class'), [], PREDICTED, changed, true);
    this.elements = [this.size, this.stride, this.fill, this.method, this.followed].map(
      (control) => control.element,
    );
  }

  /** Offers what the model allows. */
  prepare(model: ModelView): void {
    if (model === this.model) {
      return;
    }
    this.model = model;
    const image = { width: model.inputWidth, height: model.inputHeight };
    const side = Math.min(image.width, image.height);
    const standard = defaultSweep(image);
    this.size.setRange({ min: 1, max: side, step: 1 });
    this.size.value = Math.min(side, this.saved.size ?? standard.size);
    this.stride.setRange({ min: 1, max: Math.max(1, Math.round(side / 4)), step: 1 });
    this.stride.value = this.saved.stride ?? standard.stride;
    this.listClasses(this.saved.classIndex ?? null);
  }

  /** Says which class was followed where the predicted one is. */
  tellPredicted(name: string): void {
    if (this.followed.value === PREDICTED) {
      this.listClasses(null, name);
    }
  }

  get sweep(): Sweep {
    return {
      size: this.size.value,
      stride: this.stride.value,
      fill: this.fill.value,
      method: this.method.value,
      classIndex: this.followed.value === PREDICTED ? null : Number(this.followed.value),
    };
  }

  private listClasses(chosen: number | null, predicted = ''): void {
    const { classes = 0, labels = [] } = this.model ?? {};
    const choices = [
      {
        value: PREDICTED,
        label: predicted === '' ? l10n('predicted') : l10n('predicted: {0}', predicted),
        description: l10n('the most probable one of the uncovered photo'),
      },
      ...Array.from({ length: classes }, (_, index) => ({
        value: String(index),
        label: className(labels, index),
        description: l10n('class {0}', index),
      })),
    ];
    const value = chosen !== null && chosen < classes ? String(chosen) : PREDICTED;
    this.followed.setChoices(choices, value);
  }

  private changed(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const { sweep } = this;
      this.saved = sweep;
      this.onChange(sweep);
    }, PATIENCE_MS);
  }
}

/** A class by its name, by its number where it has none. */
export function className(labels: readonly string[], index: number): string {
  return labels[index] ?? l10n('class {0}', index);
}
