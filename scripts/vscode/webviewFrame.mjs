// The document inside a webview.
import { PATIENCE, poll } from './poll.mjs';

/**
 * The document of a webview that is on screen, as a Playwright Frame: frame.locator(…), frame.evaluate(…).
 * `name` is the title of its tab, its file name, a panel's view type, or the title of a view of the side bar;
 * without it, the webview of the active editor. Ask again after a reload, or after the tab was hidden.
 * @param {import('playwright-core').Page} page
 */
export async function webviewFrame(page, name, { timeout = PATIENCE } = {}) {
  const frame = await poll(async () => {
    const outer = await page.evaluateHandle(findWebview, name ?? null);
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
  const active = await page
    .locator('.tabs-container .tab.active')
    .evaluateAll((tabs) => tabs.map((tab) => tab.ariaLabel));
  throw new Error(
    `No webview ${name ? `'${name}' ` : ''}on screen. Active editors: ${active.join(', ') || 'none'}`,
  );
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
