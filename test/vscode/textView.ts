/** The editor that shows a model as text, as a person uses it: lines, words, hovers, the cursor. */

import type { Locator, Page } from 'playwright-core';
import { expect } from 'vitest';

import { PATIENCE } from './window.js';
import type { Window } from './window.js';

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
  /** @param lines the text that the editor shows */
  constructor(
    private readonly window: Window,
    private readonly lines: readonly string[],
  ) {}

  private get page(): Page {
    return this.window.workbench.page;
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
    const { page } = this;
    await page.keyboard.press('Control+g');
    const input = page.locator('.quick-input-widget input.input');
    await input.fill(`:${line}:${column}`);
    await page.keyboard.press('Enter');
    await expect.poll(() => this.position(), PATIENCE).toEqual([line, column]);
  }

  /** Line and column of the cursor, as the status bar has them. */
  async position(): Promise<readonly number[]> {
    const items = await this.window.workbench.statusBarItems();
    const { text = '' } = items.find(({ id }) => id === 'status.editor.selection') ?? {};
    return [...text.matchAll(/\d+/g)].map(Number);
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

  async click(start: string, word: string): Promise<void> {
    const { x, y, width, height } = await this.word(start, word);
    await this.page.mouse.click(x + width / 2, y + height / 2);
  }

  /** Rests the pointer on a word until there is a hover, and gives its text with its spaces made single. */
  async hover(start: string, word: string): Promise<string> {
    await this.leave();
    const { x, y, width, height } = await this.word(start, word);
    await this.page.mouse.move(x + width / 2 - 3, y + height / 2);
    await this.page.mouse.move(x + width / 2, y + height / 2, { steps: 3 });
    const rows = this.card().locator('.hover-row').first();
    await rows.waitFor();
    // VS Code shows that it is waiting where an answer takes long.
    await expect.poll(() => rows.innerText(), PATIENCE).not.toMatch(/^(Loading\.\.\.)?\s*$/);
    return (await this.card().innerText()).replaceAll(/\s+/g, ' ').trim();
  }

  /** Hovers a word again and again until what is said of it holds a text. */
  async hoverUntil(start: string, word: string, expected: string): Promise<string> {
    let said = '';
    await expect.poll(async () => (said = await this.hover(start, word)), PATIENCE).toContain(expected);
    return said;
  }

  /** Moves the pointer away, so that no hover is left. */
  async leave(): Promise<void> {
    await this.page.mouse.move(2, 2);
    await this.page.keyboard.press('Escape');
    await this.card().waitFor({ state: 'hidden' });
  }

  card(): Locator {
    return this.page.locator('.monaco-resizable-hover:visible .monaco-hover-content').first();
  }

  /** The pictures of the hover that is open, once they are drawn. */
  async pictures(): Promise<readonly HoverPicture[]> {
    const images = this.card().locator('img');
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
