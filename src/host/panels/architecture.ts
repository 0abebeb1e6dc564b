/** The model at a glance: the page of the custom editor. */

import type { Handlers } from '../../protocol/channel.js';
import type { ArchitectureRequests } from '../../protocol/panels.js';
import { Background } from '../background/background.js';
import { drawGraph } from '../editors/graphDrawing.js';
import { layerEdges } from '../editors/layerEdges.js';
import { commonHandlers } from './common.js';
import type { PanelContext } from './context.js';

export function architectureHandlers(context: PanelContext): Handlers<ArchitectureRequests> {
  return {
    ...commonHandlers(context),
    graph: async (grouping, signal) => {
      const { network, groups } = await context.file.get();
      const names = network.layers.map(({ name }) => name);
      const drawing = drawGraph(names, groups, layerEdges(network), grouping);
      // A thread of its own: a layout cannot be interrupted but by ending its thread.
      const thread = new Background();
      signal.addEventListener('abort', () => {
        thread.stop();
      });
      try {
        return await thread.request('layout', drawing);
      } finally {
        thread.dispose();
      }
    },
  };
}
