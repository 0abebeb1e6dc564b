import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, it } from 'vitest';

import { csvRows } from '../../../src/core/photos/csv.js';
import { readTable } from '../../../src/core/store/table.js';
import { ROOT, unpool } from './run.js';

const FIXTURE = join(ROOT, 'test/fixtures/photoSet');
const TINY = join(FIXTURE, 'tiny.onnx');
const LINEAR = join(FIXTURE, 'linear.onnx');
const PHOTOS = join(FIXTURE, 'photos.zip');

const folder = mkdtempSync(join(tmpdir(), 'unpool-cli-evaluate-'));
const labels = join(folder, 'names.txt');
writeFileSync(labels, ['bars', 'spot, "round"', 'c2', 'noise', 'c4', 'c5', 'c6'].join('\n'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const csv = (file: string): (readonly string[])[] =>
  [...csvRows(readFileSync(file, 'utf8'), file)].map(({ fields }) => fields);

describe('unpool evaluate', () => {
  it('tells the errors of each model and of their mean, and what was skipped', async () => {
    const { status, stdout, stderr } = await unpool('evaluate', TINY, LINEAR, PHOTOS, '--labels', labels);
    expect(status).toBe(0);
    expect(stderr).toMatch(/linear.onnx: preprocessing: imagenet \(assumed/);
    expect(stdout).toMatch(/photos.zip: 42 photos, 7 classes, one crop\n2 skipped:\n {2}noise\/empty.png: /);
    expect(stdout).toMatch(/\ntiny.onnx +81.0 % +66.7 % to 90.0 % +2.4 % /);
    expect(stdout).toMatch(/\nlinear.onnx +61.9 % +46.8 % to 75.0 % +16.7 % /);
    expect(stdout).toMatch(/\nmean of 2 +59.5 % +44.5 % to 73.0 % +14.3 % .* 20.6 %\n/);
    expect(stdout).toMatch(/\nMost wrong\n.*\nnoise\/29.png +noise /);
  });

  it('writes the same numbers as JSON, CSV and Parquet', async () => {
    const to = (name: string): Promise<{ status: number | null }> =>
      unpool('evaluate', TINY, LINEAR, PHOTOS, '--labels', labels, '--out', join(folder, name));
    for (const name of ['all.json', 'all.csv', 'all']) {
      expect((await to(name)).status).toBe(0);
    }
    const summary = JSON.parse(readFileSync(join(folder, 'all.json'), 'utf8')) as {
      results: { model: string; top1: { wrong: number }; confusion: object[]; mostWrong: object[] }[];
    };
    expect(summary).toEqual(JSON.parse(readFileSync(join(folder, 'all/evaluation.json'), 'utf8')));
    expect(summary.results.map(({ top1 }) => top1.wrong)).toEqual([34, 26, 25]);
    expect(summary.results[2]?.mostWrong[0]).toMatchObject({ path: 'noise/29.png', class: 3, predicted: 5 });

    const answers = await readTable(join(folder, 'all/answers.parquet'), ['path', 'rank', 'problem']);
    const [heading, ...rows] = csv(join(folder, 'all.csv'));
    expect(heading?.slice(0, 7)).toEqual(['model', 'photo', 'path', 'label', 'class', 'rank', 'probability']);
    expect(rows).toHaveLength(3 * 44);
    const column = (name: string): unknown[] => Array.from(answers[name] ?? [], (value) => value ?? '');
    expect(rows.map((row) => row[2])).toEqual(column('path'));
    expect(rows.map((row) => row[5])).toEqual(column('rank').map(String));
    expect(rows.map((row) => row.at(-1))).toEqual(column('problem'));

    const classes = csv(join(folder, 'all.classes.csv'));
    expect(classes.filter(([model]) => model === 'tiny.onnx').map((row) => row[2])).toContain(
      'spot, "round"',
    );
    // tiny.onnx takes two of fourteen spots for what they are, and nothing else.
    expect(classes.find(([model, index]) => model === 'tiny.onnx' && index === '1')?.slice(3)).toEqual([
      ...['14', '2', '2', '1', String(1 / 7)],
    ]);
    const models = await readTable(join(folder, 'all/models.parquet'), ['top_1_wrong', 'top_5_low']);
    expect(Array.from(models['top_1_wrong'] ?? [])).toEqual([34, 26, 25]);
    expect(csv(join(folder, 'all.confusion.csv')).length - 1).toBe(
      summary.results.reduce((sum, { confusion }) => sum + confusion.length, 0),
    );
    expect(csv(join(folder, 'all.calibration.csv'))).toHaveLength(1 + 3 * 15);
  });

  it('asks about changed photos, too', async () => {
    const out = join(folder, 'changed.csv');
    const asked = ['evaluate', TINY, LINEAR, PHOTOS, '--labels', labels, '--robustness', '--out', out];
    const { status, stdout } = await unpool(...asked);
    expect(status).toBe(0);
    // Of 42 photos, as Python says (robustness.json): 28 wrong and 20 flipped; 26 wrong and one flipped.
    expect(stdout).toMatch(/\nChanged photos\n.*\ntiny.onnx +mirrored +66.7 % .* 47.6 % /);
    expect(stdout).toMatch(/\nmean of 2 +in another light +61.9 % .* 2.4 % /);
    const [heading, ...rows] = csv(join(folder, 'changed.robustness.csv'));
    expect(heading?.slice(0, 4)).toEqual(['model', 'change', 'photos', 'top_1_wrong']);
    expect(rows.map((row) => row.slice(0, 4))).toEqual([
      ['tiny.onnx', 'mirror', '42', '28'],
      ['tiny.onnx', 'lighting', '42', '34'],
      ['linear.onnx', 'mirror', '42', '23'],
      ['linear.onnx', 'lighting', '42', '26'],
      ['mean of 2', 'mirror', '42', '24'],
      ['mean of 2', 'lighting', '42', '26'],
    ]);
    expect(csv(join(folder, 'changed.changed.csv'))).toHaveLength(1 + 6 * 44);
  });

  it('ends with 1 where the labels are no classes, with 2 where photos are missing', async () => {
    const model = join(folder, 'tiny.onnx');
    copyFileSync(TINY, model);
    const without = await unpool('evaluate', model, PHOTOS);
    expect(without.status).toBe(1);
    expect(without.stderr).toMatch(
      /unpool: .*photos.zip: no photo has a label that is a class of .*tiny.onnx/,
    );
    const alone = await unpool('evaluate', model);
    expect(alone.status).toBe(2);
    expect(alone.stderr).toMatch(/'.*tiny.onnx' stands alone; give a model, or several, and photos/);
    const picture = await unpool('evaluate', model, PHOTOS, '--out', join(folder, 'x.png'));
    expect(picture.status).toBe(1);
    expect(picture.stderr).toMatch(/use .json, .csv, or the name of a folder/);
    expect(existsSync(join(folder, 'x.png'))).toBe(false);
  });
});
