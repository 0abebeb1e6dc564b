/**
 * What the extension costs in a real VS Code: its activation, opening a 244 MB AlexNet, memory and event loop of the
 * extension host, and dragging an occluder. Prints numbers and their targets; the machine should have nothing else to
 * do. Run it by hand: node test/bench/extension.bench.mjs [--vsix FILE]
 */

import { cpSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { writeAlexnet } from './alexnet.mjs';
import { unpool } from './core.mjs';
import { inVsCode, newWorkspace, print } from './extensionHost.mjs';

const ROOT = resolve(import.meta.dirname, '../..');
const MODEL = 'alexnet.onnx';
const DRAG_WARM_UP = 5;
const DRAG_STEPS = 30;

const { values: options } = parseArgs({ options: { vsix: { type: 'string' } } });
const folders = newWorkspace();
cpSync(join(ROOT, 'media/photos'), join(folders.workspace, 'photos'), { recursive: true });
const megabytes = writeAlexnet(join(folders.workspace, MODEL), unpool().encodeModelProto) / 1e6;

await inVsCode({ ...folders, vsix: options.vsix }, async (window, host) => {
  await window.runCommand('Unpool: Add the Demo Photos');
  await (await window.view('Unpool', 'Photos')).waitForRows(3);
  print('activate()', Number(/activated in (\d+) ms/.exec(await host.log())?.[1]), 'ms', 150);
  print('loading and activating, as VS Code counts it', await activationTime(window), 'ms', 150);

  const explorer = await window.view('Explorer');
  const row = await explorer.row(MODEL);
  // VS Code goes on starting for some seconds, which is not the model's doing.
  const before = await host.settledMemory();
  const opening = Date.now();
  const start = performance.now();
  await row.locator('.label-name').click();
  const editor = await window.webview(MODEL);
  await editor.locator('.layer-table .body .row').first().waitFor();
  const shown = performance.now() - start;
  print(`from the click on ${MODEL} (${megabytes.toFixed(0)} MB) to its layer table`, shown, 'ms', 1000);
  // The webview's document is made by VS Code; what comes behind is its page's own.
  const pageBegan = await editor.evaluate(() => performance.timeOrigin);
  print('  of which until VS Code has begun the page', pageBegan - opening, 'ms');
  const opened = /opened .*alexnet\.onnx in (\d+) ms/.exec(await host.log())?.[1];
  print('  of which reading the file', Number(opened), 'ms');
  printBlocked(host, opening);
  print('growth of the extension host', (await host.settledMemory()) - before, 'MB', 50);

  await window.runCommand('Unpool: Show Occlusion');
  const occlusion = await window.webview(`Occlusion: ${MODEL}`);
  await occlusion.locator('body[data-ready="true"]').waitFor({ timeout: 600_000 });
  const sweep = Date.now();
  await occlusion.locator('input[type="range"][aria-label="Step"]').fill('6');
  await occlusion.locator('body[data-ready="false"]').waitFor();
  await occlusion.locator('body[data-ready="true"]').waitFor({ timeout: 600_000 });
  process.stdout.write(`a sweep of ${((Date.now() - sweep) / 1000).toFixed(1)} s\n`);
  printBlocked(host, sweep);
  print('growth of the extension host after the sweep', (await host.settledMemory()) - before, 'MB');

  const steps = (await dragTimes(window, occlusion)).slice(DRAG_WARM_UP).sort((a, b) => a - b);
  const at = (share) => steps[Math.min(steps.length - 1, Math.floor(steps.length * share))];
  print('a step of dragging the occluder until its answer is drawn, median', at(0.5), 'ms', 60);
  print('  95th percentile', at(0.95), 'ms');
});

function printBlocked(host, since) {
  const { gap, computing } = host.blockedSince(since);
  print('  longest gap of the event loop', gap, 'ms');
  print('  longest time in which it was computing', computing, 'ms', 50);
}

/** What "Show Running Extensions" says. */
async function activationTime(window) {
  await window.runCommand('Developer: Show Running Extensions');
  const row = window.page.locator('.runtime-extensions-editor .extension', { hasText: 'Unpool' }).first();
  const text = await row.innerText();
  // It lies over everything else, the palette too.
  await window.page.keyboard.press('Escape');
  await row.waitFor({ state: 'hidden' });
  return Number(/(\d+)\s*ms/.exec(text)?.[1]);
}

/** Milliseconds from each move of the pointer until the network's answer to it is on the page. */
async function dragTimes(window, panel) {
  const canvas = panel.locator('canvas.drag');
  await canvas.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await canvas.boundingBox();
  await window.page.mouse.move(x + width * 0.3, y + height * 0.3);
  await window.page.mouse.down();
  const times = await panel.evaluate(dragAbout, DRAG_WARM_UP + DRAG_STEPS);
  await window.page.mouse.up();
  return times;
}

/** Runs in the page while the mouse is down on the square. */
async function dragAbout(steps) {
  const canvas = document.querySelector('canvas.drag');
  const answer = document.querySelector('.answer p');
  const box = canvas.getBoundingClientRect();
  const times = [];
  for (let step = 0; step < steps; step++) {
    const answered = new Promise((resolve) => {
      const observer = new MutationObserver(() => {
        if (answer.textContent !== '') {
          observer.disconnect();
          resolve();
        }
      });
      observer.observe(answer, { childList: true, characterData: true, subtree: true });
    });
    const start = performance.now();
    canvas.dispatchEvent(
      new PointerEvent('pointermove', {
        clientX: box.left + box.width * (0.3 + (0.4 * step) / steps),
        clientY: box.top + box.height * (0.3 + 0.05 * (step % 5)),
      }),
    );
    await answered;
    times.push(performance.now() - start);
  }
  return times;
}
