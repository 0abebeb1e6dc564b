/** The models of a windowed run: each level computes windows from those before it and what is cut around them. */

import { encodeModel } from '../onnx/encode.js';
import { makeNode } from '../onnx/makeNode.js';
import type { DerivedModel, Node } from '../onnx/model.js';
import { pieceOf } from '../onnx/subgraph.js';
import type { WindowRead, WindowedForm, WindowedNode } from './windowedForm.js';
import type { WindowGeometry } from './windowGeometry.js';
import type { WindowSource } from './windowSource.js';

/** Windows cut out of a tensor's value without an occluder, with what was computed anew written over them. */
export interface Cut {
  /** The input of the level's model. */
  readonly name: string;
  readonly tensor: string;
  readonly read: WindowRead;
  /** The shared window (see WindowGeometry) of the node that reads it. */
  readonly window: number;
}

/** A factor per position for averages at the borders. */
export interface Correction {
  readonly name: string;
  readonly inside: NonNullable<WindowedForm['inside']>;
  readonly window: number;
}

/** One model run of a group of positions. */
export interface Level {
  readonly model: DerivedModel;
  readonly cuts: readonly Cut[];
  readonly corrections: readonly Correction[];
  /** Outputs of earlier levels that are fed as they are. */
  readonly passed: readonly string[];
  /** Its outputs. */
  readonly made: readonly string[];
}

/** What a level's model is written from. */
interface Draft {
  readonly nodes: Node[];
  readonly cuts: Map<string, Cut>;
  readonly corrections: Correction[];
  readonly passed: Set<string>;
}

interface Drafts {
  readonly drafts: readonly Draft[];
  /** The level that computes a windowed tensor; -1 for the image. */
  levelOf(tensor: string): number;
}

/** Puts each node into the first level that has all it reads: one behind those whose results are cut for it. */
export function draftLevels(nodes: readonly WindowedNode[], image: string, geometry: WindowGeometry): Drafts {
  const levelOfTensor = new Map([[image, -1]]);
  const levelOf = (tensor: string): number => {
    const level = levelOfTensor.get(tensor);
    if (level === undefined) {
      throw new Error(`'${tensor}' is not computed by windows`);
    }
    return level;
  };
  const drafts: Draft[] = [];
  for (const each of nodes) {
    const level = each.form.reads.reduce(
      (most, read) => Math.max(most, levelOf(read.tensor) + (geometry.isPassed(read, each) ? 0 : 1)),
      0,
    );
    levelOfTensor.set(each.output, level);
    const draft = (drafts[level] ??= { nodes: [], cuts: new Map(), corrections: [], passed: new Set() });
    draft.nodes.push(...written(each, level, draft, { geometry, levelOf }));
  }
  return { drafts, levelOf };
}

/** The node as a level's model holds it; notes what has to be cut and passed for it. */
function written(
  each: WindowedNode,
  level: number,
  draft: Draft,
  { geometry, levelOf }: { geometry: WindowGeometry; levelOf: (tensor: string) => number },
): Node[] {
  const { form, output } = each;
  const window = geometry.windowOf(output);
  const inputs = [...form.node.inputs];
  for (const read of form.reads) {
    if (geometry.isPassed(read, each)) {
      if (levelOf(read.tensor) < level) {
        draft.passed.add(read.tensor);
      }
      continue;
    }
    const { tensor, rows, columns, padding } = read;
    const key = [
      tensor,
      window,
      padding,
      ...[rows, columns].flatMap(({ step, first, last }) => [step, first, last]),
    ];
    const name = draft.cuts.get(key.join())?.name ?? `cut:${level}:${draft.cuts.size}`;
    draft.cuts.set(key.join(), { name, tensor, read, window });
    inputs[read.input] = name;
  }
  const node = { ...form.node, inputs, outputs: [output] };
  if (form.inside === undefined) {
    return node.body === undefined ? [node] : [{ ...node, body: renamed(node, form.node.inputs) }];
  }
  const name = `inside:${draft.corrections.length}`;
  draft.corrections.push({ name, inside: form.inside, window });
  const covered = `${output}:covered`;
  return [{ ...node, outputs: [covered] }, makeNode(`${node.name}:inside`, 'Mul', [covered, name], [output])];
}

/** A composite's body with the composite's own inputs in place of the ones it was recognised with. */
function renamed(node: Node, before: readonly string[]): readonly Node[] {
  const names = new Map(before.map((name, input) => [name, node.inputs[input] ?? name]));
  const rename = (inner: Node): Node => ({
    ...inner,
    inputs: inner.inputs.map((name) => names.get(name) ?? name),
    ...(inner.body && { body: inner.body.map(rename) }),
  });
  return (node.body ?? []).map(rename);
}

interface LevelSetting {
  readonly levelOf: (tensor: string) => number;
  readonly rowAxisOf: (tensor: string) => number;
  /** Tensors that later levels or the tail read. */
  readonly neededLater: ReadonlySet<string>;
}

export function levelModel(
  draft: Draft,
  level: number,
  { model, index, shapes, isPixels }: WindowSource,
  { levelOf, rowAxisOf, neededLater }: LevelSetting,
): Level {
  const { nodes, cuts, corrections, passed } = draft;
  const float = { dtype: 'float32' } as const;
  const windowShape = (tensor: string): (number | undefined)[] =>
    (shapes.staticShapeOf(tensor) ?? []).map((size, axis) =>
      axis === 0 || axis === rowAxisOf(tensor) || axis === rowAxisOf(tensor) + 1 ? undefined : size,
    );
  const inputs = [
    ...[...cuts.values()].map(({ name, tensor }) => ({ name, shape: windowShape(tensor), ...float })),
    ...corrections.map(({ name }) => ({ name, shape: [undefined, 1, undefined, undefined], ...float })),
    ...[...passed].map((name) => ({ name, shape: windowShape(name), ...float })),
  ];
  const made = nodes.flatMap(({ outputs }) => outputs);
  const outputs = made
    .filter((name) => neededLater.has(name) && levelOf(name) === level)
    .map((name) => ({ name, ...float }));
  // What does not depend on pixels is computed where it is read.
  const read = nodes.flatMap(({ inputs: names }) => names);
  const constant = index
    .ancestors(read.filter((name) => !isPixels(name)))
    .filter((node) => !node.outputs.some(isPixels));
  const graph = pieceOf(model.graph, [...constant, ...nodes], inputs, outputs);
  return {
    model: encodeModel({ ...model, graph }),
    cuts: [...cuts.values()],
    corrections,
    passed: [...passed],
    made: outputs.map(({ name }) => name),
  };
}
