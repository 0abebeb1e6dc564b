/**
 * Networks whose feature maps can be switched off, as derived models: what lies before the first place runs once, and what
 * comes behind runs for each ablation, several at once.
 */

import { UserError } from '../errors.js';
import { int } from '../onnx/attributes.js';
import { codeOf } from '../onnx/dataTypes.js';
import { cutGraph, rebatch, shapesFor } from '../onnx/derive.js';
import { encodeModel } from '../onnx/encode.js';
import { indexGraph, readsOf } from '../onnx/graphIndex.js';
import { makeNode } from '../onnx/makeNode.js';
import type { DerivedModel, Graph, Node, ValueInfo } from '../onnx/model.js';
import type { Shapes } from '../onnx/shapes.js';
import { subgraph } from '../onnx/subgraph.js';
import type { Gate } from './gate.js';
import type { Network } from './network.js';

/** The part of a network that an ablation changes. */
export interface Rest {
  readonly model: DerivedModel;
  /** Its inputs that images flow into: each the tensor of the network that is fed. */
  readonly reads: ReadonlyMap<string, string>;
  /** For each gate without a bypass, the inputs that say what becomes of its maps; [rows, maps, 1, 1] or [rows, maps]. */
  readonly inputs: readonly GateInputs[];
}

export interface GateInputs {
  readonly gate: Gate;
  /** Float32: what a map is multiplied by, 1 or 0, and what is added to it. */
  readonly kept: string;
  readonly fill: string;
  readonly shape: readonly number[];
}

export interface AblatedNetwork {
  /** Gives what the rests read, and where a rest is the network itself the class scores; undefined where the image is all. */
  readonly front: DerivedModel | undefined;
  /** In the order of the places asked for; undefined for no places, which is the network itself. */
  readonly rests: readonly (Rest | undefined)[];
  /** Images that the front is fed. */
  readonly photos: number;
  /** Ablations that a rest answers at once: its rows are those of the first for all images, then those of the second. */
  readonly variants: number;
}

/**
 * @param places of each rest
 * @param scores the tensor that is asked for
 * @param rows images that are to run at once: `photos` for each of several ablations; fewer where the network takes no batch
 * @throws UserError where a place does not reach the scores
 */
export function ablatedNetwork(
  network: Pick<Network, 'model' | 'input' | 'shapes'>,
  scores: string,
  places: readonly (readonly Gate[])[],
  { photos, rows }: { readonly photos: number; readonly rows: number },
): AblatedNetwork {
  const { model, input, shapes } = network;
  const single = new Map([[input.name, input.shape]]);
  const whole = { ...model, graph: cutGraph(model.graph, [scores], single, shapes) };
  const many = rows > 1 ? rebatch(whole, input.name, shapesFor(whole, single), rows) : undefined;
  const batch = many === undefined ? 1 : photos;
  const source = { ...whole, graph: many ?? whole.graph };
  const sized = new Map([[input.name, [batch, ...input.shape.slice(1)]]]);
  const known = shapesFor(source, sized);
  const cuts = places.map((gates) =>
    gates.length === 0 ? undefined : cutRest(source.graph, input.name, scores, gates, known, model.file),
  );
  const read = cuts.flatMap((cut) => [...(cut?.reads.values() ?? [])]);
  // Where something else than images is read, such as a size, rows are what the front is fed.
  const isTiled = read.every((tensor) => shapes.shapeOf(tensor)?.[0] === 1 && isReal(known, tensor));
  const variants = many !== undefined && isTiled ? Math.max(1, Math.floor(rows / photos)) : 1;
  // onnxruntime computes whatever a model declares, fetched or not.
  const wanted = cuts.includes(undefined) ? [scores, ...read] : read;
  const outputs = [...new Set(wanted)].filter((tensor) => tensor !== input.name);
  const front = cutGraph(source.graph, outputs, sized, known);
  return {
    front: outputs.length === 0 ? undefined : encodeModel({ ...model, graph: front }),
    rests: cuts.map((cut) => cut && restOf(network, cut, variants, batch)),
    photos: batch,
    variants,
  };
}

function isReal(shapes: Shapes, tensor: string): boolean {
  return shapes.typeOf(tensor)?.startsWith('float') ?? false;
}

interface Cut {
  readonly graph: Graph;
  readonly gates: readonly Gate[];
  readonly reads: Rest['reads'];
  readonly shapes: Shapes;
}

const keptName = (index: number): string => `unpool_kept_${index}`;
const fillName = (index: number): string => `unpool_fill_${index}`;
/** The maps before they are switched off. */
const wholeName = (tensor: string): string => `unpool_whole/${tensor}`;

