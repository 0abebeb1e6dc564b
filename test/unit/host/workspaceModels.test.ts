/** The search for models. VS Code is played by the little of it that is used. */

import { expect, it, vi } from 'vitest';

import { NOT_OWN } from '../../../src/host/notOwn.js';
import { findModels } from '../../../src/host/workspaceModels.js';

const findFiles = vi.hoisted(() => vi.fn());

vi.mock('vscode', () => ({ workspace: { findFiles } }));

it('passes over what tools put there, and lists models by path, numbers by value', async () => {
  const paths = ['/net-10.onnx', '/net-9.onnx', '/a/net-1.onnx'];
  findFiles.mockResolvedValue(paths.map((path) => ({ path })));
  expect((await findModels(7)).map(({ path }) => path)).toEqual([
    '/a/net-1.onnx',
    '/net-9.onnx',
    '/net-10.onnx',
  ]);
  expect(findFiles).toHaveBeenCalledExactlyOnceWith('**/*.onnx', NOT_OWN, 7);
});
