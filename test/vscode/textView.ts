/** The editor that shows a model as text, as a person uses it: lines, words, hovers, the cursor. */

import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

import { CodeEditor } from '../../scripts/vscode/codeEditor.mjs';
import { poll } from '../../scripts/vscode/poll.mjs';
import type { Workbench } from '../../scripts/vscode/workbench.mjs';

/** The status bar tells where the cursor is some time after a click. */
const ARRIVAL_MS = 2000;

interface Word {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly colour: string;
}

export interface HoverPicture {
  readonly alt: string;
  readonly src: string;
  readonly width: number;
  readonly height: number;
}

export class TextView {
  private readonly editor: CodeEditor;
  /** The last hover. */
  private card: Locator | undefined;

  /** @param lines the text that the editor shows */
  constructor(
    workbench: Workbench,
    tab: string,
    private readonly lines: readonly string[],
  ) {
    this.editor = new CodeEditor(workbench, tab);
  }

  private get page(): Page {
    return this.editor.page;
  }

  /** The line, from 1, that starts with a text behind its indentation. */
  lineOf(start: string): number {
    const line = this.lines.findIndex((each) => each.trimStart().startsWith(start));
    expect(line, start).toBeGreaterThanOrEqual(0);
    return line + 1;
  }

  /** Puts the cursor before a word of a line, in view. */
  async goTo(start: string, word = start): Promise<void> {
    const line = this.lineOf(start);
    const column = (this.lines[line - 1] ?? '').indexOf(word) + 1;
    expect(column, word).toBeGreaterThan(0);
    await this.editor.goToLine(line, column);
  }

  /** Line and column of the cursor, as the status bar has them. */
  async position(): Promise<readonly number[]> {
    const { line, column } = await this.editor.cursor();
    return [line, column];
  }

  /** The row of the editor that starts with a text; its spaces are protected ones. */
  row(start: string): Locator {
    const pattern = start.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(' ', '\\s');
    return this.page
      .locator('.editor-group-container.active .view-line')
      .filter({ hasText: new RegExp(`^\\s*${pattern}`) })
      .first();
  }

  /** Where a word of a line that is in view is on the screen, and its colour: `rgb(1, 2, 3)`. */
  async word(start: string, word: string): Promise<Word> {
    const row = this.row(start);
    await row.waitFor();
    return row.evaluate(wordIn, word);
  }

  /** Clicks a word of a line, once more where lenses that came in have moved the line from under the pointer. */
  async click(start: string, word: string): Promise<void> {
    const line = this.lineOf(start);
    const isThere = async (): Promise<boolean> => (await this.position())[0] === line;
    const clicked = await poll(async () => {
      const { x, y, width, height } = await this.word(start, word);
      await this.page.mouse.click(x + width / 2, y + height / 2);
      return poll(isThere, ARRIVAL_MS);
    });
    expect(clicked, word).toBe(true);
  }

  /** Rests the pointer on a word of a text until the hover says something, and gives its text with single spaces. */
  async hover(line: string, word: string, expected: RegExp): Promise<string> {
    this.card = await this.editor.hover(line, word, expected);
    return this.hoverText();
  }

  /** What the open hover says now, with single spaces. */
  async hoverText(): Promise<string> {
    expect(this.card).toBeDefined();
    return (await (this.card as Locator).innerText()).replaceAll(/\s+/g, ' ').trim();
  }

  /** Whether a text of the open hover stands above its first picture. */
  async isAbovePictures(text: string): Promise<boolean> {
    const said = (this.card as Locator).getByText(text).first();
    const [words, picture] = await Promise.all([said.boundingBox(), this.images().first().boundingBox()]);
    return words !== null && picture !== null && words.y + words.height <= picture.y;
  }

  /** The images of the hover that is open. */
  images(): Locator {
    expect(this.card).toBeDefined();
    return (this.card as Locator).locator('img');
  }

  /** What they show, once they are drawn. */
  async pictures(): Promise<readonly HoverPicture[]> {
    const images = this.images();
    await images.first().waitFor();
    return images.evaluateAll(async (elements) =>
      Promise.all(
        elements.map(async (element) => {
          const image = element as unknown as {
            decode(): Promise<void>;
            alt: string;
            src: string;
            naturalWidth: number;
            naturalHeight: number;
          };
          await image.decode();
          return { alt: image.alt, src: image.src, width: image.naturalWidth, height: image.naturalHeight };
        }),
      ),
    );
  }
}

/** Runs in the page: the first place of a word in a line of the editor, whose spaces are protected ones. */
function wordIn(element: unknown, word: string): Word {
  // Tests have no DOM types; this is what is used of them here.
  interface Box {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  }
  interface TextNode {
    readonly data: string;
    readonly parentElement: unknown;
  }
  const { document, getComputedStyle } = globalThis as unknown as {
    document: {
      createTreeWalker(root: unknown, what: number): { nextNode(): TextNode | null };
      createRange(): {
        setStart(node: TextNode, at: number): void;
        setEnd(node: TextNode, at: number): void;
        getBoundingClientRect(): Box;
      };
    };
    getComputedStyle(element: unknown): { readonly color: string };
  };
  const texts: TextNode[] = [];
  const walker = document.createTreeWalker(element, 4);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    texts.push(node);
  }
  const line = texts.map(({ data }) => data.replaceAll('\u00a0', ' ')).join('');
  const start = line.indexOf(word);
  if (start < 0) {
    throw new Error(`there is no ${word} in ${line}`);
  }
  const range = document.createRange();
  let colour = '';
  let at = 0;
  for (const node of texts) {
    const end = at + node.data.length;
    if (start >= at && start < end) {
      range.setStart(node, start - at);
      colour = getComputedStyle(node.parentElement).color;
    }
    if (start + word.length > at && start + word.length <= end) {
      range.setEnd(node, start + word.length - at);
    }
    at = end;
  }
  const { x, y, width, height } = range.getBoundingClientRect();
  return { x, y, width, height, colour };
}
