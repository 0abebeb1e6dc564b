/** Units projected through what they see against the same units projected through the whole network. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import {
  projectSeeds,
  projectUnit,
  seedsAt,
  wholeProjection,
} from '../../../../../src/core/analysis/photo/projection.js';
import { wholePass } from '../../../../../src/core/analysis/photo/projectionPass.js';
import type {
  ProjectionPass,
  ProjectionSetting,
} from '../../../../../src/core/analysis/photo/projectionPass.js';
import {
  strongestOfMaps,
  unitProjectionsJob,
} from '../../../../../src/core/analysis/photo/unitProjections.js';
import type { UnitTarget } from '../../../../../src/core/analysis/photo/unitProjections.js';
import { passFor, windowedPass, windowsOf } from '../../../../../src/core/analysis/photo/windowedPass.js';
import type { Method, NormalizationMode } from '../../../../../src/core/backward/rule.js';
import type { Target, Unit } from '../../../../../src/core/backward/seed.js';
import { contextOf } from '../../../../../src/core/jobs/job.js';
import { openNetwork } from '../../../../../src/core/network/open.js';
import type { Network } from '../../../../../src/core/network/network.js';
import { floatTensor } from '../../../../../src/core/tensor.js';
import type { FloatTensor } from '../../../../../src/core/tensor.js';
import { decodeNpy } from '../../../../../src/core/npy.js';
import type { Layer } from '../../../../../src/core/network/layers.js';
import type { EngineClient } from '../../../../../src/runtime/client.js';
import { startTestEngine } from '../../../runtime/testEngine.js';
import { modelBytes, node, smallGraph, weight, writeFile } from '../../onnx/modelFile.js';

const NETWORKS = join(import.meta.dirname, '../../../../fixtures/networks');

let engine: EngineClient;
beforeAll(() => {
  engine = startTestEngine();
});
afterAll(() => {
  engine.dispose();
});

/** The convolutions of a network, from the image on. */
function convolutions({ layers }: Network): Layer[] {
  return layers.filter(({ node }) => node.opType === 'Conv');
}

/** Corners, borders and the middle of some maps. */
function someUnits({ outputShape }: Layer): Unit[] {
  const [, channels = 1, height = 1, width = 1] = (outputShape ?? []).map(Number);
  return [
    { channel: 0, y: 0, x: 0 },
    { channel: channels - 1, y: height - 1, x: width - 1 },
    { channel: 1, y: Math.floor(height / 2), x: Math.floor(width / 2) },
    { channel: 2 % channels, y: Math.floor(height / 3), x: width - 1 },
  ];
}

/** The projections of units through one pass, as whole pictures. */
async function through(
  pass: ProjectionPass,
  network: Network,
  photo: FloatTensor,
  { layer }: ProjectionSetting,
  units: readonly Unit[],
): Promise<FloatTensor[]> {
  const targets = units.map((unit): Target => ({ kind: 'unit', ...unit }));
  const seeds = await seedsAt(engine, network, photo, pass, targets, { layer });
  const found: FloatTensor[] = [];
  for (let at = 0; at < units.length; at += pass.batch) {
    const some = seeds.slice(at, at + pass.batch);
    const parts = await projectSeeds(engine, network, photo, pass, some, undefined);
    found.push(...parts.map((part) => wholeProjection(part, network.input.shape)));
  }
  return found;
}

const CASES: [string, Method, NormalizationMode][] = [
  ['alexnet.onnx', 'deconvnet', 'pass'],
  ['alexnet.onnx', 'gradient', 'exact'],
  ['alexnet.lrn.onnx', 'deconvnet', 'exact'],
  ['zfnet.onnx', 'guided', 'exact'],
  ['vgg11.onnx', 'deconvnet', 'pass'],
  ['squeezenet.onnx', 'guided', 'exact'],
  ['resnet18.onnx', 'deconvnet', 'pass'],
  ['resnet18.folded.onnx', 'gradient', 'exact'],
  ['mobilenet.onnx', 'guided', 'exact'],
];

describe.each(CASES)('%s, %s, %s', (file, method, normalization) => {
  it('projects units exactly as through the whole network', async () => {
    const network = await openNetwork(join(NETWORKS, file));
    const name = file.replace(/\..*/, '.input.npy');
    const photo = decodeNpy(new Uint8Array(readFileSync(join(NETWORKS, name))), name);
    const all = convolutions(network);
    const layers = [all[0], all[Math.floor(all.length / 2)], all.at(-1)].filter(
      (layer) => layer !== undefined,
    );
    for (const layer of layers) {
      const units = someUnits(layer);
      const setting = { layer, method, normalization };
      const windows = windowsOf(network, layer);
      if (windows === undefined) {
        throw new Error(`windows do not lead to ${layer.name}`);
      }
      const windowed = windowedPass(network, setting, windows, units.length);
      const whole = await through(wholePass(network, setting), network, photo, setting, units);
      const parts = await through(windowed, network, photo, setting, units);
      expect(parts).toHaveLength(units.length);
      parts.forEach(({ data, shape }, place) => {
        const expected = whole[place];
        expect(shape).toEqual(expected?.shape);
        const scale = expected?.data.reduce((most, each) => Math.max(most, Math.abs(each)), 1e-12) ?? NaN;
        const difference = data.reduce(
          (most, each, at) => Math.max(most, Math.abs(each - (expected?.data[at] ?? NaN))),
          0,
        );
        expect(data.some(Number.isNaN)).toBe(false);
        expect(difference / scale).toBeLessThan(5e-6);
      });
    }
  });
});

