// `npm run docs`: writes the generated pages of docs/; a unit test fails where they are out of date.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { root } from './setup.mjs';

const folder = mkdtempSync(join(tmpdir(), 'unpool-docs-'));
try {
  const bundle = join(folder, 'operatorTable.mjs');
  buildSync({
    entryPoints: [join(root, 'src/core/backward/operatorTable.ts')],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    format: 'esm',
    // protobufjs is CommonJS and requires Node's modules.
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
  });
  const { operatorTable } = await import(pathToFileURL(bundle).href);
  const page = join(root, 'docs/operators.md');
  writeFileSync(page, operatorTable());
  console.log(page);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
