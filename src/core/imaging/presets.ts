/** Preprocessings that trained networks commonly expect. */

import type { Preprocessing } from '../sidecar.js';

/** torchvision's ImageNet models; what is assumed where nothing is said. */
export const IMAGENET: Preprocessing = {
  name: 'imagenet',
  channels: 'RGB',
  scale: 255,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  resize: 'margin',
};

/** Caffe's reference models: blue first, the mean pixel subtracted, no scaling. */
const CAFFE: Preprocessing = {
  name: 'caffe',
  channels: 'BGR',
  scale: 1,
  mean: [104, 117, 123],
  std: [1, 1, 1],
  resize: 'margin',
};

/** TensorFlow's Inception and MobileNet: -1 to 1. */
const TF: Preprocessing = {
  name: 'tf',
  channels: 'RGB',
  scale: 127.5,
  mean: [1, 1, 1],
  std: [1, 1, 1],
  resize: 'margin',
};

const UNIT: Preprocessing = {
  name: 'unit',
  channels: 'RGB',
  scale: 255,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  resize: 'crop',
};

/** By name. */
export const PRESETS: ReadonlyMap<string, Preprocessing> = new Map(
  [IMAGENET, CAFFE, TF, UNIT].map((preset) => [preset.name, preset]),
);
