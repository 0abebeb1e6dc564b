/** Who may import whom: the checker refuses each kind of breach, and the core loads where there is nothing but Node. */

import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
const CONFIG = '.dependency-cruiser.mjs';

/** Modules that must not be together: what they import, and the rule that says so. */
const BREACHES: readonly (readonly [rule: string, files: Readonly<Record<string, readonly string[]>>])[] = [
  ['core-layers-1', { 'src/core/tensor.ts': ['./onnx/model.js'], 'src/core/onnx/model.ts': [] }],
  [
    'core-layers-2',
    { 'src/core/onnx/model.ts': ['../network/network.js'], 'src/core/network/network.ts': [] },
  ],
  ['core-layers-3', { 'src/core/network/network.ts': ['../windows/a.js'], 'src/core/windows/a.ts': [] }],
  ['core-layers-4', { 'src/core/backward/a.ts': ['../occlusion/a.js'], 'src/core/occlusion/a.ts': [] }],
  ['core-layers-5', { 'src/core/jobs/a.ts': ['../analysis/photo/a.js'], 'src/core/analysis/photo/a.ts': [] }],
  ['core-layers-6', { 'src/core/analysis/a.ts': ['../problems/a.js'], 'src/core/problems/a.ts': [] }],
  ['core-layers-7', { 'src/core/figures/a.ts': ['../report/a.js'], 'src/core/report/a.ts': [] }],
  ['host-layers-1', { 'src/host/graph/a.ts': ['../background/a.js'], 'src/host/background/a.ts': [] }],
  ['host-layers-2', { 'src/host/background/a.ts': ['../jobs/a.js'], 'src/host/jobs/a.ts': [] }],
  ['host-layers-3', { 'src/host/a.ts': ['./hovers/a.js'], 'src/host/hovers/a.ts': [] }],
  ['host-layers-3', { 'src/host/jobs/a.ts': ['../views/a.js'], 'src/host/views/a.ts': [] }],
  ['host-layers-3', { 'src/host/diagnostics/a.ts': ['../text/a.js'], 'src/host/text/a.ts': [] }],
  ['host-layers-4', { 'src/host/hovers/a.ts': ['../python/a.js'], 'src/host/python/a.ts': [] }],
  ['host-layers-5', { 'src/host/views/a.ts': ['../panels/a.js'], 'src/host/panels/a.ts': [] }],
  ['host-layers-6', { 'src/host/panels/a.ts': ['../editors/a.js'], 'src/host/editors/a.ts': [] }],
  ['host-layers-7', { 'src/host/editors/a.ts': ['../tools/a.js'], 'src/host/tools/a.ts': [] }],
  ['folder-in-a-row', { 'src/host/a.ts': ['./gadgets/a.js'], 'src/host/gadgets/a.ts': [] }],
  ['no-circles', { 'src/host/a.ts': ['./b.js'], 'src/host/b.ts': ['./a.js'] }],
  ['resolvable', { 'src/host/a.ts': ['./missing.js'] }],
  ['named-for-a-subject', { 'src/host/a.ts': ['./utils.js'], 'src/host/utils.ts': [] }],
  ['core-alone', { 'src/core/a.ts': ['../protocol/a.js'], 'src/protocol/a.ts': [] }],
  ['engine-speaks-of-models', { 'src/core/engine.ts': ['./network/a.js'], 'src/core/network/a.ts': [] }],
  ['vscode-in-host', { 'src/runtime/a.ts': ['vscode'] }],
  ['one-importer-of-onnxruntime', { 'src/runtime/a.ts': ['onnxruntime-node'] }],
  ['protocol-knows-types-of-core', { 'src/protocol/a.ts': ['../runtime/a.js'], 'src/runtime/a.ts': [] }],
  ['protocol-runs-no-core', { 'src/protocol/a.ts': ['../core/a.js'], 'src/core/a.ts': [] }],
  ['runtime-below-host', { 'src/runtime/a.ts': ['../host/a.js'], 'src/host/a.ts': [] }],
  ['host-knows-no-command-line', { 'src/host/a.ts': ['../cli/a.js'], 'src/cli/a.ts': [] }],
  ['command-line-knows-no-host', { 'src/cli.ts': ['./host/a.js'], 'src/host/a.ts': [] }],
  ['webview-through-protocol', { 'webview/a.ts': ['../src/core/a.js'], 'src/core/a.ts': [] }],
  ['panels-apart', { 'webview/panels/a/main.ts': ['../b/main.js'], 'webview/panels/b/main.ts': [] }],
  ['sources-import-no-tests', { 'src/host/a.ts': ['../../test/a.js'], 'test/a.ts': [] }],
];

