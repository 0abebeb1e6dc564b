// The palette, and the quick picks and input boxes that extensions open.
import { matchesText, PATIENCE, poll } from './poll.mjs';

/** How long one look takes before the palette is opened afresh: it reads the list of commands when it opens. */
const GLANCE = 1500;
/** Each look takes longer than the one before, for a machine so slow that the palette needs more time to fill. */
const GROWTH = 1.5;

export class QuickInput {
  /** @param {import('playwright-core').Page} page */
  constructor(page) {
    this.page = page;
    this.widget = page.locator('.quick-input-widget');
  }

  /**
   * Clicks a row of the palette, which is opened afresh until the row is there.
   * @param {string} query what is typed
   * @param {(row: { label: string, description: string }) => boolean} matches
   * @param {string} problem what to say when there is none
   */
  async choose(query, matches, problem) {
    let seen = [];
    let glance = GLANCE;
    const attempt = async () => {
      glance *= GROWTH;
      // F1 and not Ctrl+P, because an editor or a webview may want the latter for itself.
      await this.page.keyboard.press('F1');
      await this.widget.locator('input.input').fill(query, { timeout: glance });
      let before;
      const found = await poll(async () => {
        seen = await this.rows();
        const row = seen.find(matches);
        // Rows still move while results come in; a click must not hit the one that took its place.
        const stays = row !== undefined && row.index === before?.index;
        before = row;
        return stays && row;
      }, glance);
      if (found) {
        await this.#click(found.index, glance);
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
  rows() {
    return this.widget.locator('.quick-input-list .monaco-list-row').evaluateAll((rows) =>
      rows.map((row) => ({
        index: Number(row.dataset.index),
        label: row.querySelector('.label-name')?.textContent.trim() ?? '',
        description: row.querySelector('.label-description')?.textContent.trim() ?? '',
      })),
    );
  }

  /** Picks a row of a quick pick that an extension opened, by label (text or RegExp). */
  async pick(label) {
    const row = await poll(async () => (await this.rows()).find((each) => matchesText(each.label, label)));
    if (!row) {
      throw new Error(`No row ${label} in the quick pick.`);
    }
    await this.#click(row.index);
  }

  /** Fills the input box that an extension opened, or filters its quick pick; Enter accepts unless told otherwise. */
  async type(text, { accept = true, timeout = PATIENCE } = {}) {
    await this.widget.locator('input.input').fill(text, { timeout });
    if (accept) {
      await this.page.keyboard.press('Enter');
    }
  }

  async #click(index, timeout = PATIENCE) {
    await this.widget.locator(`.quick-input-list .monaco-list-row[data-index="${index}"]`).click({ timeout });
  }
}
