/** The model at a glance: the page of the custom editor. */

import * as vscode from 'vscode';

import type { Handlers } from '../../protocol/channel.js';
import type { ArchitectureRequests } from '../../protocol/panels/architecture.js';
import { throwIfCancelled } from '../../core/errors.js';
import { inTurns } from '../../core/steps.js';
import { Background } from '../background/background.js';
import { graphDrawingSteps } from '../graph/graphDrawing.js';
import { layerEdgesSteps } from '../graph/layerEdges.js';
import { everyPanelHandlers } from './everyPanel.js';
import type { PanelContext } from './context.js';

export function architectureHandlers(context: PanelContext): Handlers<ArchitectureRequests> {
  return {
    ...everyPanelHandlers(context),
    merge: async ({ first, second }) => {
      const uri = context.file.uri.toString();
      void vscode.commands.executeCommand('unpool.mergeLinearLayers', { uri, first, second });
      return null;
    },
    graph: async (grouping, signal) => {
      const { network, groups } = await context.file.get();
      const names = network.layers.map(({ name }) => name);
      const edges = await inTurns(layerEdgesSteps(network));
      const drawing = await inTurns(graphDrawingSteps(names, groups, edges, grouping));
      throwIfCancelled(signal);
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
