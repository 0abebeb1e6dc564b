/** Photo sets in the side bar: added, matched with classes, indexed as a job that a reload interrupts, and asked. */

import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

import { CodeEditor } from '../../scripts/vscode/codeEditor.mjs';
import { unpool } from '../unit/cli/run.js';
import { HeldEngine } from './heldEngine.js';
import { callTool, factsOf, pictureOf } from './toolCalls.js';
import { describeInVsCode, MODEL, modelAndPhotos, PATIENCE, ROOT, textOf } from './window.js';

const SOURCE = 'zfnet.py';
const SIDECAR = MODEL.replace('.onnx', '.unpool.json');
const JOB = 'Index of Photos';
/** Photos of each label, 90 in all: three parts of at most 32. `mystery` is no class of the model. */
const PHOTOS = { mystery: ['panda', 10], panda: ['panda', 40], pyramid: ['pyramid', 40] } as const;

/** One part, or two where the engine was a run ahead of what the row says. */
const SOME: unknown = expect.stringMatching(/^Indexed (32|64) of 90$/);

async function setBeside(folder: string): Promise<void> {
  await modelAndPhotos(folder);
  await cp(join(ROOT, 'samples', SOURCE), join(folder, SOURCE));
  for (const [label, [photo, count]] of Object.entries(PHOTOS)) {
    await mkdir(join(folder, 'set', label), { recursive: true });
    for (let number = 10; number < 10 + count; number++) {
      await cp(join(ROOT, `media/photos/${photo}.jpg`), join(folder, 'set', label, `${number}.jpg`));
    }
  }
}

/** The files of an index below `store` that hold what it found, by their paths. */
async function tablesOf(store: string): Promise<ReadonlyMap<string, string>> {
  const names = await readdir(store, { recursive: true });
  const parts = names.filter((name) => name.endsWith('.parquet')).sort();
  return new Map(
    await Promise.all(
      parts.map(async (name) => [name, (await readFile(join(store, name))).toString('base64')] as const),
    ),
  );
}

const engine = new HeldEngine();

