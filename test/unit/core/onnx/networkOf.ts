/** An open network made of a graph in memory, whose weights no test reads unless they are inline. */

import { dependentsSteps } from '../../../../src/core/network/dependents.js';
import type { Network } from '../../../../src/core/network/network.js';
import { indexGraph } from '../../../../src/core/onnx/graphIndex.js';
import { atOnce } from '../../../../src/core/steps.js';
import { graphOf, image, infer } from './build.js';
import type { GraphSpec } from './build.js';

export function networkOf(spec: GraphSpec, layout: 'NCHW' | 'NHWC' = 'NCHW'): Network {
  const graph = graphOf(spec);
  const [index, shapes] = [indexGraph(graph), infer(graph)];
  const input = image(graph.inputs[0]?.shape?.map(Number) ?? [], layout);
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
    ...atOnce(dependentsSteps({ index, shapes, input })),
    scores: undefined,
    sidecar: undefined,
  };
}
