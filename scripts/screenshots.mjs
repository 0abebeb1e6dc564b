// `npm run screenshots -- [--out FOLDER] [--theme ID]...`: pictures of the editor and every panel in four themes. Those
// that README and the walkthrough use go into the tree as well, unless --out is given.
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root } from './setup.mjs';
import { CodeEditor } from './vscode/codeEditor.mjs';
import { packageExtension } from './vscode/packaged.mjs';
import { startCodeServer } from './vscode/server.mjs';
import { poll } from './vscode/poll.mjs';
import { Workbench } from './vscode/workbench.mjs';

const MODEL = 'zfnet-caltech101.onnx';
const TEXT = 'zfnet-caltech101.onnxtxt';
/** Line of the text, from 1. */
const FIRST_NODE = 27;
const SOURCE = 'zfnet.py';
const ACTIVATIONS = 'Activation Functions';
const THEMES = ['Light Modern', 'Dark Modern', 'Default High Contrast', 'Default High Contrast Light'];
/** Pictures that README shows. */
const SHOWN = [
  'python',
  'editor',
  'text',
  'activationFunctions',
  'projection',
  'occlusion',
  'kernels',
  'featureMaps',
  'mapProjections',
];
/** Panels that the walkthrough has a step for. */
const PANELS = ['predictions', 'kernels', 'featureMaps', 'projection', 'occlusion'];
/** The theme of the pictures in the tree. */
const CHOSEN = 'Dark Modern';
const WIDTH = 1440;
const WALKTHROUGH_WIDTH = 900;

const { values: options } = parseArgs({
  options: {
    out: { type: 'string' },
    theme: { type: 'string', multiple: true, default: THEMES },
    vsix: { type: 'string' },
  },
});
const out = path.resolve(options.out ?? path.join(root, 'out/screenshots'));
const vsix = options.vsix ?? (await packageExtension());
const temporary = await mkdtemp(path.join(tmpdir(), 'screenshots-'));
// The title bar shows the folder's name.
const workspace = path.join(temporary, 'samples');
for (const folder of ['models', 'photos']) {
  await cp(path.join(root, 'media', folder), path.join(workspace, folder), { recursive: true });
}
await cp(path.join(root, 'samples', SOURCE), path.join(workspace, SOURCE));

const server = await startCodeServer({ vsix, workspace });
try {
  for (const theme of options.theme) {
    await photograph(theme);
  }
  if (!options.out) {
    await keepChosen();
  }
} finally {
  await server.stop();
  await rm(temporary, { recursive: true, force: true });
}
console.log(out);

/** One window for a theme, so that no panel carries over what an earlier one has left. */
async function photograph(theme) {
  const window = await Workbench.launch({ width: WIDTH, height: 900 });
  const take = async (name, shown) => {
    const file = path.join(out, theme.replaceAll(' ', ''), `${name}.png`);
    await window.screenshot(file, shown);
    console.log(file);
  };
  /** Without the side bar, so that it can be read where there is little room. */
  const takeEditors = async (name, shown) =>
    take(name, { ...shown, clip: await window.page.locator('.part.editor').boundingBox() });
  /** Shows a panel, waits for what it was asked for, and lets `prepare` put it into a telling state. */
  const panel = async (name, prepare = async () => {}) => {
    await window.runCommand(
      name === ACTIVATIONS ? 'Unpool: Compare Activation Functions' : `Unpool: Show ${name}`,
    );
    await prepare(await ready(window, `${name}: ${MODEL}`));
    await ready(window, `${name}: ${MODEL}`);
    await takeEditors(name.charAt(0).toLowerCase() + name.slice(1).replaceAll(' ', ''));
    await window.runCommand('View: Close All Editor Groups');
  };
  try {
    await window.open(server.url);
    await window.setTheme(theme);
    await window.openFile(MODEL);
    await ready(window, MODEL);
    await window.runCommand('Unpool: Add the Demo Photos');
    await (await window.view('Unpool', 'Models')).waitForRows(2);
    const photo = await (await window.view('Unpool', 'Photos')).row('photos', 'panda.jpg');
    await photo.locator('.custom-view-tree-node-item-icon[style*="data:"]').waitFor();
    await window.waitForStatusBarItem('panda.jpg');
    await take('editor');
    await panel('Predictions');
    await panel('Kernels', (page) => page.locator('.overview .tile[data-item="16"]').click());
    await chooseLayer(window, 'relu2');
    await panel('Feature Maps', async (page) => {
      await page.locator('vscode-single-select[label="Sort by"]').evaluate((list) => {
        list.value = 'max';
        list.dispatchEvent(new Event('change'));
      });
      await page.locator('.overview .tile[data-item="8"]').click();
    });
    await panel(ACTIVATIONS);
    await chooseLayer(window, 'conv4');
    await window.runCommand('Unpool: Show Feature Maps');
    await takeProjections(window, takeEditors);
    await panel('Projection');
    await panel('Occlusion');
    await window.openFile(SOURCE);
    await hoverPictures(new CodeEditor(window, SOURCE), 'self.conv2 = ', 'conv2');
    await takeEditors('python', { hover: true });
    await window.runCommand('View: Close All Editor Groups');
    await window.openFile(MODEL);
    await ready(window, MODEL);
    await window.runCommand('Unpool: Open as Text');
    // They name the folders above the workspace, which differ from machine to machine.
    await window.runCommand('View: Toggle Breadcrumbs');
    await window.runCommand('Unpool: Find Problems');
    await window.waitForNotification('problems');
    await window.pressNotificationButton('problems', 'Show Problems');
    const text = new CodeEditor(window, TEXT);
    // The problems leave but the upper half of the window.
    await text.goToLine(FIRST_NODE + 8);
    await hoverPictures(text, '[conv2]', 'conv2');
    await take('text', { hover: true });
    await window.runCommand('View: Toggle Breadcrumbs');
  } finally {
    await window.close();
  }
}

