import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

import { decodeImage } from '../../../src/core/imaging/decode.js';
import { decodeNpy, encodeNpy } from '../../../src/core/npy.js';
import { floatTensor } from '../../../src/core/tensor.js';
import { modelBytes, node, smallGraph, value, weight, writeFile } from '../core/onnx/modelFile.js';
import { ROOT, unpool } from './run.js';

const media = join(ROOT, 'media');
const zfnet = join(media, 'models/zfnet-caltech101.onnx');
const [photo = ''] = readdirSync(join(media, 'photos'))
  .filter((name) => /\.(jpg|png)$/.test(name))
  .map((name) => join(media, 'photos', name));
const images = join(ROOT, 'test/fixtures/images');

const folder = mkdtempSync(join(tmpdir(), 'unpool-cli-'));
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});
const out = (name: string): string => join(folder, name);
const json = <T = never>(text: string): T => JSON.parse(text) as T;

interface Predicted {
  image: string;
  top: { index: number; label: string; probability: number }[];
}

/** A package whose code says so when it is loaded. */
function foreignRuntime(): string {
  const runtime = mkdtempSync(out('runtime-'));
  writeFileSync(join(runtime, 'package.json'), '{"name": "onnxruntime-node", "main": "index.js"}');
  writeFileSync(join(runtime, 'index.js'), "throw new Error('the code of that folder has run')");
  return runtime;
}

describe('unpool info', () => {
  it('prints the layers of the default network', async () => {
    const { status, stdout, stderr } = await unpool('info', zfnet);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    for (const layer of ['conv1', 'relu1', 'pool1', 'conv5', 'fc6', 'fc8']) {
      expect(stdout).toMatch(new RegExp(`^${layer} `, 'm'));
    }
    expect(stdout).toMatch(/^conv1 .*7x7, stride 2/m);
    expect(stdout).toMatch(/^conv4 .* 107x107 +16$/m);
    expect(stdout).toMatch(/^conv5 .* 139x139\* +16$/m);
    expect(stdout).toMatch(/^\* larger than the 131x131 image: what a unit sees is clipped at its border$/m);
  });

  it('prints the same as JSON', async () => {
    const found: {
      rows: { name: string; parameters: number; clippedBy?: string }[];
      parameters: number;
    } = json((await unpool('info', zfnet, '--json')).stdout);
    expect(found.rows.reduce((sum, row) => sum + row.parameters, 0)).toBe(found.parameters);
    const clipped = found.rows.filter(({ clippedBy }) => clippedBy === '131x131').map(({ name }) => name);
    expect(clipped).toEqual(['conv5', 'relu5', 'pool5']);
  });
});

describe('unpool problems', () => {
  // Two convolutions with nothing between: 64*27+64 and 64*64 parameters, 64*27+64 in one.
  const doubled = (): string => {
    const graph = smallGraph();
    graph.node.splice(1, 0, node('Conv', ['c', 'v'], ['d']));
    graph.node[2] = node('Relu', ['d'], ['r']);
    graph.initializer.push(weight('v', [64, 64, 1, 1]));
    return writeFile('doubled.onnx', modelBytes(graph));
  };

  it('prints findings with their grade and each explanation once', async () => {
    const { status, stdout } = await unpool('problems', doubled());
    expect(status).toBe(0);
    expect(stdout).toMatch(/^warning: nothing non-linear lies between .* 4,096 parameters less/m);
    expect(stdout.match(/A chain of linear maps is one linear map/g)).toHaveLength(1);
  });

  it('prints JSON with the activity on photos', async () => {
    const { status, stdout } = await unpool('problems', zfnet, photo, '--json');
    expect(status).toBe(0);
    const found: { problems: { id: string; layer: string }[]; activity: { layer: string; zeros: number }[] } =
      json(stdout);
    expect(found.activity.map(({ layer }) => layer)).toContain('relu1');
    expect(found.problems.map(({ id }) => id)).toContain('relu-zeros');
    expect(found.problems.map(({ id }) => id)).not.toContain('linear-collapse');
  });

  it('writes the merged model, which answers the same', async () => {
    const model = doubled();
    const merged = out('merged.onnx');
    const { status, stderr } = await unpool('problems', model, '--merge', merged);
    expect(status).toBe(0);
    expect(stderr).toMatch(/4,096 parameters less/);
    const answers = await Promise.all(
      [model, merged].map(async (file) =>
        json<Predicted[]>((await unpool('predict', file, photo, '--json', '--top', '3')).stdout),
      ),
    );
    const [before, after] = answers.map(([entry]) => entry?.top ?? []);
    expect(after).toHaveLength(3);
    for (const [place, { index, probability }] of (before ?? []).entries()) {
      expect(after?.[place]?.index).toBe(index);
      expect(after?.[place]?.probability).toBeCloseTo(probability, 5);
    }
  });

  it('refuses to merge what is bent', async () => {
    const { status, stderr } = await unpool('problems', zfnet, '--merge', out('none.onnx'));
    expect(status).toBe(1);
    expect(stderr).toMatch(/no two linear layers/);
    expect(existsSync(out('none.onnx'))).toBe(false);
  });
});

