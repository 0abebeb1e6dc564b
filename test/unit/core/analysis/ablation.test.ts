/** What maps and layers are worth, held against PyTorch's forward hooks (test/fixtures/ablation/make.py) and closed forms. */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { AblatedScores } from '../../../../src/core/analysis/photo/ablatedScores.js';
import { ablatedPrediction } from '../../../../src/core/analysis/photo/ablatedPrediction.js';
import { classProbabilities } from '../../../../src/core/analysis/photo/predictions.js';
import { probabilities } from '../../../../src/core/analysis/photo/scores.js';
import { layersPart, mapParts, ranked } from '../../../../src/core/analysis/photoSet/ablation.js';
import type { AblatedPart, AblationResult, Fill } from '../../../../src/core/analysis/photoSet/ablation.js';
import { ablationJob } from '../../../../src/core/analysis/photoSet/ablationJob.js';
import type { Measures } from '../../../../src/core/analysis/photoSet/ablationSums.js';
import { labelMatches } from '../../../../src/core/analysis/photoSet/labelMatches.js';
import { photoAblation } from '../../../../src/core/analysis/photoSet/photoAblation.js';
import type { Engine } from '../../../../src/core/engine.js';
import { CancelledError } from '../../../../src/core/errors.js';
import { decodeImage } from '../../../../src/core/imaging/decode.js';
import { toInput } from '../../../../src/core/imaging/preprocess.js';
import { checkpointFolder } from '../../../../src/core/jobs/checkpoints.js';
import type { CheckpointStore } from '../../../../src/core/jobs/checkpoints.js';
import { contextOf } from '../../../../src/core/jobs/job.js';
import { gateOf } from '../../../../src/core/network/gate.js';
import { findLayer } from '../../../../src/core/network/layers.js';
import { openNetwork } from '../../../../src/core/network/open.js';
import type { Network } from '../../../../src/core/network/network.js';
import { IMAGENET } from '../../../../src/core/network/preprocessing.js';
import { removableLayers } from '../../../../src/core/network/removal.js';
import { openPhotoSet } from '../../../../src/core/photos/photoSet.js';
import type { FloatTensor } from '../../../../src/core/tensor.js';
import type { EngineClient } from '../../../../src/runtime/client.js';
import { startTestEngine } from '../../runtime/testEngine.js';
import { ZIP } from './photoSetFixture.js';
import { buildPhotoWorker } from './photoWorker.js';

const FIXTURE = join(import.meta.dirname, '../../../fixtures/ablation');
const NAMES = ['bars', 'spots', 'c2', 'noise', 'c4', 'c5', 'c6'];
/** A map of relu4 whose outgoing weights are all zero. */
const NEEDLESS = 3;

type Told = Readonly<Record<'top1' | 'top5' | 'own' | 'crossEntropy' | 'kept' | 'flipped', number>>;
interface Expected {
  readonly all: Told;
  readonly classes: Readonly<Record<string, Told>>;
}
const expected = JSON.parse(readFileSync(join(FIXTURE, 'expected.json'), 'utf8')) as {
  none: Expected;
  maps: Readonly<Record<string, readonly Expected[] | Expected>>;
  removed: Readonly<Record<string, Expected>>;
  photo: { path: string; before: number[]; after: number[] };
};

const folder = mkdtempSync(join(tmpdir(), 'unpool-ablation-'));
let workerFile: string;
let engine: EngineClient;
let network: Network;
beforeAll(async () => {
  workerFile = buildPhotoWorker(folder);
  engine = startTestEngine();
  network = await openNetwork(join(FIXTURE, 'residual.onnx'));
});
afterAll(() => {
  engine.dispose();
  rmSync(folder, { recursive: true, force: true });
});

interface Running {
  readonly fill?: Fill;
  readonly batch?: number;
  readonly engine?: Engine;
  readonly signal?: AbortSignal;
  readonly checkpoints?: CheckpointStore;
  readonly partial?: (part: AblationResult) => void;
}

