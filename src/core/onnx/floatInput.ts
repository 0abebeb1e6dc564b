/** Networks in half or double precision, made to take the float32 images that everything else works with. */

import { int } from './attributes.js';
import { codeOf } from './dataTypes.js';
import { makeNode } from './makeNode.js';
import type { Graph, Model, ValueInfo } from './model.js';

/**
 * The model with a Cast behind each float16 or float64 input of rank 4; the model itself where there is none.
 * The tensor in the file keeps its name, so the input in front of it gets a new one.
 */
export function takingFloat32(model: Model): Model {
  const graph = model.graph.inputs.filter(isOtherFloat).reduce(castBehind, model.graph);
  return graph === model.graph ? model : { ...model, graph };
}

function isOtherFloat({ dtype, shape }: ValueInfo): boolean {
  return shape?.length === 4 && (dtype === 'float16' || dtype === 'float64');
}

function castBehind(graph: Graph, input: ValueInfo): Graph {
  const taken = new Set([
    ...graph.inputs.map(({ name }) => name),
    ...graph.constants.keys(),
    ...graph.nodes.flatMap(({ name, outputs }) => [name, ...outputs]),
  ]);
  let name = `${input.name}.float32`;
  while (taken.has(name)) {
    name = `${name}_`;
  }
  const to = int(codeOf(input.dtype ?? 'float32'));
  const cast = makeNode(name, 'Cast', [name], [input.name], { to });
  return {
    ...graph,
    nodes: [cast, ...graph.nodes],
    inputs: graph.inputs.map((each) => (each === input ? { ...each, name, dtype: 'float32' } : each)),
  };
}