describe('unpool predict', () => {
  it('gives one entry a photo in the order given, probabilities falling', async () => {
    const bird = join(images, 'rgb.png');
    const { status, stdout } = await unpool('predict', zfnet, photo, bird, '--json', '--top', '3');
    expect(status).toBe(0);
    const entries: Predicted[] = json(stdout);
    expect(entries.map(({ image }) => image)).toEqual([photo, bird]);
    for (const { top } of entries) {
      expect(top).toHaveLength(3);
      const probabilities = top.map(({ probability }) => probability);
      expect(probabilities).toEqual([...probabilities].sort((a, b) => b - a));
      expect(top[0]?.label).toEqual(expect.any(String));
    }
  });

  it('reads from the graph what the scores are, and believes the sidecar', async () => {
    const graph = smallGraph();
    // Without weights, each map is its bias: 64 scores of 0, 0.1, 0.2 ... before and behind the sigmoid.
    const biases = Float32Array.from({ length: 64 }, (_, map) => map / 10);
    graph.initializer[0] = weight('w', [64, 3, 3, 3], new Uint8Array(4 * 64 * 27));
    graph.initializer[1] = weight('b', [64], new Uint8Array(biases.buffer));
    graph.node.push(node('Sigmoid', ['scores'], ['multilabel']));
    graph.output[0] = value('multilabel');
    const model = writeFile('multilabel.onnx', modelBytes(graph));
    const predict = async (): Promise<{ scores: string; probability: number; stderr: string }> => {
      const { stdout, stderr } = await unpool('predict', model, photo, '--json');
      const [entry]: (Predicted & { scores: string })[] = json(stdout);
      return { scores: entry?.scores ?? '', probability: entry?.top[0]?.probability ?? NaN, stderr };
    };
    const read = await predict();
    expect(read.scores).toBe('sigmoid');
    expect(read.probability).toBeCloseTo(1 / (1 + Math.exp(-6.3)), 5);
    expect(read.stderr).toMatch(/class scores: independent probabilities \(sigmoid\), output 'multilabel'/);

    writeFileSync(model.replace(/onnx$/, 'unpool.json'), '{"scores": "multilabel-logits"}');
    const declared = await predict();
    expect(declared.scores).toBe('multilabel-logits');
    expect(declared.probability).toBeCloseTo(1 / (1 + Math.exp(-read.probability)), 5);
    expect(declared.stderr).toMatch(/sigmoid of logits.*as the sidecar says/);
  });

  it('takes arrays of any size that the graph allows, and photos of the size asked for', async () => {
    const model = writeFile(
      'free.onnx',
      modelBytes({ ...smallGraph(), input: [value('image', ['N', 3, 'H', 'W'])] }),
    );
    const arrays = [
      [64, 64],
      [40, 90],
    ].map(([height = 0, width = 0]) => {
      const file = out(`${height}x${width}.npy`);
      const data = new Float32Array(3 * height * width).fill(0.25);
      writeFileSync(file, encodeNpy(floatTensor([1, 3, height, width], data)));
      return file;
    });
    const { status, stdout, stderr } = await unpool(
      'predict',
      model,
      ...arrays,
      photo,
      '--size',
      '96',
      '--json',
    );
    expect(status).toBe(0);
    expect(stderr).not.toMatch(/any image size/);
    const [square, wide, whole] = json<Predicted[]>(stdout);
    // The mean over all positions of an even picture does not depend on how many there are.
    expect(wide?.top[0]?.probability).toBeCloseTo(square?.top[0]?.probability ?? NaN, 6);
    expect(whole?.top).toHaveLength(5);

    const maps = async (...args: string[]): Promise<unknown> => {
      await unpool('features', model, '--layer', 'conv1', '--out', out('maps.npy'), ...args);
      return decodeNpy(readFileSync(out('maps.npy')), 'maps').shape;
    };
    expect(await maps(arrays[1] ?? '')).toEqual([1, 64, 38, 88]);
    expect(await maps(photo, '--size', '20x30')).toEqual([1, 64, 18, 28]);
    expect((await unpool('predict', model, photo)).stderr).toMatch(
      /free\.onnx takes any image size; 224x224 is used, --size or the sidecar chooses another/,
    );
    expect((await unpool('predict', model, photo, '--size', '2')).stderr).toMatch(
      /images of 2x2 pixels do not fit: node .*\(Conv\).*224x224 is a size that fits/,
    );
  });

  it('averages ten crops, and refuses them for an array', async () => {
    const one: Predicted[] = json((await unpool('predict', zfnet, photo, '--json')).stdout);
    const ten: Predicted[] = json((await unpool('predict', zfnet, photo, '--json', '--crops', '10')).stdout);
    expect(ten[0]?.top[0]?.index).toBe(one[0]?.top[0]?.index);
    expect(ten[0]?.top[0]?.probability).not.toBe(one[0]?.top[0]?.probability);
    const file = out('zeros.npy');
    writeFileSync(file, encodeNpy(floatTensor([1, 3, 16, 16], new Float32Array(768))));
    const model = writeFile('crops.onnx', modelBytes(smallGraph()));
    expect(await unpool('predict', model, file, '--crops', '10')).toMatchObject({ status: 1 });
  });

  it('feeds an array exactly as it is and adds the softmax that logits need', async () => {
    const file = out('ones.npy');
    writeFileSync(file, encodeNpy(floatTensor([2, 3, 16, 16], new Float32Array(2 * 768).fill(1))));
    const model = writeFile('predict.onnx', modelBytes(smallGraph()));
    const entries: Predicted[] = json((await unpool('predict', model, file, '--json', '--top', '64')).stdout);
    expect(entries.map(({ image }) => image)).toEqual([`${file}[0]`, `${file}[1]`]);
    // On a constant image a unit is the sum of its kernel plus its bias, rectified; weights are ramps.
    const ramp = (index: number): number => (index % 13) / 13 - 0.5;
    const logits = Array.from({ length: 64 }, (_, unit) =>
      Math.max(
        0,
        ramp(unit) + Array.from({ length: 27 }, (__, tap) => ramp(unit * 27 + tap)).reduce((a, b) => a + b),
      ),
    );
    const total = logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
    for (const { index, probability } of entries[0]?.top ?? []) {
      expect(probability).toBeCloseTo(Math.exp(logits[index] ?? NaN) / total, 5);
    }
  });
});

