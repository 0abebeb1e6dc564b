/** What a convolution has learned to filter for. */

import { firstConvolution, kernels } from '../../core/analysis/weights/kernels.js';
import { findLayer } from '../../core/network/layers.js';
import type { Handlers } from '../../protocol/channel.js';
import type { KernelsRequests } from '../../protocol/panels/kernels.js';
import { everyPanelHandlers } from './everyPanel.js';
import type { PanelContext } from './context.js';

export function kernelsHandlers(context: PanelContext): Handlers<KernelsRequests> {
  return {
    ...everyPanelHandlers(context),
    kernels: async ({ layer: name }) => {
      const { network, preprocessing } = await context.file.get();
      const layer = findLayer(network.layers, name);
      const { weights, groups, parts, norms, dead, nearDuplicates, notFinite } = await kernels(
        context.engine,
        network,
        layer,
      );
      const { channels } = preprocessing.preprocessing;
      const seesColours = layer === firstConvolution(network) && weights.shape[1] === 3;
      return {
        layer: layer.name,
        shape: weights.shape,
        groups,
        parts,
        // A copy: the array may be a part of a larger buffer, all of which would travel.
        weights: weights.data.slice(),
        norms,
        dead,
        nearDuplicates,
        notFinite,
        colours: seesColours && channels !== 'grey' ? channels : null,
      };
    },
  };
}
