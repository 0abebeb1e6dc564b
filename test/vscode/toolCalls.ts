/** Calls tools of language models by an extension of the tests, as a language model would call them. */

import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';

import { decodeImage } from '../../src/core/imaging/decode.js';
import type { RgbImage } from '../../src/core/imaging/image.js';
import { PATIENCE } from './window.js';
import type { Window } from './window.js';

export interface Part {
  readonly text?: string;
  readonly mimeType?: string;
  /** In base64. */
  readonly data?: string;
}

export interface Answer {
  readonly parts?: readonly Part[];
  readonly error?: string;
}

/** Has a tool called; the answer comes once it is there. */
export async function askTool(window: Window, tool: string, input: object): Promise<() => Promise<Answer>> {
  const answer = join(window.folder, 'answer.json');
  await rm(answer, { force: true });
  await writeFile(join(window.folder, 'call.json'), JSON.stringify({ name: `unpool_${tool}`, input }));
  await window.workbench.runCommand('Test: Call Tool');
  return async () => {
    const read = async (): Promise<Answer> => JSON.parse(await readFile(answer, 'utf8')) as Answer;
    await expect.poll(() => read().catch(() => undefined), PATIENCE).toBeDefined();
    return read();
  };
}

/** Calls a tool that answers without a question. */
export async function callTool(window: Window, tool: string, input: object): Promise<Answer> {
  return (await askTool(window, tool, input))();
}

export function factsOf({ parts, error }: Answer): unknown {
  expect(error).toBeUndefined();
  return JSON.parse(parts?.[0]?.text ?? '');
}

/** The last picture of an answer. */
export function pictureOf({ parts }: Answer): Promise<RgbImage> {
  const { mimeType, data = '' } = parts?.at(-1) ?? {};
  expect(mimeType).toBe('image/png');
  return decodeImage(Buffer.from(data, 'base64'), 'answer.png');
}
