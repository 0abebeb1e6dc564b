/** What the Activation Functions panel shows, and which functions are compared. Plain, without a page. */

import type {
  ActivationCountsView,
  ActivationCurveView,
  ActivationInfoView,
  ActivationInputsView,
  ActivationSetting,
} from '../../../src/protocol/panels/activations.js';

/** Parameters of functions by id, where the user has set them. */
export type Parameters = Readonly<Record<string, readonly number[]>>;

/** What the x axis is made for: what the layer is fed, or where the functions bend. */
export type Range = 'inputs' | 'functions';

/** Half the width of an axis on which every function shows its shape; one for inputs is no narrower. */
const OWN_REACH = 4;
/** Whose parameter is at hand while no function with one is compared. */
const RIVAL = 'leakyRelu';
const USUAL = ['sigmoid', 'tanh', 'relu', 'gelu'];

export class ActivationsState {
  /** Every function there is; empty before they are known. */
  infos: readonly ActivationInfoView[] = [];
  /** What the layer is fed; undefined before it was run. */
  inputs: ActivationInputsView | undefined;
  /** Of the choices, in their order. */
  curves: readonly ActivationCurveView[] = [];
  /** The layer's inputs, counted along the x axis. */
  counts: ActivationCountsView | undefined;
  private readonly ids: Set<string>;

  /** @param compared ids of the functions that the user compares with the layer's own, @param parameters as last set */
  constructor(
    compared: readonly string[] = USUAL,
    private values: Parameters = {},
    public range: Range = 'inputs',
  ) {
    this.ids = new Set(compared);
  }

  get compared(): readonly string[] {
    return [...this.ids];
  }

  get parameters(): Parameters {
    return this.values;
  }

  isCompared(id: string): boolean {
    return this.ids.has(id);
  }

  compare(id: string, isOn: boolean): void {
    if (isOn) {
      this.ids.add(id);
    } else {
      this.ids.delete(id);
    }
  }

  /** Sets one parameter of a function, which is compared from then on. */
  tune(id: string, place: number, value: number): void {
    const { parameters } = this.settingOf(id);
    this.values = { ...this.values, [id]: parameters.map((each, at) => (at === place ? value : each)) };
    this.ids.add(id);
  }

  /** Functions that have parameters. */
  get tunable(): readonly ActivationInfoView[] {
    return this.infos.filter(({ parameters }) => parameters.length > 0);
  }

  /** The one whose parameters are at hand first: one that is compared, or else a well-known one. */
  get firstTuned(): string {
    const { tunable } = this;
    const first = tunable.find(({ id }) => this.ids.has(id)) ?? tunable.find(({ id }) => id === RIVAL);
    return (first ?? tunable[0])?.id ?? '';
  }

  /** The function with the parameters that are set, or its initial ones. */
  settingOf(id: string): ActivationSetting {
    const initial = this.infos.find((each) => each.id === id)?.parameters.map((each) => each.initial);
    return { id, parameters: this.values[id] ?? initial ?? [] };
  }

  /** What is drawn: the layer's own function first, with the parameters that it has. */
  get choices(): readonly ActivationSetting[] {
    const own = this.inputs?.own;
    const others = this.infos.filter(({ id }) => this.ids.has(id)).map(({ id }) => this.settingOf(id));
    return own === undefined ? others : [own, ...others.filter((each) => !isSame(each, own))];
  }

  isOwn(setting: ActivationSetting): boolean {
    return this.inputs !== undefined && isSame(setting, this.inputs.own);
  }

  /** Half the width of the x axis: as far as nearly all of the layer's inputs go, or as the functions need. */
  get reach(): number {
    const far = this.range === 'inputs' ? (this.inputs?.reach ?? 0) : 0;
    return Math.max(OWN_REACH, Math.ceil(far));
  }

  infoOf({ id }: ActivationSetting): ActivationInfoView {
    const info = this.infos.find((each) => each.id === id);
    return info ?? { id, name: id, formula: '', derivative: '', source: '', parameters: [] };
  }

  /** Place in the list of functions: a function keeps its stroke, whichever others are shown. */
  placeOf({ id }: ActivationSetting): number {
    return this.infos.findIndex((each) => each.id === id);
  }
}

function isSame(a: ActivationSetting, b: ActivationSetting): boolean {
  return a.id === b.id && a.parameters.every((value, at) => value === b.parameters[at]);
}
