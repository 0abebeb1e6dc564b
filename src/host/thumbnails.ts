/** Small pictures of photos in lists of VS Code. */

import * as vscode from 'vscode';

import type { Background } from './background/background.js';

/**
 * A data URI of a photo's picture.
 * @param side of the square that the picture fits in, in pixels
 * @throws Error for a file that cannot be decoded
 */
export async function thumbnailUri(
  thread: Pick<Background, 'request'>,
  photo: vscode.Uri,
  side: number,
): Promise<vscode.Uri> {
  const png = await thread.request('thumbnail', { file: photo.fsPath, side });
  return pngUri(png);
}

/** A PNG file as a data URI. */
export function pngUri(png: Uint8Array): vscode.Uri {
  return vscode.Uri.parse(`data:image/png;base64,${Buffer.from(png).toString('base64')}`);
}
