// Drives VS Code in Chromium the way a person does: palette, quick open, side bar, webviews, notifications.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { ensureChromium } from './install.mjs';

/**
 * How many milliseconds anything may take; UNPOOL_PATIENCE gives other seconds. Generous: two busy cores run Chromium,
 * code-server and the extension host at once.
 */
export const PATIENCE = Number(process.env.UNPOOL_PATIENCE ?? 90) * 1000;
/** How long one look takes before the palette is opened afresh: it reads the list of commands when it opens. */
const GLANCE = 1500;
/** Each look takes longer than the one before, for a machine so slow that the palette needs more time to fill. */
const GROWTH = 1.5;

/** The themes that every VS Code has, by id, with their labels in the picker and what webviews get told. */
export const THEMES = {
  'Dark Modern': { label: 'Dark Modern', kind: 'vscode-dark' },
  'Light Modern': { label: 'Light Modern', kind: 'vscode-light' },
  'Dark 2026': { label: 'Dark 2026', kind: 'vscode-dark' },
  'Light 2026': { label: 'Light 2026', kind: 'vscode-light' },
  'Default High Contrast': { label: 'Dark High Contrast', kind: 'vscode-high-contrast' },
  'Default High Contrast Light': { label: 'Light High Contrast', kind: 'vscode-high-contrast-light' },
};

/**
 * Errors of VS Code itself, whatever extension runs in it: of its own scripts, without a word about this extension or
 * a webview. There are many on a machine without internet, more on a slow one, and others in the next version.
 */
const OWN_SCRIPT = /\/static\/(out|node_modules)\//;
const ABOUT_US = /unpool\.unpool|\bUnpool\b|webview/i;
/** … and those that these two do not tell apart. */
const NOISE = [
  // The module that signs the handshake is not part of the open-source build.
  /\/vsda\//,
  // The extension gallery, which a machine without internet cannot reach.
  /open-vsx\.org/,
  // What it interrupts, of its own, when the window is reloaded.
  /Long running operations during shutdown are unsupported in the web/,
  /\(Canceled: Canceled\)/,
];

const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
].concat(['--disable-component-update', '--disable-sync']);

export class Workbench {
  /**
   * Every error of the console, uncaught exception and blocked request by a content security policy, noise too.
   * @type {{ kind: 'console' | 'csp' | 'exception', text: string, url: string }[]}
   */
  allProblems = [];

