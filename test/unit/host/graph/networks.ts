/** Structures of well-known networks, as exporters leave them: layers in order, their groups, and what each reads. */

import type { LayerEdge } from '../../../../src/host/graph/layerEdges.js';
import type { LayerGroups } from '../../../../src/host/graph/layerGroups.js';
import { ancestorsOf } from '../../../../src/protocol/groupPath.js';

export interface Structure {
  readonly layers: readonly string[];
  readonly groups: LayerGroups;
  readonly edges: readonly LayerEdge[];
}

/** Writes down a network layer by layer. */
export class Description {
  private readonly groupOf = new Map<string, string>();
  private readonly edges: LayerEdge[] = [];

  /** Adds a layer to a group; what it reads defaults to the layer before. */
  add(group: string, name: string, ...reads: readonly string[]): string {
    const layer = group === '' ? name : `${group}.${name}`;
    const before = [...this.groupOf.keys()].slice(-1);
    this.edges.push(...(reads.length > 0 ? reads : before).map((from) => ({ from, to: layer })));
    this.groupOf.set(layer, group);
    return layer;
  }

  /** Adds layers that read each the one before, the first one `read`. */
  chain(group: string, names: readonly string[], ...read: readonly string[]): string {
    return names.reduce((last, name, place) => this.add(group, name, ...(place === 0 ? read : [last])), '');
  }

  get structure(): Structure {
    const all = new Set(['', ...[...this.groupOf.values()].flatMap(ancestorsOf)]);
    return {
      layers: [...this.groupOf.keys()],
      groups: { of: (layer) => this.groupOf.get(layer) ?? '', all: [...all] },
      edges: this.edges,
    };
  }
}

function described(write: (network: Description) => void): Structure {
  const network = new Description();
  write(network);
  return network.structure;
}

/** He et al. 2015, basic blocks: 2, 2, 2, 2 make ResNet-18, 3, 4, 6, 3 ResNet-34. */
const resNet = (...stages: readonly number[]): Structure =>
  described((network) => {
    let last = network.chain('', ['conv1', 'relu', 'maxpool']);
    for (const [stage, blocks] of stages.entries()) {
      for (let block = 0; block < blocks; block++) {
        const group = `layer${stage + 1}.${block}`;
        const main = network.chain(group, ['conv1', 'relu', 'conv2'], last);
        const isWider = stage > 0 && block === 0;
        const skip = isWider ? network.add(group, 'downsample.0', last) : last;
        network.add(group, 'add', main, skip);
        last = network.add(group, 'relu_1');
      }
    }
    network.chain('', ['avgpool', 'flatten', 'fc']);
  });

/** Huang et al. 2016; every layer reads all before it in its block. 6, 12, 24, 16 make DenseNet-121. */
const denseNet = (...blocks: readonly number[]): Structure =>
  described((network) => {
    let last = network.chain('features', ['conv0', 'relu0', 'pool0']);
    for (const [block, layers] of blocks.entries()) {
      const group = `features.denseblock${block + 1}`;
      const read = [last];
      for (let layer = 0; layer < layers; layer++) {
        const inner = `${group}.denselayer${layer + 1}`;
        network.add(inner, 'concat', ...read);
        read.push(network.chain(inner, ['norm1', 'relu1', 'conv1', 'relu2', 'conv2']));
      }
      network.add(group, 'concat', ...read);
      last =
        block < blocks.length - 1
          ? network.chain(`features.transition${block + 1}`, ['norm', 'relu', 'conv', 'pool'])
          : network.add('features', 'norm5');
    }
    network.chain('', ['relu', 'avgpool', 'flatten', 'classifier']);
  });

/** Szegedy et al. 2014, with groups in the groups. */
const inception = (): Structure =>
  described((network) => {
    network.chain('conv1', ['conv', 'relu']);
    network.add('', 'maxpool1');
    network.chain('conv2', ['conv', 'relu']);
    let last = network.add('', 'maxpool2');
    for (const name of ['3a', '3b', '4a', '4b', '4c', '4d', '4e', '5a', '5b']) {
      const group = `inception${name}`;
      const ends = [network.chain(`${group}.branch1`, ['conv', 'relu'], last)];
      for (const branch of ['branch2', 'branch3']) {
        network.chain(`${group}.${branch}.0`, ['conv', 'relu'], last);
        ends.push(network.chain(`${group}.${branch}.1`, ['conv', 'relu']));
      }
      network.add(`${group}.branch4`, '0', last);
      ends.push(network.chain(`${group}.branch4.1`, ['conv', 'relu']));
      last = network.add(group, 'concat', ...ends);
      if (name === '3b' || name === '4e') {
        last = network.add('', `maxpool_${name}`);
      }
    }
    network.chain('', ['avgpool', 'flatten', 'fc']);
  });