describe('--out decides the form', () => {
  it.each([
    ['kernels', ['kernels', zfnet], 4],
    ['features', ['features', zfnet, photo, '--layer', 'conv2'], 4],
    ['project', ['project', zfnet, photo, '--layer', 'conv3'], 4],
    ['every', ['project', zfnet, photo, '--layer', 'conv4', '--every-map'], 4],
    ['occlude', ['occlude', zfnet, photo, '--size', '40', '--stride', '30'], 2],
  ])('%s writes PNG, .npy and JSON', async (name, args, rank) => {
    for (const ending of ['png', 'npy', 'json']) {
      const file = out(`${name}.${ending}`);
      expect(await unpool(...args, '--out', file)).toMatchObject({ status: 0 });
      expect(existsSync(file)).toBe(true);
    }
    const picture = await decodeImage(readFileSync(out(`${name}.png`)), name);
    // A picture of one colour would say nothing.
    expect(new Set(picture.data).size).toBeGreaterThan(8);
    const array = decodeNpy(readFileSync(out(`${name}.npy`)), name);
    expect(array.shape).toHaveLength(rank);
    expect(array.data.every(Number.isFinite)).toBe(true);
    expect(json(readFileSync(out(`${name}.json`), 'utf8'))).toBeTypeOf('object');
    expect(readdirSync(folder).filter((left) => left.endsWith('.part'))).toEqual([]);
  });

  it('tells by which preprocessing the picture of an array is coloured', async () => {
    const array = out('flat.npy');
    writeFileSync(array, encodeNpy(floatTensor([1, 3, 131, 131], new Float32Array(3 * 131 * 131).fill(0.5))));
    const args = ['project', zfnet, array, '--layer', 'conv1', '--preprocess', 'tf', '--out'];
    expect((await unpool(...args, out('flat.png'))).stderr).toMatch(/^preprocessing: tf \(as asked for\)$/m);
    // (0.5 + 1) * 127.5 but for the frame: the picture of the input beside the projection.
    const { data } = await decodeImage(readFileSync(out('flat.png')), 'flat.png');
    expect(data.filter((level) => level === 191).length).toBeGreaterThan(0.9 * 3 * 131 * 131);
  });

  it('a projection has the input’s shape, an occlusion map a row and a column a position', async () => {
    const projection = decodeNpy(readFileSync(out('project.npy')), 'p');
    const [, , height = 0, width = 0] = projection.shape;
    const positions = (side: number): number => Math.floor((side - 40) / 30) + 1;
    expect(projection.shape.slice(0, 2)).toEqual([1, 3]);
    expect(decodeNpy(readFileSync(out('occlude.npy')), 'o').shape).toEqual([
      positions(height),
      positions(width),
    ]);
  });
});

