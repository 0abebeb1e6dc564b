/** Where class names come from. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { chooseLabels } from '../../../../src/core/network/classNames.js';
import { openNetwork } from '../../../../src/core/network/open.js';
import { sidecarPath } from '../../../../src/core/network/sidecar.js';
import { modelBytes, modelFolder, smallGraph, value, weight, writeFile } from '../onnx/modelFile.js';

let folders = 0;

/** A model with `classes` classes in a folder of its own, with `beside` it. */
function model(
  classes: number,
  { metadata = {}, beside = {} }: { metadata?: Record<string, string>; beside?: Record<string, string> } = {},
): string {
  const graph = smallGraph();
  const folder = `names${folders++}/onnx`;
  mkdirSync(join(modelFolder, folder), { recursive: true });
  for (const [name, content] of Object.entries(beside)) {
    writeFileSync(join(modelFolder, folder, name), content);
  }
  graph.initializer = [weight('w', [classes, 3, 3, 3]), weight('b', [classes])];
  graph.output = [value('scores')];
  const metadataProps = Object.entries(metadata).map(([key, text]) => ({ key, value: text }));
  return writeFile(`${folder}/net.onnx`, modelBytes(graph, { metadataProps }));
}

const chosen = async (file: string, option?: string): ReturnType<typeof chooseLabels> =>
  chooseLabels(await openNetwork(file), option);

const three = ['cat', 'dog', 'fox'];

describe('chooseLabels', () => {
  it('reads the metadata of the model', async () => {
    const file = model(3, { metadata: { author: 'x', names: "{0: 'cat', 1: 'dog', 2: 'fox'}" } });
    expect(await chosen(file)).toEqual({ names: three, origin: 'metadata', from: 'names' });
  });

  it.each([
    ['labels.txt', 'cat\ndog\nfox\n'],
    ['net.labels.txt', '0\tcat\n1\tdog\n2\tfox\n'],
    ['config.json', '{"id2label": {"0": "cat", "1": "dog", "2": "fox"}}'],
    ['../config.json', '{"id2label": {"0": "cat", "1": "dog", "2": "fox"}}'],
  ])('reads %s beside the model', async (from, content) => {
    expect(await chosen(model(3, { beside: { [from]: content } }))).toEqual({
      names: three,
      origin: 'file',
      from,
    });
  });

  it('passes over names that are not as many as the classes, or are made up', async () => {
    const beside = {
      'labels.txt': 'cat\ndog\n',
      'config.json': '{"id2label": {"0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2"}}',
    };
    const file = model(3, { metadata: { names: "['cat', 'dog']" }, beside });
    expect(await chosen(file)).toEqual({ names: [], origin: 'none', from: '' });
  });

  it('prefers what is asked for, then the sidecar', async () => {
    const file = model(3, { beside: { 'labels.txt': 'a\nb\nc\n' } });
    writeFileSync(sidecarPath(file), JSON.stringify({ labels: three }));
    expect(await chosen(file)).toEqual({ names: three, origin: 'sidecar', from: 'net.unpool.json' });
    const asked = join(dirname(file), 'labels.txt');
    expect(await chosen(file, asked)).toEqual({ names: ['a', 'b', 'c'], origin: 'asked', from: asked });
  });

  it('assumes ImageNet of 1,000 and 1,001 classes until somebody says so, or that there are none', async () => {
    const file = model(1000);
    const { names, origin } = await chosen(file);
    expect(origin).toBe('assumed');
    expect([names.length, names[0], names[285], names[967]]).toEqual([
      1000,
      'tench',
      'Egyptian cat',
      'espresso',
    ]);
    const shifted = await chosen(model(1001));
    expect([shifted.names.length, shifted.names[0], shifted.names[1]]).toEqual([1001, 'background', 'tench']);

    writeFileSync(sidecarPath(file), '{"labels": "imagenet"}');
    expect(await chosen(file)).toEqual({ names, origin: 'sidecar', from: 'net.unpool.json' });
    writeFileSync(sidecarPath(file), '{"labels": []}');
    expect(await chosen(file)).toMatchObject({ names: [], origin: 'sidecar' });
  });

  it('refuses ImageNet for another number of classes', async () => {
    await expect(chosen(model(3), 'imagenet')).rejects.toThrow(
      /ImageNet names 1000 classes.*this model has 3/,
    );
  });
});