describeInVsCode('photo sets', { fill: setBeside, settings: engine.settings }, (window) => {
  const view = () => window.workbench.view('Unpool', 'Photos');
  const jobs = async (): Promise<string[]> =>
    (await (await window.workbench.view('Unpool', 'Jobs')).rows()).map(
      ({ label, description }) => `${label}: ${description.split(' · ')[0] ?? ''}`,
    );
  const described = async (...labels: string[]): Promise<string> =>
    textOf((await (await view()).row(...labels)).locator('.label-description'));
  const rows = async (level: number): Promise<string[]> =>
    (await (await view()).rows()).filter((row) => row.level === level).map(({ label }) => label);
  const sidecar = async (): Promise<{ photoLabels?: object; labels: string[] }> =>
    JSON.parse(await readFile(join(window.folder, 'models', SIDECAR), 'utf8'));

  afterAll(() => {
    engine.release();
    engine.remove();
  });

  it('takes a folder of folders for a set, and says what is in it', async () => {
    await window.workbench.openFile(MODEL);
    await (await window.workbench.view('Explorer')).contextMenu('set', 'Add Photos...');
    await window.workbench.waitForNotification('set is a photo set of 90 files');
    await window.workbench.clearNotifications();
    await expect.poll(() => rows(1), PATIENCE).toEqual(['set']);
    await expect.poll(() => described('set'), PATIENCE).toBe('90 photos, 3 labels, 1 without a class');
    await (await view()).expand('set');
    // The label that is no class comes first.
    await expect.poll(() => rows(2), PATIENCE).toEqual(['Not indexed', 'mystery', 'panda', 'pyramid']);
    expect(await described('set', 'panda')).toBe('40 photos · panda');
    expect(await described('set', 'mystery')).toBe('10 photos · no class');
  });

  it('matches a label with a class by hand, and keeps that beside the model', async () => {
    await (await view()).rowAction(['set', 'mystery'], 'Choose the Class of Labels');
    await window.workbench.typeInQuickInput('lobster', { accept: false });
    await window.workbench.pick('lobster');
    await expect.poll(() => described('set', 'mystery'), PATIENCE).toBe('10 photos · lobster');
    await expect.poll(() => described('set'), PATIENCE).toBe('90 photos, 3 labels');
    const { photoLabels, labels } = await sidecar();
    expect(photoLabels).toMatchObject({ mystery: labels.indexOf('lobster') });
  });

  it('looks at a photo of the set without putting it on the list', async () => {
    await (await view()).expand('set', 'pyramid');
    const row = await (await view()).row('set', 'pyramid', '11.jpg');
    await row.locator('.custom-view-tree-node-item-icon[style*="data:image/png"]').waitFor();
    await (await view()).click('set', 'pyramid', '11.jpg');
    await window.workbench.waitForStatusBarItem('11.jpg');
    expect(await rows(1)).toEqual(['set']);
    await (await view()).collapse('set', 'pyramid');
  });

  it('indexes the set as a job, which goes on after a reload where it was', async () => {
    engine.hold();
    await (await view()).rowAction(['set', 'Not indexed'], 'Index a Folder of Photos');
    const first = async (): Promise<string[]> => {
      engine.pass();
      return rows(2);
    };
    await expect.poll(first, PATIENCE).toContainEqual(SOME);
    await window.workbench.reload();
    engine.release();
    await expect.poll(jobs, PATIENCE).toEqual([`${JOB}: stopped when the VS Code window closed`]);
    await (await view()).expand('set');
    await expect.poll(() => rows(2), PATIENCE).toContainEqual(SOME);
    await (await window.workbench.view('Unpool', 'Jobs')).rowAction(JOB, 'Start Job Again');
    await window.workbench.waitForNotification('set: 90 photos indexed');
    await window.workbench.clearNotifications();
    await expect.poll(() => rows(2), PATIENCE).toContain('Indexed 90 of 90');
  });

  it('has made what the command line makes without a break', async () => {
    const store = await mkdtemp(join(tmpdir(), 'unpool-index-'));
    try {
      const model = join(window.folder, 'models', MODEL);
      const { stderr } = await unpool('index', model, join(window.folder, 'set'), '--out', store);
      expect(stderr).toContain('labels of the photos: 3 of 3');
      const storage = join(window.server.userDataDir, 'User/workspaceStorage');
      const own = (await readdir(storage, { recursive: true })).find((name) =>
        /indexes[/\\][^/\\]*-set-[0-9a-f]{8}$/.test(name),
      );
      const made = await tablesOf(join(storage, own ?? 'none'));
      expect(made.size).toBeGreaterThan(15);
      expect([...made]).toEqual([...(await tablesOf(store))]);
    } finally {
      await rm(store, { recursive: true });
    }
  });

  it('shows in the hover of a layer what its strongest maps see', async () => {
    await window.workbench.openFile(SOURCE);
    const editor = new CodeEditor(window.workbench, SOURCE);
    const hover = await editor.hover('self.conv5 = ', 'conv5', /What relu5 answers most in set/);
    const rowsOf = hover.locator('tr').filter({ has: window.workbench.page.locator('img[alt^="map "]') });
    await expect.poll(() => rowsOf.count(), PATIENCE).toBe(3);
    expect(await textOf(rowsOf.first())).toMatch(
      /^map \d+ (mystery|panda|pyramid) \(selectivity [01]\.\d\d\)$/,
    );
    await editor.leave();
  });

  it('answers a language model what a map responds to', async () => {
    const answer = await callTool(window, 'describeMap', {
      model: `models/${MODEL}`,
      layer: 'conv5',
      map: 3,
    });
    const out = join(window.folder, 'top.json');
    const storage = join(window.server.userDataDir, 'User/workspaceStorage');
    const own = (await readdir(storage, { recursive: true })).find((name) => /-set-[0-9a-f]{8}$/.test(name));
    await unpool('top', join(storage, own ?? 'none'), '--layer', 'relu5', '--map', '3', '--out', out);
    const { maps } = JSON.parse(await readFile(out, 'utf8')) as {
      maps: { answers: number; top: { path: string; value: number }[] }[];
    };
    const [map] = maps;
    const short = (value: number): number => Number(value.toPrecision(4));
    const answered = map?.top.filter(({ value }) => value !== 0) ?? [];
    expect(factsOf(answer)).toMatchObject({
      layer: 'relu5',
      indexed: 90,
      maps: [
        {
          map: 3,
          answers: short(map?.answers ?? NaN),
          strongest: answered.map(({ path, value }) => ({ path, value: short(value) })),
        },
      ],
    });
    const { width, height } = await pictureOf(answer);
    expect(width).toBeGreaterThan(80);
    expect(height).toBeGreaterThan(80);
  });

  it('takes a set off the list, and leaves its photos', async () => {
    await (await view()).rowAction(['set'], 'Remove from the List');
    await expect.poll(() => rows(1), PATIENCE).toEqual([]);
    expect(await readdir(join(window.folder, 'set'))).toEqual(Object.keys(PHOTOS));
  });
});