it('the strongest units of every map are those that each map gives alone, in the tiles of the sheet', async () => {
  const every = decodeNpy(readFileSync(out('every.npy')), 'every');
  const { units } = json(readFileSync(out('every.json'), 'utf8')) as {
    units: { unit: { channel: number }; window: Record<'top' | 'left' | 'bottom' | 'right', number> }[];
  };
  expect(units.map(({ unit }) => unit.channel)).toEqual([...Array(every.shape[0]).keys()]);
  const channel = 5;
  const one = ['project', zfnet, photo, '--layer', 'conv4', '--unit', String(channel)];
  await unpool(...one, '--out', out('one.json'));
  await unpool(...one, '--out', out('one.npy'));
  const single = json(readFileSync(out('one.json'), 'utf8')) as { unit: object; window: object };
  expect(units[channel]).toMatchObject({ unit: single.unit, window: single.window });
  const expected = decodeNpy(readFileSync(out('one.npy')), 'one').data;
  const found = every.data.subarray(channel * expected.length, (channel + 1) * expected.length);
  const scale = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  expected.forEach((value, at) => expect(Math.abs((found[at] ?? NaN) - value) / scale).toBeLessThan(5e-6));
  const sheet = await decodeImage(readFileSync(out('every.png')), 'every');
  const [highest, widest] = [
    Math.max(...units.map(({ window }) => window.bottom - window.top)),
    Math.max(...units.map(({ window }) => window.right - window.left)),
  ];
  const across = Math.ceil(Math.sqrt(units.length));
  const down = Math.ceil(units.length / across);
  // Tiles of 96 pixels or a little more, 2 pixels apart.
  const factor = Math.max(1, Math.round(96 / Math.max(highest, widest)));
  expect([sheet.width, sheet.height]).toEqual([
    2 + across * (widest * factor + 2),
    2 + down * (highest * factor + 2),
  ]);
});