/** Liu et al. 2022; 3, 3, 9, 3 make ConvNeXt-T. */
const convNeXt = (...stages: readonly number[]): Structure =>
  described((network) => {
    let last = network.chain('features.0', ['0', '1']);
    for (const [stage, blocks] of stages.entries()) {
      if (stage > 0) {
        last = network.chain(`features.${2 * stage}`, ['0', '1']);
      }
      for (let block = 0; block < blocks; block++) {
        const group = `features.${2 * stage + 1}.${block}`;
        const main = network.chain(`${group}.block`, ['0', '2', '3', '4', '5'], last);
        last = network.add(group, 'add', main, last);
      }
    }
    network.add('', 'avgpool');
    network.chain('classifier', ['0', '1', '2']);
  });

/** Howard et al. 2019: gates of squeeze and excitation in inverted residuals. */
const mobileNetV3 = (): Structure =>
  described((network) => {
    let last = network.chain('features.0', ['0', '2']);
    for (let block = 1; block <= 11; block++) {
      const group = `features.${block}.block`;
      const skip = last;
      network.chain(`${group}.0`, ['0', '2']);
      const wide = network.chain(`${group}.1`, ['0', '2']);
      const gate = network.chain(`${group}.2`, ['avgpool', 'fc1', 'relu', 'fc2', 'gate']);
      network.add(`${group}.2`, 'mul', wide, gate);
      last = network.add(group, '3.0');
      last = block % 2 === 0 ? network.add(`features.${block}`, 'add', last, skip) : last;
    }
    network.chain('features.12', ['0', '2']);
    network.add('', 'avgpool');
    network.chain('classifier', ['0', '1', '3']);
  });

/** Iandola et al. 2016. */
const squeezeNet = (): Structure =>
  described((network) => {
    let last = network.chain('features', ['0', '1', '2']);
    for (let place = 3; place <= 12; place++) {
      const group = `features.${place}`;
      if (place === 6 || place === 11) {
        last = network.add('features', String(place));
        continue;
      }
      last = network.chain(group, ['squeeze', 'squeeze_activation'], last);
      const ends = ['expand1x1', 'expand3x3'].map((name) =>
        network.chain(group, [name, `${name}_activation`], last),
      );
      last = network.add(group, 'concat', ...ends);
    }
    network.chain('classifier', ['1', '2', '3']);
  });

/** Simonyan & Zisserman 2014: a row of layers in two groups. */
const vgg16 = (): Structure =>
  described((network) => {
    network.chain(
      'features',
      [2, 2, 3, 3, 3].flatMap((convs, block) => [
        ...Array.from({ length: convs }, (_, conv) => [`${block}conv${conv}`, `${block}relu${conv}`]).flat(),
        `${block}pool`,
      ]),
    );
    network.add('', 'flatten');
    network.chain('classifier', ['0', '1', '3', '4', '6']);
  });

/** Ronneberger et al. 2015: lines from the way down to the way up pass the groups between. */
const uNet = (): Structure =>
  described((network) => {
    const skips: string[] = [];
    for (let level = 1; level <= 4; level++) {
      skips.push(network.chain(`down.${level}`, ['conv1', 'relu1', 'conv2', 'relu2']));
      network.add(`down.${level}`, 'pool');
    }
    let last = network.chain('bottom', ['conv', 'relu']);
    for (let level = 4; level >= 1; level--) {
      const wider = network.add(`up.${level}`, 'upsample', last);
      network.add(`up.${level}`, 'concat', wider, skips[level - 1] ?? '');
      last = network.chain(`up.${level}`, ['conv1', 'relu1', 'conv2', 'relu2']);
    }
    network.add('', 'head');
  });

/** A module that is called three times, others between, and two that read each other's layers. */
const interwoven = (): Structure =>
  described((network) => {
    network.chain('', ['stem']);
    for (const call of ['1', '2', '3']) {
      network.chain('shared', [`conv${call}`, `relu${call}`]);
      network.chain(`block${call}`, ['conv', 'relu']);
    }
    const last = network.add('', 'split');
    const [left, right] = [network.add('left', 'a', last), network.add('right', 'a', last)];
    const [crossLeft, crossRight] = [network.add('left', 'b', right), network.add('right', 'b', left)];
    network.add('', 'add', crossLeft, crossRight, left);
  });

export const STRUCTURES: Readonly<Record<string, Structure>> = {
  'ResNet-18': resNet(2, 2, 2, 2),
  'ResNet-34': resNet(3, 4, 6, 3),
  'DenseNet-121': denseNet(6, 12, 24, 16),
  'Inception v1': inception(),
  'ConvNeXt-T': convNeXt(3, 3, 9, 3),
  MobileNetV3: mobileNetV3(),
  SqueezeNet: squeezeNet(),
  'VGG-16': vgg16(),
  'U-Net': uNet(),
  'interwoven modules': interwoven(),
};
