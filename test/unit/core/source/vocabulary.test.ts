/**
 * The Python that the interpreter knows is closed. What it does not know is unknown, and nothing is said of it: exporters
 * leave stack traces and scopes for that. A longer list here is a decision, not a repair.
 */

import { expect, it } from 'vitest';

import { BUILTINS } from '../../../../src/core/source/builtins.js';
import { FUNCTIONS } from '../../../../src/core/source/functions.js';
import { KERAS_CLASSES } from '../../../../src/core/source/keras.js';
import { LAYER_CLASSES } from '../../../../src/core/source/layerClasses.js';
import { CALLS } from '../../../../src/core/source/library.js';

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

it.each([
  [
    'built-in functions of Python',
    [...BUILTINS.keys()],
    String.raw`
    abs all any bool dict enumerate float getattr hasattr int isinstance iter len list map max min next
    object pow print range reversed round set setattr sorted str sum tuple type zip
  `,
  ],
  [
    'functions of libraries',
    [...CALLS.keys()],
    String.raw`
    collections.OrderedDict copy.copy copy.deepcopy functools.partial itertools.chain math.ceil
    math.floor math.log math.log2 math.pow math.prod math.sqrt torch.cuda.is_available
    torch.jit.is_scripting torch.jit.is_tracing torch.onnx.is_in_onnx_export typing.OrderedDict
    typing.cast warnings.warn
  `,
  ],
  [
    'functions of PyTorch that make nodes',
    [...FUNCTIONS.keys()],
    String.raw`
    * + - / @ adaptive_avg_pool2d adaptive_max_pool2d add amax avg_pool1d avg_pool2d avg_pool3d
    batch_norm bmm cat celu clamp clip concat concatenate conv1d conv2d conv3d div elu exp flatten gelu
    hardsigmoid hardswish hardtanh interpolate layer_norm leaky_relu linear local_response_norm
    log_softmax matmul max_pool1d max_pool2d max_pool3d mean mish mul pad permute pixel_shuffle pow
    prelu relu relu6 reshape rsqrt selu sigmoid silu softmax softplus softsign sqrt squeeze sub tanh
    transpose unsqueeze view
  `,
  ],
  [
    'classes of PyTorch that make nodes',
    LAYER_CLASSES.map(([pattern]) => pattern.source),
    String.raw`
    ^(?:Lazy)?Conv[123]d$ ^(?:Lazy)?ConvTranspose[123]d$ ^(?:(?:Lazy|NonDynamicallyQuantizable)?Linear)$
    ^(?:Lazy|Sync)?BatchNorm(?:[123]d)?$ ^(?:Lazy)?InstanceNorm[123]d$ ^GroupNorm$ ^LayerNorm$ ^RMSNorm$
    ^PReLU$ ^(?:LSTM|GRU|RNN)$ ^ReLU$ ^ReLU6$ ^Hardtanh$ ^LeakyReLU$ ^ELU$ ^CELU$ ^SELU$ ^GELU$ ^SiLU$
    ^Mish$ ^Hardswish$ ^Hardsigmoid$ ^Sigmoid$ ^Tanh$ ^Softplus$ ^Softsign$ ^Softmax$ ^LogSoftmax$
    ^(?:Adaptive)?MaxPool[123]d$ ^(?:Adaptive)?AvgPool[123]d$ ^LocalResponseNorm$
    ^(?:Alpha|Feature)?Dropout(?:[123]d)?$ ^Flatten$ ^Upsample(?:ing\w*)?$ ^PixelShuffle$
  `,
  ],
  [
    'classes of Keras that make nodes',
    KERAS_CLASSES.map(([pattern]) => pattern.source),
    String.raw`
    ^(?:Depthwise|Separable)?Conv(?:olution)?[123]D$ ^Conv[123]DTranspose$ ^Dense$ ^BatchNormalization$
    ^LayerNormalization$ ^MaxPool(?:ing)?[123]D$ ^(?:Avg|Average)Pool(?:ing)?[123]D$
    ^GlobalAveragePooling[123]D$ ^GlobalMaxPooling[123]D$ ^Flatten$ ^Dropout$ ^ReLU$ ^LeakyReLU$ ^PReLU$
    ^ELU$ ^Softmax$ ^Activation$ ^Add$ ^Concatenate$ ^UpSampling2D$
  `,
  ],
])('%s', (_, known, listed) => {
  expect([...known].sort()).toEqual([...words(listed)].sort());
});

it('is not added to while it runs', () => {
  expect([LAYER_CLASSES, KERAS_CLASSES].map((table) => Object.isFrozen(table))).toEqual([true, true]);
});