async function ablated(
  parts: readonly AblatedPart[],
  { fill = 'zero', batch = 8, ...running }: Running = {},
): Promise<AblationResult> {
  const set = await openPhotoSet(ZIP);
  try {
    const matches = await labelMatches(network, set, NAMES);
    const options = { preprocessing: IMAGENET, names: NAMES, matches, layer: undefined, parts, fill, batch };
    const job = ablationJob(network, set, { ...options, workerFile });
    return await job.run(contextOf(running.engine ?? engine, running));
  } finally {
    await set.close();
  }
}

function expectMeasures(found: Measures, wanted: Told): void {
  expect(found.top1).toBeCloseTo(wanted.top1, 9);
  expect(found.top5).toBeCloseTo(wanted.top5, 9);
  expect(found.flipped).toBeCloseTo(wanted.flipped, 9);
  expect(found.own).toBeCloseTo(wanted.own, 5);
  expect(found.kept).toBeCloseTo(wanted.kept, 5);
  expect(found.crossEntropy).toBeCloseTo(wanted.crossEntropy, 4);
}

function expectAll({ sums }: AblationResult, ablation: number, wanted: Expected): void {
  expectMeasures(sums.measures(ablation), wanted.all);
  for (const [classIndex, told] of Object.entries(wanted.classes)) {
    expectMeasures(sums.measures(ablation, Number(classIndex)), told);
  }
}

const layer = (name: string): ReturnType<typeof findLayer> => findLayer(network.layers, name);
const partsOf = (name: string, groups?: readonly (readonly number[])[]): readonly AblatedPart[] =>
  mapParts(network, layer(name), groups);

/** A photo of the set as the network's input. */
async function imageOf(path: string): Promise<FloatTensor> {
  const set = await openPhotoSet(ZIP);
  const photo = set.photos.find((each) => each.path === path);
  if (photo === undefined) {
    throw new Error(`there is no ${path}`);
  }
  const image = await decodeImage(await set.read(photo), path);
  await set.close();
  return toInput(image, IMAGENET, network.input);
}

describe('maps that are switched off', () => {
  for (const name of ['relu1', 'conv2', 'relu4']) {
    for (const fill of ['zero', 'mean'] as const) {
      it(`${name}, set to ${fill}: the set and each class lose what PyTorch says`, async () => {
        const result = await ablated(partsOf(name), { fill });
        const wanted = expected.maps[`${name} ${fill}`] as readonly Expected[];
        expect(wanted).toHaveLength(8);
        expectAll(result, 0, expected.none);
        wanted.forEach((each, map) => {
          expectAll(result, map + 1, each);
        });
        expect(result.problems.map(({ path }) => path)).toEqual(['noise/empty.png', 'noise/notes.png']);
      });
    }
    it(`${name}: two maps at once`, async () => {
      const result = await ablated(partsOf(name, [[1, 6]]));
      expectAll(result, 1, expected.maps[`${name} together`] as Expected);
    });
  }

  it('costs exactly nothing where nothing reads the map', async () => {
    const { sums } = await ablated(partsOf('relu4'));
    expect(sums.measures(NEEDLESS + 1)).toEqual(sums.measures(0));
    expect(sums.greatestLosses(NEEDLESS + 1)).toEqual([]);
    expect(sums.measures(2)).not.toEqual(sums.measures(0));
  });

  it('gives the same however many maps and photos run at once', async () => {
    const [one, many] = [
      await ablated(partsOf('relu1'), { batch: 1 }),
      await ablated(partsOf('relu1'), { batch: 64 }),
    ];
    for (let ablation = 0; ablation < 9; ablation++) {
      const [a, b] = [one.sums.measures(ablation), many.sums.measures(ablation)];
      expect({ ...a, own: 0, crossEntropy: 0, kept: 0 }).toEqual({ ...b, own: 0, crossEntropy: 0, kept: 0 });
      expect(a.own).toBeCloseTo(b.own, 6);
      expect(a.crossEntropy).toBeCloseTo(b.crossEntropy, 5);
    }
  });

  it('ranks by what is lost of the probability', async () => {
    const result = await ablated(partsOf('relu4'));
    const rows = ranked(result);
    const lost = (expected.maps['relu4 zero'] as readonly Expected[]).map(
      ({ all }) => expected.none.all.own - all.own,
    );
    const order = [...lost.keys()].sort((a, b) => (lost[b] ?? 0) - (lost[a] ?? 0));
    expect(rows.map(({ part }) => part.maps[0])).toEqual(order);
    rows.forEach((row, place) => {
      expect(row.lost).toBeCloseTo(lost[order[place] ?? -1] ?? NaN, 5);
    });
  });

  it('refuses maps that the layer does not have, and tensors that are no maps', () => {
    expect(() => partsOf('relu4', [[8]])).toThrow(
      /residual.onnx: layer 'relu4' has no map 8; its 8 maps are numbered/,
    );
    const tokens = { ...layer('relu4'), output: 'image' };
    const odd = { ...network, shapes: { ...network.shapes, shapeOf: () => [1, 4, 8] } };
    expect(() => gateOf(odd, tokens)).toThrow(/gives \[1, 4, 8\], which are no feature maps/);
  });

  it('refuses a layer that does not reach the scores', async () => {
    const { nodes } = network.model.graph;
    const lonely = nodes.map((node) => (node.name === 'mean' ? { ...node, inputs: ['relu3'] } : node));
    const other: Network = {
      ...network,
      model: { ...network.model, graph: { ...network.model.graph, nodes: lonely } },
    };
    const image = await imageOf('bars/00.png');
    const ablation = [{ gate: gateOf(network, layer('relu4')), maps: [0] }];
    await expect(ablatedPrediction(engine, other, image, ablation)).rejects.toThrow(
      /residual.onnx: nothing of 'relu4' reaches the class scores 'scores'/,
    );
  });
});