  /** Starts Chromium with an empty page; close() ends it. */
  static async launch({ width = 1400, height = 900, scale = 1, reducedMotion = 'reduce' } = {}) {
    const browser = await chromium.launch({ executablePath: await ensureChromium(), args: ARGS });
    const context = await browser.newContext({
      viewport: { width, height },
      deviceScaleFactor: scale,
      reducedMotion,
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    return new Workbench(browser, await context.newPage());
  }

  /**
   * @param {import('playwright-core').Browser} browser
   * @param {import('playwright-core').Page} page
   */
  constructor(browser, page) {
    this.browser = browser;
    this.page = page;
    page.setDefaultTimeout(PATIENCE);
    page.on('console', (message) => {
      const text = message.text();
      // Chromium reports violations as errors ("Refused to …", "… violates the following …") or, for a policy
      // that only reports, as a warning or a note.
      const csp = /Content Security Policy|Content-Security-Policy/i.test(text);
      if (!csp && message.type() !== 'error') {
        return;
      }
      this.allProblems.push({ kind: csp ? 'csp' : 'console', text, url: message.location().url });
    });
    page.on('pageerror', (error) =>
      this.allProblems.push({ kind: 'exception', text: error.stack ?? String(error), url: '' }),
    );
    // VS Code asks before it is left with unsaved editors; nothing here is worth keeping.
    page.on('dialog', (dialog) => dialog.accept().catch(() => {}));
  }

  /** The problems that are not VS Code's own: [{ kind: 'console' | 'csp' | 'exception', text, url }]. */
  get problems() {
    return this.allProblems.filter(({ kind, text, url }) => {
      const isOwn = kind !== 'csp' && OWN_SCRIPT.test(url || text) && !ABOUT_US.test(text);
      return !isOwn && !NOISE.some((noise) => noise.test(text) || noise.test(url));
    });
  }

  get cspViolations() {
    return this.problems.filter(({ kind }) => kind === 'csp');
  }

  /** Opens the address of a running code-server, with a folder when the address does not have one. */
  async open(url, folder) {
    const address = new URL(url);
    if (folder) {
      address.searchParams.set('folder', path.resolve(folder));
    }
    await this.page.goto(address.href);
    await this.#ready();
  }

  /**
   * Has the extension host run tests in every window that is opened from now on.
   * @param {string} extension folder of an extension under development, without which VS Code runs none
   * @param {string} tests file whose `run` is called
   */
  async runTests(extension, tests) {
    await this.page.addInitScript(configureTests, { extension, tests });
  }

  /** Reload Window: the extension host starts again, and webview frames held before are gone. */
  async reload() {
    await this.page.reload();
    await this.#ready();
  }

  /**
   * Waits until VS Code has stored something that contains a text (as in the saved state of a webview): it does so
   * every few seconds, and what is younger a reload loses.
   */
  async waitForStored(text) {
    if (!(await poll(() => this.page.evaluate(isStored, text)))) {
      throw new Error(`VS Code has stored nothing with ${text}.`);
    }
  }

  async #ready() {
    // The bell of the status bar comes last, when VS Code has restored its editors and views …
    await this.page.locator('.part.statusbar [id="status.notifications"]').waitFor();
    // … but the colours of the settings only after the extensions with the themes were read.
    await this.page.locator('.monaco-workbench[class*="vscode-theme-"]').waitFor();
  }

  async close() {
    await this.browser.close();
  }

  /** Runs a command by its full label, e.g. 'Unpool: Open Model'. Waits for the extension to contribute it. */
  async runCommand(label) {
    await this.#retryInPalette(`>${label}`, (row) => row.label === label, `No command '${label}'`);
  }

  /** Opens a file of the workspace by name ('net.onnx') or, if that is not unique, by path ('models/net.onnx'). */
  async openFile(name) {
    const base = path.posix.basename(name);
    const folder = path.posix.dirname(name);
    const matches = (row) => row.label === base && (folder === '.' || row.description === folder);
    await this.#retryInPalette(name, matches, `No file '${name}'`);
    await this.page.locator('.tabs-container .tab.active', { hasText: base }).first().waitFor();
  }

  async #retryInPalette(query, matches, problem) {
    let seen = [];
    let glance = GLANCE;
    const attempt = async () => {
      glance *= GROWTH;
      // F1 and not Ctrl+P, because an editor or a webview may want the latter for itself.
      await this.page.keyboard.press('F1');
      await this.#quickInput().locator('input.input').fill(query, { timeout: glance });
      let before;
      const found = await poll(async () => {
        seen = await this.quickPickRows();
        const row = seen.find(matches);
        // Rows still move while results come in; a click must not hit the one that took its place.
        const stays = row !== undefined && row.index === before?.index;
        before = row;
        return stays && row;
      }, glance);
      if (found) {
        await this.#clickQuickPickRow(found.index, glance);
        return true;
      }
      await this.page.keyboard.press('Escape');
      return false;
    };
    // The palette closes under our hands when a webview that has just loaded takes the focus.
    if (await poll(attempt)) {
      return;
    }
    throw new Error(`${problem}. The palette shows: ${seen.map((row) => row.label).join(', ') || 'nothing'}`);
  }

  /** What the open quick pick shows (the rows on screen): [{ index, label, description }]. */
  quickPickRows() {
    return this.#quickInput()
      .locator('.quick-input-list .monaco-list-row')
      .evaluateAll((rows) =>
        rows.map((row) => ({
          index: Number(row.dataset.index),
          label: row.querySelector('.label-name')?.textContent.trim() ?? '',
          description: row.querySelector('.label-description')?.textContent.trim() ?? '',
        })),
      );
  }

