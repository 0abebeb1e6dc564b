// `node scripts/icon.mjs`: draws media/icons/unpool.png from the SVG beside it, as extension icons have to be PNG.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { root } from './setup.mjs';
import { ensureChromium } from './vscode/install.mjs';

const SIDE = 128;
const icons = join(root, 'media/icons');
const svg = await readFile(join(icons, 'unpool.svg'), 'utf8');

const browser = await chromium.launch({ executablePath: await ensureChromium(), args: ['--no-sandbox'] });
try {
  const page = await browser.newPage({ viewport: { width: SIDE, height: SIDE } });
  await page.setContent(`<style>body { margin: 0 } svg { display: block }</style>${svg}`);
  await page.screenshot({ path: join(icons, 'unpool.png'), omitBackground: true });
} finally {
  await browser.close();
}
