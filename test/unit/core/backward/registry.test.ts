import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { RULES, ruleFor } from '../../../../src/core/backward/registry.js';
import type { OperatorRule } from '../../../../src/core/backward/rule.js';
import type { Node } from '../../../../src/core/onnx/model.js';

const FOLDER = join(import.meta.dirname, '../../../../src/core/backward/rules');

const node = (opType: string, body?: readonly Node[]): Node => ({
  name: 'n',
  opType,
  domain: '',
  inputs: ['x'],
  outputs: ['y'],
  attributes: new Map(),
  metadata: new Map(),
  ...(body && { body }),
});

describe('the registry', () => {
  it('has every rule of every file in rules/ exactly once, and no other', async () => {
    const found: OperatorRule[] = [];
    for (const file of readdirSync(FOLDER)) {
      const module = (await import(join(FOLDER, file))) as {
        rule?: OperatorRule;
        rules?: readonly OperatorRule[];
      };
      const own = [...(module.rules ?? []), ...(module.rule ? [module.rule] : [])];
      expect(own, `${file} exports 'rule' or 'rules'`).not.toHaveLength(0);
      found.push(...own);
    }
    for (const rule of found) {
      const times = RULES.filter((registered) => registered === rule).length;
      expect(times, `registrations of ${rule.opType}`).toBe(1);
    }
    expect(RULES).toHaveLength(found.length);
  });

  it('names each file after its operator', () => {
    const operators = new Set(RULES.map(({ opType }) => opType.toLowerCase()));
    for (const file of readdirSync(FOLDER)) {
      expect(operators, file).toContain(file.replace('.ts', '').toLowerCase());
    }
  });

  it('has no two rules for the same operator and opset', () => {
    for (const a of RULES) {
      for (const b of RULES) {
        if (a !== b && a.opType === b.opType && a.domain === b.domain) {
          const apart =
            a.opsets.min > (b.opsets.max ?? Infinity) || b.opsets.min > (a.opsets.max ?? Infinity);
          expect(apart, a.opType).toBe(true);
        }
      }
    }
  });

  it('finds the rule that holds for the opset, none outside all ranges', () => {
    expect(ruleFor(node('Resize'), 9)).toBeUndefined();
    expect(ruleFor(node('Resize'), 10)?.opsets).toEqual({ min: 10, max: 10 });
    expect(ruleFor(node('Resize'), 22)?.opsets).toEqual({ min: 11 });
    expect(ruleFor(node('Sin'), 17)).toBeUndefined();
    expect(ruleFor({ ...node('Relu'), domain: 'com.example' }, 17)).toBeUndefined();
  });

  it('gives a composite the newest rule of its operator in any opset', () => {
    expect(ruleFor(node('LayerNormalization'), 11)).toBeUndefined();
    expect(ruleFor(node('LayerNormalization', [node('Sub')]), 11)?.opType).toBe('LayerNormalization');
  });
});
