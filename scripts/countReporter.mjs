// A reporter of vitest that writes how many tests passed, failed, were skipped, and passed only when run again.
import { writeFileSync } from 'node:fs';

export default class CountReporter {
  /** Writes JSON to the file that UNPOOL_TEST_COUNTS names. */
  onTestRunEnd(modules) {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const count = (state) => tests.filter((test) => test.result().state === state).length;
    const counts = {
      passed: count('passed'),
      failed: count('failed'),
      skipped: count('skipped'),
      retried: tests.filter((test) => (test.diagnostic()?.retryCount ?? 0) > 0).length,
    };
    writeFileSync(process.env.UNPOOL_TEST_COUNTS, JSON.stringify(counts));
  }
}
