/** Pictures in lists. VS Code is played by the little of it that is used. */

import { expect, it, vi } from 'vitest';

import type { Uri } from 'vscode';

import { thumbnailUri } from '../../../src/host/thumbnails.js';

vi.mock('vscode', () => ({ Uri: { parse: (text: string) => ({ toString: () => text }) } }));

it('gives the picture that the background thread makes as a data URI', async () => {
  const request = vi.fn().mockResolvedValue(Uint8Array.of(137, 80, 78, 71));
  const uri = await thumbnailUri({ request }, { fsPath: '/photos/cat.jpg' } as Uri, 32);
  expect(request).toHaveBeenCalledExactlyOnceWith('thumbnail', { file: '/photos/cat.jpg', side: 32 });
  expect(uri.toString()).toBe('data:image/png;base64,iVBORw==');
});