/** The graph with gates, cut down to the nodes that they change. */
function cutRest(
  graph: Graph,
  image: string,
  scores: string,
  gates: readonly Gate[],
  shapes: Shapes,
  file: string,
): Cut {
  const gated = { ...graph, nodes: graph.nodes.flatMap((node) => gatedNode(node, gates, shapes)) };
  const index = indexGraph(gated);
  const tensors = gates.map(({ tensor }) => tensor);
  const changed = new Set([
    ...tensors.flatMap((tensor) => index.producer(tensor) ?? []),
    ...index.descendants([...tensors, ...gates.flatMap((_, at) => [keptName(at), fillName(at)])]),
  ]);
  const needed = index.ancestors([scores]).filter((node) => changed.has(node));
  const lost = tensors.find((tensor) => !needed.some(({ outputs }) => outputs.includes(tensor)));
  if (lost !== undefined) {
    throw new UserError(
      `${file}: nothing of '${lost}' reaches the class scores '${scores}', so that it cannot be missed there; choose a layer before them`,
    );
  }
  const made = new Set(needed.flatMap(({ outputs }) => outputs));
  const fromImage = new Set([image, ...index.descendants([image]).flatMap(({ outputs }) => outputs)]);
  const inputs = [...new Set(needed.flatMap(readsOf))].filter(
    (name) => fromImage.has(name) && !made.has(name),
  );
  const reads = new Map(
    inputs.map((name) => [name, tensors.find((tensor) => wholeName(tensor) === name) ?? name]),
  );
  const declared = [...reads].map(([name, tensor]): ValueInfo => ({
    name,
    dtype: shapes.typeOf(tensor),
    shape: shapes.shapeOf(tensor),
  }));
  const cut = subgraph(index, declared, [{ name: scores, dtype: shapes.typeOf(scores) }]);
  return { graph: cut, gates, reads, shapes };
}

/** The node, and where a gate stands at its output what comes of the maps; or what stands for it. */
function gatedNode(node: Node, gates: readonly Gate[], shapes: Shapes): readonly Node[] {
  const at = gates.findIndex(({ tensor }) => node.outputs.includes(tensor));
  const gate = gates[at];
  if (gate === undefined) {
    return [node];
  }
  const { tensor, bypass } = gate;
  if (bypass !== undefined) {
    return [makeNode(`unpool_bypass_${at}`, 'Identity', [bypass], [tensor])];
  }
  const dtype = shapes.typeOf(tensor) ?? 'float32';
  const cast = (name: string): readonly [string, readonly Node[]] => {
    const to = { to: int(codeOf(dtype)) };
    return dtype === 'float32'
      ? [name, []]
      : [`${name}/cast`, [makeNode(`${name}/cast`, 'Cast', [name], [`${name}/cast`], to)]];
  };
  const [kept, keptCast] = cast(keptName(at));
  const [fill, fillCast] = cast(fillName(at));
  const rest = `unpool_left_${at}`;
  return [
    renamed(node, tensor, wholeName(tensor)),
    ...keptCast,
    ...fillCast,
    // x * 1 + 0 is x, bit by bit.
    makeNode(rest, 'Mul', [wholeName(tensor), kept], [rest]),
    makeNode(`unpool_gate_${at}`, 'Add', [rest, fill], [tensor]),
  ];
}

/** The node under whose name for `from` it now says `to`; inside of a composite, too. */
function renamed(node: Node, from: string, to: string): Node {
  const rename = (name: string): string => (name === from ? to : name);
  return {
    ...node,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
    ...(node.body && { body: node.body.map((inner) => renamed(inner, from, to)) }),
  };
}

function restOf(
  { model }: Pick<Network, 'model'>,
  { graph, gates, reads, shapes }: Cut,
  variants: number,
  photos: number,
): Rest {
  const inputs = gates.flatMap((gate, at): GateInputs[] => {
    const rank = shapes.shapeOf(gate.tensor)?.length ?? 2;
    const shape = [variants * photos, gate.maps, ...Array<number>(Math.max(0, rank - 2)).fill(1)];
    return gate.bypass === undefined ? [{ gate, kept: keptName(at), fill: fillName(at), shape }] : [];
  });
  const declared = inputs.flatMap(({ kept, fill, shape }) =>
    [kept, fill].map((name): ValueInfo => ({ name, dtype: 'float32', shape })),
  );
  // Each ablation sees all photos.
  const single = (name: string): string => (variants > 1 ? `${name}/photos` : name);
  const tiles =
    variants > 1
      ? graph.inputs.map(({ name }) =>
          makeNode(
            `${name}/tiled`,
            'Concat',
            Array.from({ length: variants }, () => single(name)),
            [name],
            { axis: int(0) },
          ),
        )
      : [];
  const rest = {
    ...graph,
    nodes: [...tiles, ...graph.nodes],
    inputs: [...graph.inputs.map((input) => ({ ...input, name: single(input.name) })), ...declared],
  };
  return {
    model: encodeModel({ ...model, graph: rest }),
    reads: new Map([...reads].map(([name, tensor]) => [single(name), tensor])),
    inputs,
  };
}