it('unpool report writes one page that loads nothing', async () => {
  const { status, stdout } = await unpool('report', zfnet, photo, '--out', out('report'), '--stride', '32');
  expect(status).toBe(0);
  const page = readFileSync(stdout.trim(), 'utf8');
  expect(page).toContain('What the network sees');
  expect(page).toContain('Learned kernels of conv1');
  expect(page).not.toMatch(/(src|href)="(?!data:)/);
  expect(page.match(/data:image\/png/g)?.length).toBeGreaterThan(20);
  expect(page).not.toContain('look untrained');
});

it('unpool report says so where the answer is as even as chance', async () => {
  const graph = smallGraph();
  graph.initializer = [
    weight('w', [64, 3, 3, 3], new Uint8Array(4 * 64 * 27)),
    weight('b', [64], new Uint8Array(4 * 64)),
  ];
  const even = writeFile('even.onnx', modelBytes(graph));
  const options = ['--out', out('even'), '--size', '8', '--stride', '8'];
  const { status, stdout } = await unpool('report', even, photo, ...options);
  expect(status).toBe(0);
  expect(readFileSync(stdout.trim(), 'utf8')).toContain('the weights look untrained');
});

describe('what is wrong ends with one line and exit status 1', () => {
  const biased = (bias: number): string => {
    const graph = smallGraph();
    graph.initializer[1] = weight('b', [64], new Uint8Array(new Float32Array(64).fill(bias).buffer));
    return writeFile(`${bias}.onnx`, modelBytes(graph));
  };
  const huge = (): string =>
    writeFile(
      'huge.onnx',
      modelBytes({ ...smallGraph(), input: [value('image', [1, 3, 100_000, 100_000])] }),
    );
  const wrongArray = (): string => {
    const file = out('wrong.npy');
    writeFileSync(file, encodeNpy(floatTensor([1, 3, 4, 4], new Float32Array(48))));
    return file;
  };
  const cutPhoto = (): string => {
    const bytes = readFileSync(join(images, 'baseline.jpg'));
    writeFileSync(out('cut.jpg'), bytes.subarray(0, bytes.length / 2));
    return out('cut.jpg');
  };
  const cutModel = (): string => {
    const bytes = modelBytes(smallGraph());
    return writeFile('cut.onnx', bytes.subarray(0, bytes.length / 2));
  };
  const flippedModel = (): string => {
    const bytes = modelBytes(smallGraph());
    const name = Buffer.from(bytes).indexOf('kernel_shape');
    bytes[name] = (bytes[name] ?? 0) ^ 1;
    return writeFile('flipped.onnx', bytes);
  };
  const unsupported = (): string => {
    const graph = smallGraph();
    graph.node[1] = node('Erf', ['c'], ['e']);
    graph.node.splice(2, 0, node('Round', ['e'], ['r']));
    return writeFile('round.onnx', modelBytes(graph));
  };
  const noImage = (): string =>
    writeFile('vector.onnx', modelBytes({ ...smallGraph(), input: [value('image', ['N', 27])] }));

  it.each<[string, () => string[], RegExp]>([
    ['a model that is not there', () => ['info', 'none.onnx'], /none\.onnx.*ENOENT/],
    ['a model with no image input', () => ['info', noImage()], /vector\.onnx.*one image input.*\[N, 27\]/],
    ['a photo that is not there', () => ['predict', zfnet, 'none.png'], /none\.png: there is no such file/],
    ['a huge photo', () => ['predict', zfnet, join(images, 'huge.png')], /huge\.png.*20000x20000/],
    [
      'a layer that does not exist',
      () => ['project', zfnet, photo, '--layer', 'conv9', '--out', out('x.npy')],
      /'conv9'.*'conv\d'/,
    ],
    [
      'a unit that does not exist',
      () => ['project', zfnet, photo, '--layer', 'conv1', '--unit', '9999', '--out', out('x.npy')],
      /9999/,
    ],
    [
      'an occluder larger than the image',
      () => ['occlude', zfnet, photo, '--size', '4000', '--out', out('x.npy')],
      /occluder of 4000 pixels.*larger/,
    ],
    [
      'a class that does not exist',
      () => ['occlude', zfnet, photo, '--class', '4000', '--out', out('x.npy')],
      /class 4000.*0 to 101/,
    ],
    [
      'an ending that is no form',
      () => ['kernels', zfnet, '--out', out('x.tiff')],
      /x\.tiff.*\.png, \.npy or \.json/,
    ],
    [
      'NaN weights',
      () => ['predict', biased(NaN), join(images, 'rgb.png')],
      /NaN\.onnx.*NaN.*\(Conv\).*64 of 64.*'b'/,
    ],
    [
      'infinite weights',
      () => ['predict', biased(Infinity), join(images, 'rgb.png')],
      /Infinity\.onnx.*infinite.*\(Conv\).*64 of 64.*'b'/,
    ],
    [
      'a unit that is NaN',
      () => ['project', biased(NaN), join(images, 'rgb.png'), '--layer', 'relu1', '--out', out('x.npy')],
      /NaN\.onnx: unit .* of layer 'relu1' is NaN.*64 of 64.*'b'/,
    ],
    ['an input of 3 x 10^10 numbers', () => ['info', huge()], /huge\.onnx: input 'image'.*30,000,000,000/],
    ['a truncated model', () => ['info', cutModel()], /cut\.onnx: this is not a whole ONNX model/],
    [
      'a model with a flipped bit',
      () => ['predict', flippedModel(), join(images, 'rgb.png')],
      /flipped\.onnx: .*Conv_c.*\(Conv\)/,
    ],
    ['a truncated photo', () => ['predict', zfnet, cutPhoto()], /cut\.jpg.*truncated/],
    [
      'an array that does not fit',
      () => ['predict', zfnet, wrongArray()],
      /wrong\.npy: an array of shape \[1, 3, 4, 4\].*zfnet.*\[N, 3, 131, 131\]/,
    ],
    [
      'an operator without a backward rule',
      () => ['project', unsupported(), join(images, 'rgb.png'), '--layer', 'pool1', '--out', out('x.npy')],
      /round\.onnx.*Round_r.*Round.*17/,
    ],
    [
      'a preprocessing that is none',
      () => ['predict', zfnet, photo, '--preprocess', 'none.json'],
      /none\.json/,
    ],
    ['CUDA where there is none', () => ['--provider', 'cuda', 'predict', zfnet, photo], /cuda/i],
    [
      'another onnxruntime-node, which is loaded',
      () => ['--runtime', foreignRuntime(), 'predict', zfnet, photo],
      /\(the code of that folder has run\)/,
    ],
  ])('%s', async (_, args, message) => {
    const { status, stdout, stderr } = await unpool(...args());
    const lines = stderr.trimEnd().split('\n');
    expect(lines.at(-1)).toMatch(message);
    expect(lines.at(-1)).toMatch(/^unpool: /);
    expect(lines.filter((line) => line.startsWith('unpool: '))).toHaveLength(1);
    expect(stderr).not.toMatch(/\n {4}at /);
    expect(stdout).toBe('');
    expect(status).toBe(1);
    expect(existsSync(out('x.npy'))).toBe(false);
  });

  it.each([
    ['an unknown subcommand', ['dream', zfnet]],
    ['a missing option', ['project', zfnet, 'x.png', '--out', 'x.npy']],
    ['no threads', ['predict', zfnet, 'x.png', '--threads', '0']],
    ['an option that is no number', ['occlude', zfnet, 'x.png', '--size', 'big', '--out', 'x.npy']],
    [
      'an unknown method',
      ['project', zfnet, 'x.png', '--layer', 'conv1', '--method', 'magic', '--out', 'x.npy'],
    ],
  ])('%s is wrong usage: exit status 2', async (_, args) => {
    expect(await unpool(...args)).toMatchObject({ status: 2 });
  });
});
