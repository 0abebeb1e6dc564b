/**
 * The text of models in a real VS Code: how long it takes to come, how long the extension host stands still meanwhile,
 * and how long hovers take, for a network of 69 layers and for one of 100,000. Prints numbers and their targets.
 * Run it by hand: node test/bench/text.bench.mjs [--vsix FILE] [--nodes 100000]
 */

import { cpSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildSync } from 'esbuild';
import { createRequire } from 'node:module';
import { unpool } from './core.mjs';
import { inVsCode, newWorkspace, print } from './extensionHost.mjs';
import { writeManyNodes } from './manyNodes.mjs';
import { networkFile } from './networks.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
const HOVERS = 80;
const TIMEOUT = 300_000;

const { values: options } = parseArgs({
  options: { vsix: { type: 'string' }, nodes: { type: 'string', default: '100000' } },
});
const folders = newWorkspace();
const { workspace, probes } = folders;
const core = unpool();
const { printFile } = printer();
cpSync(join(ROOT, 'media/photos'), join(workspace, 'photos'), { recursive: true });
networkFile('resnet18', workspace, core.encodeModelProto);
writeManyNodes(join(workspace, 'many.onnx'), core.encodeModelProto, Number(options.nodes));

await inVsCode({ ...folders, vsix: options.vsix }, async (window, host) => {
  await window.runCommand('Unpool: Add the Demo Photos');
  await window.waitForStatusBarItem(/./);
  for (const name of ['resnet18', 'many']) {
    await open(window, host, name);
    await hover(host, name, 'as soon as the text is there');
    // Small models are open by then; a large one is opened by its editor.
    await window.openFile(`${name}.onnx`);
    const opening = Date.now();
    const page = await window.webview(`${name}.onnx`, { timeout: TIMEOUT });
    await page.locator('.layer-table .body .row').first().waitFor({ timeout: TIMEOUT });
    print(`${name}: the editor of the model came in`, Date.now() - opening, 'ms');
    printBlocked(host, opening);
    await hover(host, name, 'with the model open');
    await hover(host, name, 'the same again, where values were computed');
  }
});

async function open(window, host, name) {
  const model = `${name}.onnx`;
  const explorer = await window.view('Explorer');
  const since = Date.now();
  await explorer.contextMenu(model, 'Open as Text');
  const tab = window.page.locator('.tabs-container .tab.active', { hasText: `${name}.onnxtxt` });
  await tab.waitFor({ timeout: TIMEOUT });
  await window.page
    .locator('.editor-group-container.active .view-line')
    .first()
    .waitFor({ timeout: TIMEOUT });
  const shown = Date.now() - since;
  print(`${name}: from the menu to its text`, shown, 'ms');
  const printed = new RegExp(`printed .*${model} in (\\d+) ms`).exec(await host.log())?.[1];
  print('  of which printing', Number(printed), 'ms');
  await host.settledMemory();
  printBlocked(host, since);
}

async function hover(host, name, when) {
  const { uri, words } = questions(await printFile(join(workspace, `${name}.onnx`)), name);
  const since = Date.now();
  const answers = await host.hovers(uri, words);
  const times = answers.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  const empty = answers.filter(({ length }) => length === 0).length;
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
  process.stdout.write(`${name}: ${times.length} hovers ${when}, ${empty} of them empty\n`);
  print('  median', at(0.5), 'ms');
  print('  95th percentile', at(0.95), 'ms', 100);
  print('  longest', at(1), 'ms');
  printBlocked(host, since);
}

/** Names all over the text: nodes, tensors and constants alike. */
function questions({ map }, name) {
  const size = 5;
  const count = map.occurrences.length / size;
  const words = Array.from({ length: HOVERS }, (_, each) => {
    const place = Math.floor(((each + 0.5) / HOVERS) * count);
    const [line, column] = map.occurrences.subarray(place * size, place * size + 2);
    return { line, column: column + 1 };
  });
  const model = `file://${join(workspace, `${name}.onnx`)}`;
  const uri = `unpool-onnx:${join(workspace, `${name}.onnxtxt`)}?${encodeURIComponent(model)}`;
  return { uri, words };
}

function printBlocked(host, since) {
  const { gap, computing, computingGaps } = host.blockedSince(since);
  print('  longest gap of the event loop', gap, 'ms');
  print('  longest time in which it was computing', computing, 'ms', 50);
  if (computingGaps.length > 1) {
    const listed = computingGaps.slice(0, 8).map((each) => each.toFixed(0));
    process.stdout.write(`    ${computingGaps.length} beyond 50 ms: ${listed.join(', ')}\n`);
  }
}

function printer() {
  const outfile = join(probes, 'print.cjs');
  buildSync({
    entryPoints: [join(ROOT, 'src/core/onnx/text/printFile.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
  });
  return createRequire(import.meta.url)(outfile);
}
