// `npm test`: sets up, checks, builds and runs every test; the last line is `N passed, N failed, N skipped`.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, installPackages, run } from './setup.mjs';

installPackages();
const totals = { passed: 0, failed: 0, skipped: 0, retried: 0 };

/** A check that counts as one test. */
function check(name, command, args) {
  const ok = run(command, args) === 0;
  console.log(`${ok ? 'ok' : 'FAILED'}: ${name}`);
  totals[ok ? 'passed' : 'failed']++;
  return ok;
}

/** Runs a vitest project and adds its counts; a run that breaks off counts as a failure. */
function vitest(project) {
  const folder = mkdtempSync(join(tmpdir(), 'unpool-test-'));
  const file = join(folder, 'result.json');
  try {
    const reporters = ['--reporter=default', '--reporter=./scripts/countReporter.mjs'];
    const status = run('npx', ['vitest', 'run', '--project', project, ...reporters], {
      env: { ...process.env, UNPOOL_TEST_COUNTS: file },
    });
    const { passed, failed, skipped, retried } = JSON.parse(readFileSync(file, 'utf8'));
    totals.passed += passed;
    totals.skipped += skipped;
    totals.retried += retried;
    // A file that cannot be loaded fails the run without a failed test.
    totals.failed += Math.max(failed, status === 0 ? 0 : 1);
  } catch (error) {
    console.error(error);
    totals.failed++;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

check('types', 'npm', ['run', '--silent', 'typecheck']);
check('lint', 'npm', ['run', '--silent', 'lint']);
check('boundaries', 'npm', ['run', '--silent', 'boundaries']);
check('format', 'npm', ['run', '--silent', 'format:check']);
build();
vitest('unit');
vitest('vscode');
vitest('desktop');

console.log(`${totals.retried} tests were run again after they had failed`);
console.log(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`);
process.exit(totals.failed === 0 ? 0 : 1);
