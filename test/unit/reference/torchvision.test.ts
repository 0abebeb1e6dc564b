/**
 * The sources of torchvision's networks as they are installed, against where Python makes their layers. Runs with
 * the Python that UNPOOL_TORCH_PYTHON names, or `python3`, where that has torchvision; is skipped elsewhere.
 */

import { spawnSync } from 'node:child_process';

import { describe, expect, it } from 'vitest';

import { Budget } from '../../../src/core/source/budget.js';
import { matchTrees } from '../../../src/core/source/match.js';
import { moduleTrees } from '../../../src/core/source/moduleTree.js';
import type { ModuleTree } from '../../../src/core/source/moduleTree.js';
import { pythonParser } from '../../../src/core/source/syntax.js';
import { diskFiles } from '../core/source/files.js';

interface Traced {
  readonly version: string;
  readonly networks: readonly {
    readonly name: string;
    readonly file: string;
    readonly layers: readonly {
      readonly path: string;
      readonly operator: string;
      readonly weights: readonly number[];
      readonly stack: readonly (readonly [file: string, line: number])[];
    }[];
  }[];
}

const PYTHON = process.env['UNPOOL_TORCH_PYTHON'] ?? 'python3';
const LEAST = 0.95;

/** What Python saw; undefined where there is no torchvision. */
function traced(): Traced | undefined {
  const has = spawnSync(PYTHON, ['-c', 'import torchvision'], { timeout: 120_000 });
  if (has.status !== 0) {
    return undefined;
  }
  const script = 'test/fixtures/sources/trace_torchvision.py';
  const { stdout, stderr, status } = spawnSync(PYTHON, [script], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: 600_000,
  });
  if (status !== 0) {
    throw new Error(stderr);
  }
  return JSON.parse(stdout) as Traced;
}

const truth = traced();
if (truth === undefined) {
  process.stderr.write(`skipped: ${PYTHON} has no torchvision; name one that has in UNPOOL_TORCH_PYTHON\n`);
}

describe.skipIf(truth === undefined)(
  `torchvision ${truth?.version ?? `(not installed for ${PYTHON})`}`,
  () => {
    const files = diskFiles();
    const trees = new Map<string, readonly ModuleTree[]>();

    // A name is needed where there are no networks, so that the skip is seen.
    it.each(truth?.networks ?? [{ name: 'any network', file: '', layers: [] }])(
      '$name: every Conv2d and Linear at the line that makes it',
      async ({ name, file, layers }) => {
        const known = trees.get(file) ?? (await moduleTrees(await pythonParser(), files, file, new Budget()));
        trees.set(file, known);
        const named = layers.map(({ path, operator, weights }) => ({
          layer: path,
          paths: [path],
          operator,
          weights,
        }));
        const match = matchTrees(known, named);
        const wanted = layers.filter(({ operator }) => operator !== 'BatchNormalization');
        const found = wanted.flatMap(({ path, stack }) => {
          const created = match?.modules.get(path)?.created.slice(1) ?? [];
          const lines = created.map((each) => [each.file, each.start.line + 1]).reverse();
          return lines.length === 0 ? [] : [{ path, lines, stack: stack.slice(0, lines.length) }];
        });
        const wrong = found.filter(({ lines, stack }) => JSON.stringify(lines) !== JSON.stringify(stack));
        process.stderr.write(
          `${name}: ${found.length - wrong.length} of ${wanted.length} right, ${wrong.length} wrong\n`,
        );
        expect(wrong).toEqual([]);
        expect(found.length).toBeGreaterThanOrEqual(LEAST * wanted.length);
      },
    );
  },
);
