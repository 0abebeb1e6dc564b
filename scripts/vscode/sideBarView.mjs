// A view of the side bar and its tree.
import { walkList } from './listRows.mjs';
import { matchesText, poll } from './poll.mjs';

/** How long a click on an entry of a menu may take before it is tried again. */
const MENU_GLANCE = 1500;

/**
 * Shows a container of the activity bar and gives one of its views, by title; without it, the first.
 * @param {import('playwright-core').Page} page
 */
export async function showView(page, containerTitle, viewTitle) {
  const bar = page.locator('.part.activitybar');
  // The label goes on with the keys, or with a badge's text.
  const icon = bar.locator(
    `.action-item:has(> a.action-label[aria-label^=${JSON.stringify(containerTitle)}])`,
  );
  await icon.waitFor();
  // A click on the icon of the container that shows would hide it.
  if (!(await icon.getAttribute('class')).split(' ').includes('checked')) {
    await icon.click();
  }
  const panes = page.locator('.part.sidebar .pane');
  await panes.first().waitFor();
  if (!viewTitle) {
    return new SideBarView(page, panes.first());
  }
  const header = paneHeader(viewTitle);
  const pane = page.locator(`.part.sidebar .pane:has(> :is(${header}))`);
  await pane.waitFor();
  if ((await pane.locator(header).getAttribute('aria-expanded')) === 'false') {
    await pane.locator(header).click();
  }
  return new SideBarView(page, pane);
}

/**
 * @typedef {object} Row
 * @property {number} index
 * @property {number} level 1 at the root
 * @property {string} label
 * @property {string} description
 * @property {boolean | undefined} expanded undefined for a row without children
 * @property {boolean} selected
 */

/** A tree of the side bar. Rows are named by their labels, from the top: click('conv1', 'kernel 3'). */
export class SideBarView {
  /**
   * @param {import('playwright-core').Page} page
   * @param {import('playwright-core').Locator} pane
   */
  constructor(page, pane) {
    this.page = page;
    this.pane = pane;
  }

  /**
   * All rows of the tree, also those scrolled out, as they are right now.
   * @returns {Promise<Row[]>}
   */
  async rows() {
    const list = this.pane.locator('.monaco-list').first();
    return (await list.count()) === 0 ? [] : list.evaluate(walkList, null);
  }

  /** Waits until the tree has as many rows as that, and gives them all. */
  async waitForRows(count = 1) {
    const rows = await poll(async () => {
      const now = await this.rows();
      return now.length >= count && now;
    });
    if (!rows) {
      throw new Error(`The view has ${(await this.rows()).length} rows, not ${count}.`);
    }
    return rows;
  }

  /**
   * Waits for a row (its parents are expanded on the way), scrolls to it, and gives its Playwright locator.
   * @param {...(string | RegExp)} labels
   */
  async row(...labels) {
    let parent = { index: -1, level: 0 };
    for (const [depth, label] of labels.entries()) {
      const found = await poll(async () =>
        childrenOf(await this.rows(), parent).find((row) => matchesText(row.label, label)),
      );
      if (!found) {
        const there = childrenOf(await this.rows(), parent).map((row) => row.label);
        throw new Error(
          `No row '${labels.slice(0, depth + 1).join("' > '")}'; there are: ${there.join(', ') || 'none'}`,
        );
      }
      parent = found;
      if (depth < labels.length - 1 && !found.expanded) {
        await this.#toggle(found.index);
      }
    }
    await this.#scrollTo(parent.index);
    return this.#at(parent.index);
  }

  async click(...labels) {
    await (await this.row(...labels)).locator('.label-name').first().click();
  }

  async expand(...labels) {
    const row = await this.row(...labels);
    if ((await row.getAttribute('aria-expanded')) === 'false') {
      await this.#toggle(Number(await row.getAttribute('data-index')));
    }
  }

  async collapse(...labels) {
    const row = await this.row(...labels);
    if ((await row.getAttribute('aria-expanded')) === 'true') {
      await this.#toggle(Number(await row.getAttribute('data-index')));
    }
  }

  /** Chooses from the context menu of a row. */
  async contextMenu(labels, item) {
    const row = await this.row(...[labels].flat());
    await row.locator('.label-name').first().click({ button: 'right' });
    const entry = this.page.locator('.monaco-menu .action-item', {
      has: this.page.getByText(item, { exact: true }),
    });
    // A menu ignores the mouse for its first 100 ms, so the first click may do nothing but focus the entry.
    const chosen = await poll(async () => {
      await entry.first().click({ timeout: MENU_GLANCE });
      return vanishes(entry.first(), 500);
    });
    if (!chosen) {
      throw new Error(`The context menu has no entry '${item}' that can be chosen.`);
    }
  }

  /** Presses an icon that shows at the end of a row under the pointer. */
  async rowAction(labels, title) {
    const row = await this.row(...[labels].flat());
    await row.hover();
    await row.locator(`.actions .action-label[aria-label^=${JSON.stringify(title)}]`).click();
  }

  /** Presses an icon of the view's title bar; that of the container when the view is its only one. */
  async titleAction(title) {
    await this.pane.hover();
    const label = `.action-label[aria-label^=${JSON.stringify(title)}]`;
    const inHeader = this.pane.locator(`.pane-header ${label}`);
    await inHeader
      .or(this.page.locator(`.part.sidebar > .title ${label}`))
      .first()
      .click();
  }

  /** The text that a view without rows shows instead: its welcome content or its message. */
  async text() {
    return (await this.pane.locator('.pane-body').innerText()).trim();
  }

  #at(index) {
    return this.pane.locator(`.monaco-list-rows > .monaco-list-row[data-index="${index}"]`);
  }

  async #toggle(index) {
    const row = this.#at(index);
    await this.#scrollTo(index);
    const target = (await row.getAttribute('aria-expanded')) === 'true' ? 'false' : 'true';
    await row.locator('.monaco-tl-twistie').click();
    await this.pane
      .locator(`.monaco-list-rows > .monaco-list-row[data-index="${index}"][aria-expanded="${target}"]`)
      .waitFor();
  }

  async #scrollTo(index) {
    await this.pane.locator('.monaco-list').first().evaluate(walkList, index);
  }
}

/** A selector for the header of a view; that of the Explorer reads "Explorer Section: FOLDER". */
function paneHeader(title) {
  const names = [`${title} Section`, `Explorer Section: ${title}`];
  return names.map((name) => `.pane-header[aria-label=${JSON.stringify(name)}]`).join(', ');
}

/** The rows directly below a parent; { index: -1, level: 0 } stands for the root. */
function childrenOf(rows, parent) {
  const below = rows.filter((row) => row.index > parent.index);
  const end = below.findIndex((row) => row.level <= parent.level);
  return (end < 0 ? below : below.slice(0, end)).filter((row) => row.level === parent.level + 1);
}

async function vanishes(locator, timeout) {
  return locator.waitFor({ state: 'hidden', timeout }).then(
    () => true,
    () => false,
  );
}
