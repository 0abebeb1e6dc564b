/** What axe finds in the page of a panel: https://github.com/dequelabs/axe-core/blob/develop/doc/rule-descriptions.md. */

import axe from 'axe-core';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Frame } from 'playwright-core';

const OPTIONS: RunOptions = {
  // The one rule of level AA that is off by itself.
  rules: { 'target-size': { enabled: true } },
  // Reads style sheets and media anew, which the policy of the page refuses; only autoplay and a locked orientation are
  // looked for in them.
  preload: false,
};

/**
 * Runs axe over the whole document of a panel, with what stands in shadow trees.
 * @returns a line a finding: rule, impact, the element's selector, and what is wrong with it
 */
export async function findings(panel: Frame): Promise<string[]> {
  // The policy allows no script without its nonce, but what the debugger evaluates is not the page's.
  await panel.evaluate(`typeof axe === 'undefined' && (() => { ${axe.source} })()`);
  const { violations, incomplete } = await panel.evaluate<AxeResults>(`axe.run(${JSON.stringify(OPTIONS)})`);
  // What axe leaves to people counts, but for contrast where a box is scrolled out of sight or lies under another.
  const unclear = incomplete.filter(({ id }) => id !== 'color-contrast');
  return [...violations, ...unclear].flatMap(({ id, impact, nodes }) =>
    nodes.map(({ target, failureSummary }) => {
      const summary = failureSummary?.split('\n').slice(1).join(';').replaceAll(/\s+/g, ' ').trim();
      return `${id} (${impact}) ${target.flat().join(' >>> ')}: ${summary}`;
    }),
  );
}