describe('whole layers that are removed', () => {
  it('are taken out where shapes agree, else set to zero; of a residual branch the skip is left', async () => {
    const groups = Object.keys(expected.removed);
    const parts = groups.map((names) => layersPart(network, names.split(',').map(layer)));
    const how = parts.map(({ removals }) =>
      removals.map(({ gate, isBranch }) =>
        gate.bypass === undefined ? (isBranch ? 'branch' : 'zero') : 'out',
      ),
    );
    expect(how).toEqual([['zero'], ['out'], ['branch'], ['out'], ['zero', 'out']]);
    const result = await ablated(parts);
    expectAll(result, 0, expected.none);
    groups.forEach((names, index) => {
      expectAll(result, index + 1, expected.removed[names] as Expected);
    });
  });

  it('of both layers of a branch leave the skip, as without the last one', async () => {
    const [both, last] = [['conv2', 'conv3'], ['conv3']].map((names) =>
      layersPart(network, names.map(layer)),
    );
    const { sums } = await ablated([both as AblatedPart, last as AblatedPart]);
    expectMeasures(sums.measures(1), expected.removed['conv3']?.all as Told);
    expect(sums.measures(2).own).toBeCloseTo(sums.measures(1).own, 6);
  });

  it('are by default those with weights but the one that makes the scores', () => {
    expect(removableLayers(network).map(({ name }) => name)).toEqual(['conv1', 'conv2', 'conv3', 'conv4']);
  });
});

