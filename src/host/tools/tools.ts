/** The tools that language models may call: thin wrappers over the analyses, declared in package.json. */

import * as vscode from 'vscode';

import { CancelledError } from '../../core/errors.js';
import type { Services } from '../services.js';
import { describeLayer } from './describeLayer.js';
import { describeMap } from './describeMap.js';
import { findProblemsTool } from './findProblems.js';
import { inspectModel } from './inspectModel.js';
import type { ToolName } from './names.js';
import { toolResult } from './parts.js';
import { projectUnitTool } from './projectUnit.js';
import { runPhoto } from './runPhoto.js';
import { outsidePaths } from './subjects.js';
import type { Tool } from './tool.js';

/** Registers every tool under the name that package.json declares. */
export function registerTools(services: Services): vscode.Disposable {
  const table: Readonly<Record<ToolName, vscode.Disposable>> = {
    unpool_inspectModel: register(services, 'unpool_inspectModel', inspectModel),
    unpool_describeLayer: register(services, 'unpool_describeLayer', describeLayer),
    unpool_describeMap: register(services, 'unpool_describeMap', describeMap),
    unpool_runPhoto: register(services, 'unpool_runPhoto', runPhoto),
    unpool_projectUnit: register(services, 'unpool_projectUnit', projectUnitTool),
    unpool_findProblems: register(services, 'unpool_findProblems', findProblemsTool),
  };
  return vscode.Disposable.from(...Object.values(table));
}

function register<Input>(services: Services, name: ToolName, tool: Tool<Input>): vscode.Disposable {
  return vscode.lm.registerTool<Input>(name, {
    prepareInvocation: ({ input }) => {
      const confirmation = confirmationOf(tool, input);
      return {
        invocationMessage: tool.doing(input),
        ...(confirmation !== undefined && {
          confirmationMessages: { title: tool.doing(input), message: confirmation },
        }),
      };
    },
    invoke: async ({ input }, token) => {
      const controller = new AbortController();
      const listening = token.onCancellationRequested(() => {
        controller.abort();
      });
      try {
        return toolResult(await tool.run(services, input, controller.signal));
      } catch (error) {
        if (error instanceof CancelledError) {
          throw new vscode.CancellationError();
        }
        // The message goes to the model, which can mend its input by it.
        throw new Error(error instanceof Error ? error.message : String(error));
      } finally {
        listening.dispose();
      }
    },
  });
}

function confirmationOf<Input>(tool: Tool<Input>, input: Input): string | undefined {
  const outside = outsidePaths(tool.files(input));
  const reasons = [
    ...(outside.length > 0
      ? [vscode.l10n.t('This reads files outside of the workspace: {0}', outside.join(', '))]
      : []),
    ...(tool.confirm ? [tool.confirm(input)] : []),
  ];
  return reasons.length === 0 ? undefined : reasons.join('\n\n');
}
