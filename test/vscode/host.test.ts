/** The tests that run inside an extension host, here in that of code-server. */

import { expect, it } from 'vitest';

import { buildSuite, fillWorkspace, HARNESS, resultsIn } from '../host/suite.js';
import { describeInVsCode, PATIENCE } from './window.js';

/** The suite calls a tool wrongly on purpose. */
const WRONG_INPUT = /Error from tool unpool_inspectModel/;

describeInVsCode('extension host', { fill: fillWorkspace, expected: WRONG_INPUT }, (window) => {
  it('passes its own tests', async () => {
    await window.workbench.runTests(HARNESS, await buildSuite());
    await window.workbench.open(window.server.origin, window.folder);
    await expect.poll(() => resultsIn(window.folder).catch(() => undefined), PATIENCE).toBeDefined();
    const { failed, passed } = await resultsIn(window.folder);
    expect(failed).toEqual([]);
    expect(passed.length).toBeGreaterThan(15);
  });
});