it('takes the strongest unit of every map', async () => {
  const network = await openNetwork(join(NETWORKS, 'zfnet.onnx'));
  const photo = decodeNpy(new Uint8Array(readFileSync(join(NETWORKS, 'zfnet.input.npy'))), 'zfnet.input.npy');
  const layer = convolutions(network)[1];
  if (layer === undefined) {
    throw new Error('zfnet has a second convolution');
  }
  const setting = { layer, method: 'deconvnet', normalization: 'pass' } as const;
  const seen: number[] = [];
  const job = unitProjectionsJob(network, photo, { ...setting, targets: strongestOfMaps(network, layer) });
  const shares: number[] = [];
  const parts = await job.run(
    contextOf(engine, {
      partial: (units) => seen.push(...units.map(({ unit }) => unit.channel)),
      report: (_, share) => shares.push(share),
    }),
  );
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect([shares[0], shares.at(-1)]).toEqual([0, 1]);
  expect(seen).toEqual([...Array(layer.outputShape?.[1]).keys()]);
  const channel = 3;
  const expected = await projectUnit(engine, network, photo, {
    ...setting,
    target: { kind: 'strongestOfMap', channel },
  });
  expect(parts[channel]?.unit).toEqual(expected.unit);
  const whole = wholeProjection(parts[channel] ?? expectPart(), network.input.shape);
  whole.data.forEach((each, at) => expect(each).toBeCloseTo(expected.projection.data[at] ?? NaN, 5));
});

function expectPart(): never {
  throw new Error('there is no such projection');
}

it('goes through the whole network where an operator sees everything, and names a unit that does not exist', async () => {
  const network = await openNetwork(join(NETWORKS, 'vgg11.onnx'));
  const photo = decodeNpy(new Uint8Array(readFileSync(join(NETWORKS, 'vgg11.input.npy'))), 'vgg11.input.npy');
  const layer = network.layers.findLast(({ node }) => node.opType === 'Gemm');
  if (layer === undefined) {
    throw new Error('vgg11 ends in a matrix product');
  }
  const setting = { layer, method: 'gradient', normalization: 'exact' } as const;
  const unit = { channel: 4, y: 0, x: 0 };
  const projected = (target: UnitTarget): ReturnType<ReturnType<typeof unitProjectionsJob>['run']> =>
    unitProjectionsJob(network, photo, { ...setting, targets: [target] }).run(contextOf(engine));
  const [part] = await projected({ kind: 'unit', ...unit });
  const expected = await projectUnit(engine, network, photo, {
    ...setting,
    target: { kind: 'unit', ...unit },
  });
  expect(part?.part.data).toEqual(expected.projection.data);
  await expect(projected({ kind: 'unit', channel: 99, y: 0, x: 0 })).rejects.toThrow(/there is no map 99/);
});

it('takes the way that costs less: windows where they are small, all of the network where they cover it', async () => {
  const small = await openNetwork(join(NETWORKS, 'alexnet.onnx'));
  const deep = await openNetwork(join(NETWORKS, 'resnet18.onnx'));
  const passOf = (network: Network, place: number): ProjectionPass | undefined => {
    const layer = convolutions(network).at(place);
    return layer && passFor(network, { layer, method: 'deconvnet', normalization: 'pass' }, 4);
  };
  expect(passOf(small, 0)?.batch).toBe(4);
  expect(passOf(deep, -1)?.batch).toBe(1);
});

it('reads what is computed from weights alone, as where an exporter copies an equal weight', async () => {
  const graph = smallGraph();
  const [conv, ...rest] = graph.node;
  if (conv === undefined) {
    throw new Error('no convolution');
  }
  const file = writeFile(
    'copied.onnx',
    modelBytes({
      ...graph,
      node: [
        { ...conv, output: ['raw'] },
        node('Identity', ['scale'], ['copied']),
        node('Mul', ['raw', 'copied'], ['c']),
        ...rest,
      ],
      initializer: [...graph.initializer, weight('scale', [64, 1, 1])],
    }),
  );
  const network = await openNetwork(file);
  const layer = network.layers.find(({ node: { opType } }) => opType === 'Relu');
  if (layer === undefined) {
    throw new Error('no rectifier');
  }
  const photo = floatTensor(
    [1, 3, 16, 16],
    Float32Array.from({ length: 768 }, (_, at) => Math.sin(at)),
  );
  const setting = { layer, method: 'gradient', normalization: 'exact' } as const;
  const windows = windowsOf(network, layer);
  if (windows === undefined) {
    throw new Error('windows do not lead to the layer');
  }
  const units = someUnits(layer);
  const parts = await through(
    windowedPass(network, setting, windows, units.length),
    network,
    photo,
    setting,
    units,
  );
  const whole = await through(wholePass(network, setting), network, photo, setting, units);
  expect(whole.some(({ data }) => data.some((each) => each !== 0))).toBe(true);
  parts.forEach(({ data }, place) => {
    data.forEach((each, at) => expect(each).toBeCloseTo(whole[place]?.data[at] ?? NaN, 5));
  });
});
