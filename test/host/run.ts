/** Entry point of the tests that run in an extension host: VS Code calls `run`. */

import { writeFile } from 'node:fs/promises';
import Mocha from 'mocha';

import { pathOf, RESULTS } from './workspace.js';

/** What is read from the outside. */
export interface HostResults {
  readonly passed: readonly string[];
  /** Names with what went wrong. */
  readonly failed: readonly string[];
}

const PATIENCE_MS = 60_000;

/** Runs all suites and writes HostResults to RESULTS in the open folder. @throws Error where a test failed */
export async function run(): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: PATIENCE_MS });
  // Gives the functions that the suites import their meaning.
  mocha.suite.emit('pre-require', globalThis as unknown as Mocha.MochaGlobals, '', mocha);
  await import('./suites/index.js');
  const results = { passed: [] as string[], failed: [] as string[] };
  await new Promise<void>((done) => {
    mocha
      .run(() => {
        done();
      })
      .on('pass', (test) => results.passed.push(test.fullTitle()))
      .on('fail', (test, error: Error) => results.failed.push(`${test.fullTitle()}: ${error.message}`));
  });
  await writeFile(pathOf(RESULTS), JSON.stringify(results));
  if (results.failed.length > 0) {
    throw new Error(results.failed.join('\n'));
  }
}