describe('one photo', () => {
  it('has the probabilities that PyTorch says, with and without', async () => {
    const image = await imageOf(expected.photo.path);
    const ablation = [{ gate: gateOf(network, layer('relu4')), maps: [1, 6] }];
    const { before, after } = await ablatedPrediction(engine, network, image, ablation);
    expected.photo.before.forEach((share, index) => {
      expect(before[index]).toBeCloseTo(share, 5);
    });
    expected.photo.after.forEach((share, index) => {
      expect(after[index]).toBeCloseTo(share, 5);
    });
  });

  it('answers as the plain run does, bit by bit, where nothing is off', async () => {
    const image = await imageOf('bars/06.png');
    const [plain] = await classProbabilities(engine, network, image);
    // Not conv2: onnxruntime merges it with the normalisation behind it, which rounds otherwise. And products of matrices
    // round otherwise for several rows than for one.
    for (const name of ['relu1', 'relu3', 'relu4']) {
      const nothing = [{ gate: gateOf(network, layer(name)), maps: [] }];
      const scores = new AblatedScores(network, [nothing], new Map(), { photos: 1, rows: 1 });
      const [[row = new Float32Array()] = []] = await scores.of(engine, image.data, {});
      expect(probabilities(row, { kind: 'logits' })).toEqual(plain);
      const { before, after } = await ablatedPrediction(engine, network, image, nothing);
      expect(after).toEqual(before);
    }
  });

  it("answers what the last layer's biases say where everything is off", async () => {
    const image = await imageOf('bars/06.png');
    const { after } = await ablatedPrediction(engine, network, image, [
      { gate: gateOf(network, layer('relu4')), maps: 'all' },
    ]);
    const constant = network.model.graph.constants.get('fc.bias');
    const bytes = constant?.data.kind === 'inline' ? Uint8Array.from(constant.data.bytes) : new Uint8Array();
    expect(bytes).toHaveLength(4 * 7);
    const powers = [...new Float32Array(bytes.buffer)].map(Math.exp);
    const sum = powers.reduce((total, power) => total + power, 0);
    powers.forEach((power, index) => {
      expect(after[index]).toBeCloseTo(power / sum, 6);
    });
  });

  it('loses of its answer what a set of it alone loses', async () => {
    const image = await imageOf(expected.photo.path);
    const parts = partsOf('relu4', [[1, 6]]);
    const asked = { fill: 'zero', layer: layer('relu4'), parts, names: NAMES } as const;
    const result = await photoAblation(engine, network, { path: 'p', input: image }, asked);
    const answer = expected.photo.before.indexOf(Math.max(...expected.photo.before));
    expect(result.sums.measures(0).kept).toBeCloseTo(expected.photo.before[answer] ?? NaN, 5);
    expect(result.sums.measures(1).kept).toBeCloseTo(expected.photo.after[answer] ?? NaN, 5);
    expect(result.sums.measures(1)).toMatchObject({ photos: 1, labelled: 0 });
  });
});

describe('the job', () => {
  it('runs what lies before the layer once a batch, whatever the number of maps', async () => {
    const models: number[] = [];
    const counting: Engine = {
      run: (steps, options) => {
        models.push(steps.length);
        return engine.run(steps, options);
      },
    };
    await ablated(partsOf('relu4'), { engine: counting, batch: 64 });
    // 44 photos at once: the front, then nine runs of the rest, as 64 rows hold one ablation of all photos; eight a request.
    expect(models).toEqual([1 + 8, 1 + 1]);
  });

  it('goes on where it was ended, with the same numbers', async () => {
    const whole = await ablated(partsOf('relu1'), { fill: 'mean' });
    const checkpoints = checkpointFolder(join(folder, 'checkpoints'), { interval: 0 });
    const end = new AbortController();
    let parts = 0;
    const partial = (): void => {
      parts++;
      if (parts === 2) {
        end.abort();
      }
    };
    await expect(
      ablated(partsOf('relu1'), { fill: 'mean', checkpoints, signal: end.signal, partial }),
    ).rejects.toThrow(CancelledError);
    let later = 0;
    const resumed = await ablated(partsOf('relu1'), { fill: 'mean', checkpoints, partial: () => later++ });
    expect(parts + later).toBe(6);
    expect(later).toBeLessThan(6);
    for (let ablation = 0; ablation < 9; ablation++) {
      expect(resumed.sums.measures(ablation)).toEqual(whole.sums.measures(ablation));
      expect(resumed.sums.greatestLosses(ablation)).toEqual(whole.sums.greatestLosses(ablation));
    }
    expect(readdirSync(join(folder, 'checkpoints'))).toEqual([]);
  });
});
