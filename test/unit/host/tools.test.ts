import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { TOOLS } from '../../../src/host/tools/names.js';

interface Declared {
  readonly name: string;
  readonly displayName: string;
  readonly modelDescription: string;
  readonly inputSchema: {
    readonly type: string;
    readonly properties: Record<string, unknown>;
    readonly required?: string[];
  };
}

const root = join(import.meta.dirname, '../../..');
const json = (name: string): unknown => JSON.parse(readFileSync(join(root, name), 'utf8'));
const { contributes } = json('package.json') as { contributes: { languageModelTools: Declared[] } };

describe('the tools for language models', () => {
  it('are declared as they are registered', () => {
    expect(contributes.languageModelTools.map(({ name }) => name)).toEqual([...TOOLS]);
  });

  it.each(contributes.languageModelTools)(
    '$name has a schema that names what it requires',
    ({ inputSchema, modelDescription }) => {
      expect(inputSchema.type).toBe('object');
      for (const name of inputSchema.required ?? []) {
        expect(inputSchema.properties).toHaveProperty(name);
      }
      expect(modelDescription.length).toBeGreaterThan(50);
    },
  );

  it.each(['package.nls.json', 'package.nls.ko.json'])('have names in %s', (file) => {
    const texts = json(file) as Record<string, string>;
    for (const { displayName } of contributes.languageModelTools) {
      expect(texts).toHaveProperty([displayName.replaceAll('%', '')]);
    }
  });
});
