// A text editor of VS Code: its lines, and what extensions put over, behind and between them.
import { poll } from './poll.mjs';

/** How long the pointer rests on a word before it is moved there afresh. */
const REST = 4000;

export class CodeEditor {
  /**
   * @param {import('./workbench.mjs').Workbench} workbench
   * @param {string} name of the file in the tab that is on screen
   */
  constructor(workbench, name) {
    this.workbench = workbench;
    this.page = workbench.page;
    this.name = name;
    this.tab = this.page.locator(`.tab[data-resource-name=${JSON.stringify(name)}]`);
    const group = `.editor-group-container:has(.tab.active[data-resource-name=${JSON.stringify(name)}])`;
    // A notebook is laid over its editor group; each of its cells is a text editor.
    this.root = this.page.locator(
      name.endsWith('.ipynb')
        ? '.notebookOverlay:visible .cell-editor-part .monaco-editor'
        : `${group} .editor-container .monaco-editor`,
    );
  }

  /** The lines on screen from the top, without what is put behind them. */
  async lines() {
    return (await this.root.evaluateAll(readLines)).map(({ text }) => text);
  }

  /** What is put behind the line that contains a text; undefined while that line is not on screen. */
  async behind(line) {
    return (await this.#find(line))?.hints;
  }

  /** The lenses above the line that contains a text, `Kernels | Feature Maps`; '' for none. */
  async lenses(line) {
    return (await this.#find(line))?.lenses;
  }

  /** Presses one of the lenses above a line. */
  async pressLens(line, title) {
    const pressed = await poll(async () => {
      const { lensPlace } = (await this.#find(line)) ?? {};
      const links = this.root.locator('.codelens-decoration').nth(lensPlace).locator('a');
      await links.getByText(title, { exact: true }).click({ timeout: REST });
      return true;
    });
    if (!pressed) {
      throw new Error(`No lens '${title}' above '${line}'. There are: ${await this.lenses(line)}`);
    }
  }

  /** Scrolls to a line, by its number from 1, and puts the cursor there, before one of its columns. */
  async goToLine(number, column = 1) {
    const { page, workbench } = this;
    // The palette asks the editor that has the focus.
    await this.tab.click();
    const arrived = await poll(async () => {
      await page.keyboard.press('F1');
      // A key that is pressed while the focus is on its way opens nothing.
      await workbench.typeInQuickInput(`:${number}:${column}`, { accept: false, timeout: REST });
      // Until the palette has understood that, Enter would do nothing.
      const isUnderstood = ({ label }) => new RegExp(`\\b${number}\\b`).test(label);
      await poll(async () => (await workbench.quickPickRows()).some(isUnderstood), REST);
      await page.keyboard.press('Enter');
      return poll(async () => {
        const cursor = await this.cursor();
        return cursor.line === number && cursor.column === column;
      }, REST);
    });
    if (!arrived) {
      throw new Error(`The cursor did not go to line ${number} of ${this.name}.`);
    }
  }

  /** Puts the cursor into a word. */
  async click(line, word) {
    const { x, y } = await this.#wordIn(line, word);
    await this.page.mouse.click(x, y);
  }

  /** Where the cursor of the active editor is, from 1, as the status bar says. */
  async cursor() {
    const items = await this.workbench.statusBarItems();
    const text = items.map((item) => /^Ln (\d+), Col (\d+)/.exec(item.text)).find((match) => match !== null);
    return { line: Number(text?.[1]), column: Number(text?.[2]) };
  }

  /**
   * Moves the pointer over a word, again and again until the hover says what is expected, and gives the hover.
   * @param {string} line text of the line
   * @param {string} word in that text
   * @param {RegExp} expected
   */
  async hover(line, word, expected) {
    const hovers = this.page.locator('.monaco-editor .monaco-hover:visible, .monaco-resizable-hover:visible');
    const wanted = hovers.filter({ hasText: expected }).first();
    let seen = [];
    const found = await poll(async () => {
      await this.leave();
      const { x, y } = await this.#wordIn(line, word);
      // Chromium tells of a move only where the pointer was elsewhere before.
      await this.page.mouse.move(x - 2, y);
      await this.page.mouse.move(x, y);
      return poll(async () => {
        seen = await hovers.allInnerTexts();
        return wanted.isVisible();
      }, REST);
    });
    if (!found) {
      throw new Error(
        `No hover over '${word}' that says ${expected}. The last ones said: ${seen.join(' | ')}`,
      );
    }
    return wanted;
  }

  /** Takes the pointer away, and the hover with it. */
  async leave() {
    await this.page.mouse.move(0, 0);
    // An empty one may stay behind when a tab's own was on its way.
    const said = this.page.locator('.monaco-hover:visible').filter({ hasText: /\S/ });
    await said.first().waitFor({ state: 'detached', timeout: REST });
  }

  async #find(line) {
    const lines = await this.root.evaluateAll(readLines);
    return lines.find(({ text }) => text.includes(line));
  }

  async #wordIn(line, word) {
    const place = await poll(() => this.root.evaluateAll(findWord, { line, word }));
    if (!place) {
      throw new Error(
        `No '${word}' in a line '${line}' on screen. There are:\n${(await this.lines()).join('\n')}`,
      );
    }
    return place;
  }
}

/**
 * Runs in the page. Lines are laid out absolutely, and so are lenses: those of a line are the ones right above it.
 * What is put behind a line is part of it, and begins with an arrow.
 */
function readLines(editors) {
  const plain = (text) => text.replaceAll('\u00a0', ' ');
  const all = (selector) => editors.flatMap((editor) => [...editor.querySelectorAll(selector)]);
  const lenses = all('.codelens-decoration').map((lens, place) => {
    const { top, bottom } = lens.getBoundingClientRect();
    return { place, top, bottom, text: plain(lens.textContent).trim() };
  });
  return all('.view-lines .view-line')
    .map((line) => ({ line, box: line.getBoundingClientRect() }))
    .sort((a, b) => a.box.top - b.box.top)
    .map(({ line, box: { top, height } }) => {
      const above = lenses.find(
        (lens) => lens.text !== '' && lens.top < top && top - lens.bottom < height / 2,
      );
      const [text, ...hints] = plain(line.textContent).split('→');
      return {
        text,
        hints: hints.map((hint) => hint.trim()),
        lenses: above?.text ?? '',
        lensPlace: above?.place,
      };
    });
}

/** Runs in the page: the middle of a word, which may consist of several coloured pieces. */
function findWord(editors, { line, word }) {
  for (const view of editors.flatMap((editor) => [...editor.querySelectorAll('.view-lines .view-line')])) {
    const text = view.textContent.replaceAll('\u00a0', ' ');
    if (!text.includes(line)) {
      continue;
    }
    const start = text.indexOf(line) + line.indexOf(word);
    const middle = start + Math.floor(word.length / 2);
    const walker = document.createTreeWalker(view, NodeFilter.SHOW_TEXT);
    let passed = 0;
    while (walker.nextNode()) {
      const { length } = walker.currentNode;
      if (middle < passed + length) {
        const range = document.createRange();
        range.setStart(walker.currentNode, middle - passed);
        range.setEnd(walker.currentNode, middle - passed + 1);
        const { x, y, width, height } = range.getBoundingClientRect();
        return { x: x + width / 2, y: y + height / 2 };
      }
      passed += length;
    }
  }
  return null;
}
