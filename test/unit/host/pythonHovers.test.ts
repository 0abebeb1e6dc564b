/** What hovers say in a Python source of what has no layer. VS Code is played by the little of it that is used. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, expect, it, vi } from 'vitest';

import type { MarkdownString, Position, TextDocument } from 'vscode';

import { openNetwork } from '../../../src/core/network/open.js';
import type { Network } from '../../../src/core/network/network.js';
import { SourceReader } from '../../../src/core/source/sourceReader.js';
import type { SourceMap } from '../../../src/core/source/sourceMap.js';
import type { ValueCards } from '../../../src/host/hovers/valueCards.js';
import { PythonHovers } from '../../../src/host/python/pythonHovers.js';
import type { SourceLinks } from '../../../src/host/python/sourceLinks.js';
import type { Selection } from '../../../src/host/selection.js';
import { FIXTURES } from '../core/source/files.js';

vi.mock('vscode', () => {
  class Markdown {
    value = '';
    appendMarkdown(text: string): this {
      this.value += text;
      return this;
    }
    appendText(text: string): this {
      return this.appendMarkdown(text);
    }
  }
  class Extent {
    readonly start: readonly number[];
    readonly end: readonly number[];
    constructor(...[startLine = 0, start = 0, endLine = 0, end = 0]: readonly number[]) {
      [this.start, this.end] = [
        [startLine, start],
        [endLine, end],
      ];
    }
  }
  class Shown {
    constructor(
      readonly contents: unknown,
      readonly range: unknown,
    ) {}
  }
  const filled = (text: string, ...values: readonly unknown[]): string =>
    text.replace(/\{(\d)\}/g, (_, place) => String(values[Number(place)]));
  return {
    MarkdownString: Markdown,
    Range: Extent,
    Hover: Shown,
    l10n: { t: filled },
    env: { language: 'en' },
  };
});

const [NESTED, BLOCKS] = [join(FIXTURES, 'nested.py'), join(FIXTURES, 'blocks.py')];
const MODEL = join(FIXTURES, 'nested-torchscript.onnx');
const lines = readFileSync(BLOCKS, 'utf8').split('\n');
let network: Network;
let map: SourceMap | undefined;

beforeAll(async () => {
  network = await openNetwork(MODEL);
  map = (await new SourceReader().connect({ roots: [], texts: new Map() }, NESTED, [MODEL])).maps.get(MODEL);
});

/** The text of the first part of the hover in the middle of some code in a line; '' where there is none. */
async function hoverAt(lineWith: string, code: string): Promise<string> {
  const model = {
    uri: { toString: () => 'file:///nested.onnx' },
    network,
    view: { name: 'nested.onnx', layers: network.layers },
  };
  const linked = {
    ...{ all: { file: BLOCKS, links: [{ model, map }] }, model, map },
    ...{ anchors: map?.anchors.get(BLOCKS) ?? [], folded: map?.folded.get(BLOCKS) ?? [] },
  };
  const document = {
    getText: ({ start, end }: { start: readonly number[]; end: readonly number[] }) =>
      lines[start[0] ?? NaN]?.slice(start[1], start[0] === end[0] ? end[1] : undefined),
  };
  const line = lines.findIndex((each) => each.includes(lineWith));
  const character = (lines[line]?.indexOf(code) ?? NaN) + 1;
  const hovers = new PythonHovers(
    { of: async () => linked } as unknown as SourceLinks,
    { layerOf: () => undefined } as unknown as Selection,
    {} as ValueCards,
  );
  const hover = await hovers.provide(
    'head',
    document as unknown as TextDocument,
    { line, character } as Position,
    new AbortController().signal,
  );
  return (hover?.contents as unknown as MarkdownString | undefined)?.value ?? '';
}

it('says into which convolutions a batch normalisation was folded, where it is made, named and called', async () => {
  const layers = ['layer1.0.conv1', 'layer2.0.conv1', 'layer2.1.conv1'];
  const sentence =
    'The exporter of nested.onnx folded the scale and shift of this batch normalization into the weights and bias of ' +
    layers.join(', ');
  for (const [line, code, name] of [
    ['self.bn1 = norm_layer(outputs)', 'bn1', 'self.bn1'],
    ['self.bn1 = norm_layer(outputs)', 'norm_layer', 'norm_layer(outputs)'],
    ['out = self.relu(self.bn1(self.conv1(x)))', 'bn1', 'self.bn1'],
  ] as const) {
    const text = await hoverAt(line, code);
    expect(text).toContain(`**${name}**: folded into layer1.0.conv1 and 2 more`);
    expect(text).toContain(sentence);
    for (const layer of layers) {
      const query = encodeURIComponent(JSON.stringify([{ uri: 'file:///nested.onnx', layer }]));
      expect(text).toContain(`[${layer}](command:unpool.goToLayer?${query})`);
    }
  }
});

it('tells of the layers themselves as before', async () => {
  const text = await hoverAt('self.conv1 = conv3x3(', 'conv1');
  expect(text).toContain('**self.conv1**: 3 layers');
  expect(text).not.toContain('folded');
});