describe('the boundaries', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'unpool-boundaries-'));
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    for (const file of [CONFIG, 'tsconfig.base.json']) {
      cpSync(join(ROOT, file), join(folder, file));
    }
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  /** What the checker says of a tree of modules; nothing where it has no objection. */
  const objections = (files: Readonly<Record<string, readonly string[]>>): readonly string[] => {
    for (const top of ['src', 'webview', 'test']) {
      rmSync(join(folder, top), { recursive: true, force: true });
      mkdirSync(join(folder, top));
    }
    for (const [file, imports] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      const lines = imports.map((each, at) => `import { value as v${at} } from '${each}';\nv${at}();\n`);
      writeFileSync(join(folder, file), `${lines.join('')}export const value = (): number => 1;\n`);
    }
    const checker = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
    const args = [checker, '--config', CONFIG, '--output-type', 'json', 'src', 'webview'];
    const { stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: 'utf8' });
    const { summary } = JSON.parse(stdout) as { summary: { violations: { rule: { name: string } }[] } };
    return summary.violations.map(({ rule }) => rule.name);
  };

  it('have nothing against imports downwards', () => {
    expect(
      objections({
        'src/core/onnx/model.ts': ['../tensor.js'],
        'src/core/tensor.ts': [],
        'src/core/report/a.ts': ['../onnx/model.js'],
        'src/host/a.ts': ['vscode', '../core/report/a.js', './jobs/a.js'],
        'src/host/jobs/a.ts': ['../graph/a.js'],
        'src/host/graph/a.ts': [],
        'src/host/commands/a.ts': ['../a.js', '../jobs/a.js'],
      }),
    ).toEqual([]);
  });

  it.each(BREACHES)('%s is held', (rule, files) => {
    expect(objections(files)).toContain(rule);
  });

  it('name every rule in a breach of this test', async () => {
    const { default: config } = (await import(join(ROOT, CONFIG))) as {
      default: { forbidden: readonly { name: string }[] };
    };
    expect(new Set(BREACHES.map(([rule]) => rule))).toEqual(
      new Set(config.forbidden.map(({ name }) => name)),
    );
  });
});

describe('the core', () => {
  it('loads in plain Node, module by module, whichever comes first', () => {
    const folder = mkdtempSync(join(ROOT, 'node_modules/.unpool-core-'));
    try {
      const modules = readdirSync(join(ROOT, 'src/core'), { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts'))
        .sort();
      expect(modules.length).toBeGreaterThan(250);
      buildSync({
        entryPoints: modules.map((name) => join(ROOT, 'src/core', name)),
        outdir: folder,
        format: 'esm',
        platform: 'node',
      });
      writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
      const urls = modules.reverse().map((name) => `./${name.replaceAll('\\', '/').replace(/\.ts$/, '.js')}`);
      const script = `${urls.map((url) => `await import('${url}');`).join('\n')}\nconsole.log('loaded');\n`;
      writeFileSync(join(folder, 'all.js'), script);
      expect(execFileSync(process.execPath, ['all.js'], { cwd: folder, encoding: 'utf8' })).toBe('loaded\n');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