  /** Picks a row of a quick pick that an extension opened, by label (text or RegExp). */
  async pick(label) {
    const row = await poll(async () =>
      (await this.quickPickRows()).find((each) => matchesText(each.label, label)),
    );
    if (!row) {
      throw new Error(`No row ${label} in the quick pick.`);
    }
    await this.#clickQuickPickRow(row.index);
  }

  /** Fills the input box that an extension opened, or filters its quick pick; Enter accepts unless told otherwise. */
  async typeInQuickInput(text, { accept = true, timeout = PATIENCE } = {}) {
    await this.#quickInput().locator('input.input').fill(text, { timeout });
    if (accept) {
      await this.page.keyboard.press('Enter');
    }
  }

  #quickInput() {
    return this.page.locator('.quick-input-widget');
  }

  async #clickQuickPickRow(index, timeout = PATIENCE) {
    await this.#quickInput()
      .locator(`.quick-input-list .monaco-list-row[data-index="${index}"]`)
      .click({ timeout });
  }

  /** The labels of the open editors, in all groups. */
  tabs() {
    return this.page
      .locator('.tabs-container .tab')
      .evaluateAll((tabs) =>
        tabs.map((tab) =>
          [...tab.querySelectorAll('.label-name, .label-suffix')].map((part) => part.textContent).join(''),
        ),
      );
  }

  /**
   * The document of a webview that is on screen, as a Playwright Frame: frame.locator(…), frame.evaluate(…).
   * `name` is the title of its tab, its file name, a panel's view type, or the title of a view of the side bar;
   * without it, the webview of the active editor. Ask again after a reload, or after the tab was hidden.
   */
  async webview(name, { timeout = PATIENCE } = {}) {
    const frame = await poll(async () => {
      const outer = await this.page.evaluateHandle(findWebview, name ?? null);
      const element = outer.asElement();
      if (!element) {
        return undefined;
      }
      // VS Code nests two frames, and swaps the inner one in (#pending-frame → #active-frame) once it has loaded.
      const inner = await (await element.contentFrame())?.$('iframe#active-frame');
      const content = await inner?.contentFrame();
      // Between the two its document may be an empty one.
      return (
        content &&
        (await content.evaluate(() => document.body?.hasAttribute('data-vscode-theme-kind'))) &&
        content
      );
    }, timeout);
    if (frame) {
      return frame;
    }
    const active = await this.page
      .locator('.tabs-container .tab.active')
      .evaluateAll((tabs) => tabs.map((tab) => tab.ariaLabel));
    throw new Error(
      `No webview ${name ? `'${name}' ` : ''}on screen. Active editors: ${active.join(', ') || 'none'}`,
    );
  }

  /** Shows a container of the activity bar and gives one of its views, by title; without it, the first. */
  async view(containerTitle, viewTitle) {
    const bar = this.page.locator('.part.activitybar');
    // The label goes on with the keys, or with a badge's text.
    const icon = bar.locator(
      `.action-item:has(> a.action-label[aria-label^=${JSON.stringify(containerTitle)}])`,
    );
    await icon.waitFor();
    // A click on the icon of the container that shows would hide it.
    if (!(await icon.getAttribute('class')).split(' ').includes('checked')) {
      await icon.click();
    }
    const panes = this.page.locator('.part.sidebar .pane');
    await panes.first().waitFor();
    if (!viewTitle) {
      return new SideBarView(this.page, panes.first());
    }
    const header = paneHeader(viewTitle);
    const pane = this.page.locator(`.part.sidebar .pane:has(> :is(${header}))`);
    await pane.waitFor();
    if ((await pane.locator(header).getAttribute('aria-expanded')) === 'false') {
      await pane.locator(header).click();
    }
    return new SideBarView(this.page, pane);
  }

  /** The notifications on screen: [{ severity: 'info' | 'warning' | 'error', text, buttons }]. */
  notifications() {
    return this.page.locator('.notifications-toasts .notification-list-item').evaluateAll((items) =>
      items.map((item) => ({
        severity: /codicon-(info|warning|error)/.exec(
          item.querySelector('.notification-list-item-icon')?.className,
        )?.[1],
        text: item.querySelector('.notification-list-item-message')?.textContent ?? '',
        buttons: [...item.querySelectorAll('.notification-list-item-buttons-container .monaco-button')].map(
          (button) => button.textContent,
        ),
      })),
    );
  }

  /** Waits for a notification that contains a text or matches a RegExp, and returns it. */
  async waitForNotification(text, { timeout = PATIENCE } = {}) {
    const contains = (each) => (text instanceof RegExp ? text.test(each.text) : each.text.includes(text));
    const found = await poll(async () => (await this.notifications()).find(contains), timeout);
    if (found) {
      return found;
    }
    const others = (await this.notifications()).map((each) => each.text);
    throw new Error(`No notification ${text}. On screen: ${others.join(' | ') || 'none'}`);
  }

  /** Presses a button of the notification that contains the text. */
  async pressNotificationButton(text, button) {
    const item = this.page.locator('.notifications-toasts .notification-list-item', { hasText: text });
    await item.locator('.monaco-button', { hasText: button }).click();
  }

  async clearNotifications() {
    await this.runCommand('Notifications: Clear All Notifications');
    await this.page
      .locator('.notifications-toasts .notification-list-item')
      .first()
      .waitFor({ state: 'detached' });
  }

  /** The items of the status bar: [{ id, text, label }]; icons are left out of `text`. */
  statusBarItems() {
    return this.page
      .locator('.part.statusbar .statusbar-item')
      .evaluateAll((items) =>
        items.map((item) => ({ id: item.id, text: item.textContent.trim(), label: item.ariaLabel ?? '' })),
      );
  }

  /** Waits for an item of the status bar whose text contains, or matches, `text`, and returns it. */
  async waitForStatusBarItem(text, { timeout = PATIENCE } = {}) {
    const contains = (each) => (text instanceof RegExp ? text.test(each.text) : each.text.includes(text));
    const found = await poll(async () => (await this.statusBarItems()).find(contains), timeout);
    if (found) {
      return found;
    }
    throw new Error(
      `No status bar item ${text}: ${(await this.statusBarItems()).map((each) => each.text).join(' | ')}`,
    );
  }

  async clickStatusBarItem(text) {
    const { id } = await this.waitForStatusBarItem(text);
    await this.page.locator(`.part.statusbar [id=${JSON.stringify(id)}]`).click();
  }

  /** Sets the colour theme by id (see THEMES; 'Default Dark Modern' and other former ids too), webviews included. */
  async setTheme(name) {
    const id = name.replace(/^Default (?=(Dark|Light) Modern)/, '');
    const theme = THEMES[id];
    if (!theme) {
      throw new Error(`No theme '${name}'; there are ${Object.keys(THEMES).join(', ')}.`);
    }
    await this.runCommand('Preferences: Color Theme');
    // Before this hint is up, the palette that is closing still shows its own list.
    await this.page.locator('.quick-input-widget input.input[placeholder*="theme" i]').waitFor();
    await this.#quickInput().locator('input.input').fill(theme.label);
    await this.pick(theme.label);
    await this.#quickInput().waitFor({ state: 'hidden' });
    // Webviews hear of it last, one by one.
    const everywhere = await poll(async () => {
      const told = await Promise.all(
        this.page
          .frames()
          .map((frame) => frame.evaluate(() => document.body?.dataset.vscodeThemeId).catch(() => undefined)),
      );
      return told.every((each) => each === undefined || each === id) && this.#hasWorkbenchTheme(theme.kind);
    });
    if (!everywhere) {
      throw new Error(`Theme '${id}' was picked but did not take effect.`);
    }
  }

  #hasWorkbenchTheme(kind) {
    const classes = { 'vscode-dark': 'vs-dark', 'vscode-light': 'vs', 'vscode-high-contrast': 'hc-black' };
    return this.page.evaluate(
      (name) => !!document.querySelector(`.monaco-workbench.${name}`),
      classes[kind] ?? 'hc-light',
    );
  }

  /**
   * Writes a PNG of the window. The pointer is moved out of the way first, unless `hover` keeps what it shows.
   * @param {string} file
   * @param {{ hover?: boolean } & import('playwright-core').PageScreenshotOptions} [options]
   */
  async screenshot(file, { hover = false, ...options } = {}) {
    await mkdir(path.dirname(path.resolve(file)), { recursive: true });
    if (!hover) {
      await this.page.mouse.move(0, 0);
    }
    await nextFrame(this.page);
    await this.page.screenshot({ path: file, animations: 'disabled', ...options });
  }
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
      await entry.first().click({ timeout: GLANCE });
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
    return this.pane.locator(`.monaco-list-row[data-index="${index}"]`);
  }

  async #toggle(index) {
    const row = this.#at(index);
    await this.#scrollTo(index);
    const target = (await row.getAttribute('aria-expanded')) === 'true' ? 'false' : 'true';
    await row.locator('.monaco-tl-twistie').click();
    await this.pane.locator(`.monaco-list-row[data-index="${index}"][aria-expanded="${target}"]`).waitFor();
  }

  async #scrollTo(index) {
    await this.pane.locator('.monaco-list').first().evaluate(walkList, index);
  }
}

