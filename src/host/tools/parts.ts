/** What a tool gives back to a language model: text, and pictures where this VS Code can carry them. */

import * as vscode from 'vscode';

import type { RgbImage } from '../../core/imaging/image.js';
import { encodePng } from '../../core/imaging/png.js';
import { resample } from '../../core/imaging/resample.js';

/** Longer side of a picture: models look at no more of it. */
const SIDE = 1024;

/** Newer than the version of VS Code that the extension asks for, so it may not be there. */
interface DataPartClass {
  image(data: Uint8Array, mimeType: string): unknown;
}

export interface ToolAnswer {
  /** Plain data, sent as JSON. */
  readonly facts: unknown;
  readonly pictures?: readonly { readonly what: string; readonly image: RgbImage }[];
}

/** The answer in parts: the facts, then each picture behind a line that says what it is. */
export function toolResult({ facts, pictures = [] }: ToolAnswer): vscode.LanguageModelToolResult {
  const { LanguageModelDataPart: DataPart } = vscode as unknown as { LanguageModelDataPart?: DataPartClass };
  const parts: unknown[] = [new vscode.LanguageModelTextPart(JSON.stringify(facts, rounded, 1))];
  for (const { what, image } of pictures) {
    parts.push(
      new vscode.LanguageModelTextPart(
        DataPart === undefined
          ? `${what}: left out, for this version of VS Code takes no pictures from tools`
          : what,
      ),
    );
    if (DataPart !== undefined) {
      parts.push(DataPart.image(encodePng(shrunk(image)), 'image/png'));
    }
  }
  return new vscode.LanguageModelToolResult(parts as vscode.LanguageModelTextPart[]);
}

/** Four digits say enough; NaN and infinities are no JSON. */
function rounded(_key: string, value: unknown): unknown {
  if (typeof value !== 'number' || Number.isInteger(value)) {
    return value;
  }
  return Number.isFinite(value) ? Number(value.toPrecision(4)) : String(value);
}

function shrunk(image: RgbImage): RgbImage {
  const factor = SIDE / Math.max(image.width, image.height);
  return factor >= 1
    ? image
    : resample(image, Math.round(image.width * factor), Math.round(image.height * factor));
}
