import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { operatorTable } from '../../../../src/core/backward/operatorTable.js';
import { RULES } from '../../../../src/core/backward/registry.js';

test('docs/operators.md is the generated page', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/operators.md'), 'utf8');
  expect(page).toBe(operatorTable());
});

test('every rule has its row with its opsets', () => {
  const rows = operatorTable()
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2);
  expect(rows).toHaveLength(RULES.length);
  expect(rows.find((row) => row.startsWith('| Resize '))).toMatch(/\| 10 +\|/);
  expect(rows.find((row) => row.startsWith('| LRN '))).toContain('passed by deconvnet');
});