/** Rests the pointer on a layer until its card has kernels, feature maps and a histogram. */
async function hoverPictures(editor, line, word) {
  const isWhole = async () =>
    (await (await editor.hover(line, word, /On panda\.jpg/)).locator('img').count()) === 3;
  if (!(await poll(isWhole))) {
    throw new Error(`The card of ${word} lacks pictures.`);
  }
}

async function chooseLayer(window, layer) {
  await window.runCommand('Unpool: Choose Layer...');
  await window.pick(layer);
}

/** The document of a panel once it shows what was asked for, in a frame that has been drawn. */
async function ready(window, title) {
  const frame = await window.webview(title);
  await frame.locator('body[data-ready="true"]').waitFor();
  await frame.locator('.busy:visible').first().waitFor({ state: 'detached' });
  await frame.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  );
  return frame;
}

/** The feature maps panel with what in the photo makes each map answer. */
async function takeProjections(window, takeEditors) {
  const page = await window.webview(`Feature Maps: ${MODEL}`);
  await page.locator('body[data-ready="true"]').waitFor();
  await page.locator('vscode-checkbox', { hasText: 'Projections' }).click();
  await page.locator('body[data-ready="true"]').waitFor();
  await takeEditors('mapProjections');
  await window.runCommand('View: Close All Editor Groups');
}

/** Copies the pictures that README and the walkthrough show into the tree, as WebP files for their size. */
async function keepChosen() {
  const steps = {
    open: 'editor',
    ...Object.fromEntries(PANELS.map((name) => [name, name])),
    own: 'python',
  };
  const window = await Workbench.launch();
  const write = async (name, file, width) => {
    const png = await readFile(path.join(out, CHOSEN.replaceAll(' ', ''), `${name}.png`));
    const webp = await window.page.evaluate(toWebp, { png: png.toString('base64'), most: width });
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, Buffer.from(webp, 'base64'));
    console.log(file);
  };
  try {
    for (const name of SHOWN) {
      await write(name, path.join(root, `docs/pictures/${name}.webp`), WIDTH);
    }
    for (const [step, name] of Object.entries(steps)) {
      await write(name, path.join(root, `media/walkthrough/${step}.webp`), WALKTHROUGH_WIDTH);
    }
  } finally {
    await window.close();
  }
}

/** Runs in the browser: a PNG file as a WebP file that is at most so wide, both in base64. */
async function toWebp({ png, most }) {
  const blob = await (await fetch(`data:image/png;base64,${png}`)).blob();
  const picture = await createImageBitmap(blob);
  const canvas = document.createElement('canvas');
  const width = Math.min(most, picture.width);
  canvas.width = width;
  canvas.height = Math.round((picture.height * width) / picture.width);
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL('image/webp', 0.85).split(',')[1];
}
