/** An open network made of a graph in memory, whose weights no test reads unless they are inline. */

import type { Network } from '../../../../src/core/network.js';
import { indexGraph } from '../../../../src/core/onnx/graphIndex.js';
import { listingLayers } from '../../../../src/core/onnx/layers.js';
import { countingParameters } from '../../../../src/core/onnx/parameters.js';
import { pixelTensors } from '../../../../src/core/onnx/pixels.js';
import { positionsOf } from '../../../../src/core/onnx/receptiveField.js';
import { atOnce } from '../../../../src/core/steps.js';
import { graphOf, image, infer } from './build.js';
import type { GraphSpec } from './build.js';

export function networkOf(spec: GraphSpec, layout: 'NCHW' | 'NHWC' = 'NCHW'): Network {
  const graph = graphOf(spec);
  const [index, shapes] = [indexGraph(graph), infer(graph)];
  const input = image(graph.inputs[0]?.shape?.map(Number) ?? [], layout);
  const pixels = pixelTensors(index, shapes, input.name);
  const positions = positionsOf(index, shapes, input);
  const parameters = atOnce(countingParameters(index, shapes, pixels));
  const { fields } = positions;
  return {
    model: {
      file: 'model.onnx',
      folder: '/',
      baseName: 'model.onnx',
      irVersion: 8,
      producer: '',
      opsets: new Map([['', 17]]),
      graph,
      metadata: new Map(),
    },
    index,
    input,
    shapes,
    pixels,
    positions,
    parameters: parameters.total,
    layers: atOnce(listingLayers({ index, shapes, pixels, parameters, fields })),
    scores: undefined,
    sidecar: undefined,
  };
}
