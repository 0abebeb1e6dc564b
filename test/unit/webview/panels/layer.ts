import type { LayerView } from '../../../../src/protocol/view.js';

/** A layer of which only what is given matters. */
export function layer(given: Partial<LayerView>): LayerView {
  return {
    name: '',
    aliases: [],
    group: '',
    operator: '',
    output: '',
    detail: '',
    parameters: 0,
    multiplyAdds: null,
    receptiveField: '',
    clippedBy: '',
    stride: '',
    channels: 0,
    hasKernels: false,
    hasMaps: false,
    isActivation: false,
    ...given,
  };
}