/**
 * Runs in the page. Without an index: reads all rows of a list, from the top. With one: scrolls until that row is
 * wholly in sight. VS Code keeps in the page only the rows in sight, so both have to turn the wheel; done from here,
 * with events of our own, that takes a screenful per frame.
 */
async function walkList(list, index) {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const rendered = () =>
    [...list.querySelectorAll('.monaco-list-row')].sort((a, b) => a.dataset.index - b.dataset.index);
  const position = () => `${rendered()[0]?.dataset.index} ${rendered()[0]?.getBoundingClientRect().top}`;
  /** Turns the wheel, and tells whether that moved the list. */
  const scroll = async (deltaY) => {
    const before = position();
    const target = list.querySelector('.monaco-scrollable-element');
    // VS Code reads the older wheelDeltaY, which in real events has the opposite sign.
    const turn = { deltaY, wheelDeltaY: -deltaY, bubbles: true, cancelable: true };
    target.dispatchEvent(new WheelEvent('wheel', turn));
    for (let frames = 0; frames < 5 && position() === before; frames++) {
      await frame();
    }
    return position() !== before;
  };
  // A notch of the wheel, 120 units, moves a list by 50 pixels: this is about half a list.
  const step = list.clientHeight * 1.2;

  if (index !== null) {
    for (;;) {
      const rows = rendered();
      const row = rows.find((each) => Number(each.dataset.index) === index);
      const area = list.getBoundingClientRect();
      const box = row?.getBoundingClientRect();
      if (box && box.top >= area.top - 1 && box.bottom <= area.bottom + 1) {
        return [];
      }
      const up = box ? box.top < area.top : index < Number(rows[0]?.dataset.index);
      const size = box ? Math.min(step, 60) : step;
      if (!(await scroll(up ? -size : size))) {
        return [];
      }
    }
  }
  await scroll(-1e7);
  const found = new Map();
  do {
    for (const row of rendered()) {
      found.set(Number(row.dataset.index), {
        index: Number(row.dataset.index),
        level: Number(row.ariaLevel),
        label: [...row.querySelectorAll('.label-name, .label-suffix')]
          .map((part) => part.textContent)
          .join(''),
        description: row.querySelector('.label-description')?.textContent ?? '',
        expanded: row.ariaExpanded === null ? undefined : row.ariaExpanded === 'true',
        selected: row.ariaSelected === 'true',
      });
    }
  } while (rendered().at(-1)?.dataset.lastElement === 'false' && (await scroll(step)));
  return [...found.values()].sort((a, b) => a.index - b.index);
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

/**
 * Runs in the page: the outer iframe of the webview that is on screen in the editor, or view, of that name.
 * VS Code lays webviews over the workbench instead of putting them into it, and writes neither their title nor
 * their view type on the outer frame; so the one is taken that covers the middle of the editor or view.
 */
function findWebview(name) {
  const shown = (element) => {
    const { width, height } = element.getBoundingClientRect();
    return width > 0 && height > 0 && getComputedStyle(element).visibility === 'visible';
  };
  const tabOf = (group) => group.querySelector('.tab.active');
  // A name and its ending are elements of their own; the accessible label goes on with the editor group.
  const labelOf = (tab) =>
    [...(tab?.querySelectorAll('.label-name, .label-suffix') ?? [])].map((part) => part.textContent).join('');
  const isNamed = (tab) =>
    labelOf(tab) === name ||
    tab?.dataset.resourceName === name ||
    tab?.dataset.resourceName?.startsWith(`webview-${name}-`);
  const groups = [...document.querySelectorAll('.editor-group-container')];
  const group =
    name === null
      ? groups.find((each) => each.classList.contains('active'))
      : groups.find((each) => isNamed(tabOf(each)));
  const header =
    name !== null && document.querySelector(`.pane-header[aria-label=${JSON.stringify(`${name} Section`)}]`);
  const place =
    group?.querySelector('.editor-container') ?? header?.parentElement?.querySelector('.pane-body');
  if (!place) {
    return null;
  }
  const box = place.getBoundingClientRect();
  const x = box.x + box.width / 2;
  const y = box.y + box.height / 2;
  return [...document.querySelectorAll('iframe.webview.ready')].find((frame) => {
    const area = frame.getBoundingClientRect();
    return shown(frame) && area.left <= x && x <= area.right && area.top <= y && y <= area.bottom;
  });
}

/** Runs in the page: whether the databases of VS Code contain a text, however often its quotes are escaped. */
async function isStored(text) {
  const done = (request) =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  for (const { name } of await indexedDB.databases()) {
    const database = await done(indexedDB.open(name));
    try {
      for (const store of database.objectStoreNames) {
        const values = await done(database.transaction(store).objectStore(store).getAll());
        if (values.some((value) => typeof value === 'string' && value.replaceAll('\\', '').includes(text))) {
          return true;
        }
      }
    } finally {
      database.close();
    }
  }
  return false;
}

function matchesText(text, wanted) {
  return wanted instanceof RegExp ? wanted.test(text) : text === wanted;
}

/**
 * Asks until the answer is truthy; undefined when it never was. What throws meanwhile counts as "not yet".
 * @template T
 * @param {() => Promise<T>} ask
 * @returns {Promise<Exclude<T, false | null | undefined> | undefined>}
 */
export async function poll(ask, timeout = PATIENCE) {
  const deadline = Date.now() + timeout;
  for (;;) {
    // Frames and rows come and go under our hands while VS Code draws.
    const answer = await ask().catch(() => undefined);
    if (answer) {
      return answer;
    }
    if (Date.now() > deadline) {
      return undefined;
    }
    // The pause between two looks, not a guess at how long something takes.
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function vanishes(locator, timeout) {
  return locator.waitFor({ state: 'hidden', timeout }).then(
    () => true,
    () => false,
  );
}

/** Two animation frames: what was asked for before is on screen after them. */
function nextFrame(page) {
  return page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
}

/**
 * Runs in the page, before VS Code: puts tests into its configuration, which is JSON in an attribute. A built VS Code
 * in the browser takes them from nowhere else.
 */
function configureTests({ extension, tests }) {
  const configure = (element) => {
    const settings = JSON.parse(element.dataset.settings);
    const remote = (file) => ({ scheme: 'vscode-remote', authority: settings.remoteAuthority, path: file });
    settings.developmentOptions = { extensions: [remote(extension)], extensionTestsPath: remote(tests) };
    element.dataset.settings = JSON.stringify(settings);
  };
  const observer = new MutationObserver(() => {
    const element = document.getElementById('vscode-workbench-web-configuration');
    if (element) {
      observer.disconnect();
      configure(element);
    }
  });
  observer.observe(document, { childList: true, subtree: true });
}
