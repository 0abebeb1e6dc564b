/** Keras sources against a network that was trained in Keras, and names that Keras counts out. */

import { fileURLToPath } from 'node:url';

import { expect, it } from 'vitest';

import { openNetwork } from '../../../../src/core/network/open.js';
import { Budget } from '../../../../src/core/source/budget.js';
import { kerasLayers } from '../../../../src/core/source/keras.js';
import { readSource } from '../../../../src/core/source/readSource.js';
import { mapSource } from '../../../../src/core/source/mapSource.js';
import { pythonParser } from '../../../../src/core/source/syntax.js';
import { textFiles } from './files.js';

const MODEL = fileURLToPath(
  new URL('../../../fixtures/shapes/graphs/tinyvgg_cnn_explainer_64.onnx', import.meta.url),
);

const TINY_VGG = `
import tensorflow as tf
from tensorflow.keras import Model, layers
from tensorflow.keras.layers import Dense, Flatten

class TinyVGG(Model):
    def __init__(self, filters=10):
        super().__init__()
        self.conv_1_1 = layers.Conv2D(filters, (3, 3), name="conv_1_1")
        self.relu_1_1 = layers.Activation("relu", name="relu_1_1")
        self.conv_1_2 = layers.Conv2D(filters, (3, 3), name="conv_1_2")
        self.relu_1_2 = layers.Activation("relu", name="relu_1_2")
        self.max_pool_1 = layers.MaxPool2D((2, 2), name="max_pool_1")
        for i in (1, 2):
            layer = layers.Conv2D(filters, (3, 3), name=f"conv_2_{i}")
        self.fc = Dense(10, activation="softmax", name="output")
`;

it('finds the layers of a converted network by their names', async () => {
  const network = await openNetwork(MODEL);
  const lineOf = async (text: string, layer: string): Promise<number | undefined> => {
    const files = textFiles({ '/project/net.py': text });
    const map = mapSource(network, await readSource(await pythonParser(), files, '/project/net.py'));
    const named = network.layers.find(({ node }) => node.name === layer)?.name ?? layer;
    const line = map?.sources.get(named)?.created.at(-1)?.start.line;
    return line === undefined ? undefined : line + 1;
  };
  expect(await lineOf(TINY_VGG, 'conv_1_1')).toBe(9);
  expect(await lineOf(TINY_VGG, 'relu_1_2')).toBe(12);
  expect(await lineOf(TINY_VGG, 'conv_2_2')).toBe(15);
  // Another width is another network, and other names are.
  expect(await lineOf(TINY_VGG.replace('filters=10', 'filters=12'), 'conv_1_1')).toBeUndefined();
  expect(await lineOf(TINY_VGG.replaceAll('conv_', 'c_'), 'conv_1_1')).toBeUndefined();
});

it('counts layers without names as Keras does', async () => {
  const text = `
import keras
from keras import layers as L
model = keras.Sequential([
    keras.Input((8, 8, 3)),
    L.Conv2D(4, 3),
    L.MaxPooling2D(),
    L.BatchNormalization(),
    L.Conv2D(4, 3),
    L.GlobalAveragePooling2D(),
    L.Dense(2, name="out"),
])
`;
  const [run] = kerasLayers(
    await pythonParser(),
    textFiles({ '/project/net.py': text }),
    '/project/net.py',
    new Budget(),
  );
  expect(run?.map(({ name, range }) => `${range.start.line + 1} ${name}`)).toEqual([
    '6 conv2d',
    '7 max_pooling2d',
    '8 batch_normalization',
    '9 conv2d_1',
    '10 global_average_pooling2d',
    '11 out',
  ]);
});
