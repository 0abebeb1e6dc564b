// Drives VS Code in Chromium the way a person does: palette, quick open, side bar, webviews, notifications.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { isNoise, watchConsole } from './consoleProblems.mjs';
import { configureTests } from './inPage.mjs';
import { ensureChromium } from './install.mjs';
import { PATIENCE, poll } from './poll.mjs';
import { QuickInput } from './quickInput.mjs';
import { showView } from './sideBarView.mjs';
import { THEMES, waitForTheme } from './themes.mjs';
import { webviewFrame } from './webviewFrame.mjs';

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
    this.quickInput = new QuickInput(page);
    page.setDefaultTimeout(PATIENCE);
    watchConsole(page, (problem) => this.allProblems.push(problem));
    // VS Code asks before it is left with unsaved editors; nothing here is worth keeping.
    page.on('dialog', (dialog) => dialog.accept().catch(() => {}));
  }

  /** The problems that are not VS Code's own: [{ kind: 'console' | 'csp' | 'exception', text, url }]. */
  get problems() {
    return this.allProblems.filter((problem) => !isNoise(problem));
  }

  get cspViolations() {
    return this.problems.filter(({ kind }) => kind === 'csp');
  }

  /**
   * Opens the address of a running code-server, with a folder when the address does not have one. What the window that
   * was open before has not stored yet is lost: reload() stores it.
   */
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

  /**
   * Reload Window: the extension host starts again, and webview frames held before are gone. By the command, because VS
   * Code then stores what it is to remember; of itself it does so when it has time.
   */
  async reload() {
    await Promise.all([this.page.waitForEvent('load'), this.runCommand('Developer: Reload Window')]);
    await this.#ready();
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
    await this.quickInput.choose(`>${label}`, (row) => row.label === label, `No command '${label}'`);
  }

  /** Opens a file of the workspace by name ('net.onnx') or, if that is not unique, by path ('models/net.onnx'). */
  async openFile(name) {
    const base = path.posix.basename(name);
    const folder = path.posix.dirname(name);
    const matches = (row) => row.label === base && (folder === '.' || row.description === folder);
    await this.quickInput.choose(name, matches, `No file '${name}'`);
    await this.page.locator('.tabs-container .tab.active', { hasText: base }).first().waitFor();
  }

  /** What the open quick pick shows (the rows on screen): [{ index, label, description }]. */
  quickPickRows() {
    return this.quickInput.rows();
  }

  /** Picks a row of a quick pick that an extension opened, by label (text or RegExp). */
  pick(label) {
    return this.quickInput.pick(label);
  }

  /** Fills the input box that an extension opened, or filters its quick pick; Enter accepts unless told otherwise. */
  typeInQuickInput(text, options) {
    return this.quickInput.type(text, options);
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
  webview(name, options) {
    return webviewFrame(this.page, name, options);
  }

  /** Shows a container of the activity bar and gives one of its views, by title; without it, the first. */
  view(containerTitle, viewTitle) {
    return showView(this.page, containerTitle, viewTitle);
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
    await this.quickInput.widget.locator('input.input').fill(theme.label);
    await this.pick(theme.label);
    await this.quickInput.widget.waitFor({ state: 'hidden' });
    await waitForTheme(this.page, id);
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

/** Two animation frames: what was asked for before is on screen after them. */
function nextFrame(page) {
  return page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
}
