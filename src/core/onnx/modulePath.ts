/** Names that exporters leave in a graph: module paths in weights, node names and metadata. */

import type { Node } from './model.js';

/** What ends the name of a layer's weights: `conv1.weight`, `conv1_w_0`, `conv1/kernel:0`. */
const WEIGHT_ENDING = /[./_](?:weight|weights|weight_quantized|kernel|w|W)(?:_\d+)?(?::\d+)?$/;
/** What ends the name of a normalisation's scale. */
const SCALE_ENDING = /[./_](?:weight|scale|gamma|s)(?:_\d+)?(?::\d+)?$/;
/** Prefix that Caffe2 gives to the tensors of its first device. */
const DEVICE_PREFIX = /^gpu_\d+\//;
/** A name that a person would type. */
const READABLE = /^\w[\w.\-/]{0,79}$/;

/** The layer's name in that of its weights, undefined where there is none (`onnx::Conv_12`). */
export function nameInWeight(tensor: string, isScale = false): string | undefined {
  const ending = isScale ? SCALE_ENDING : WEIGHT_ENDING;
  const name = tensor.replace(DEVICE_PREFIX, '');
  const stem = name.replace(ending, '');
  return stem !== name && READABLE.test(stem) ? stem : undefined;
}

/**
 * The path of the PyTorch module that made a node: from the name scopes that the exporter wrote as metadata, or
 * from a node name such as `/features/features.0/Conv`. '' is the model itself, undefined means no trace.
 */
export function modulePath(node: Pick<Node, 'name' | 'metadata'>): string | undefined {
  return node.metadata.has(SCOPES) ? scopedPath(node) : pathInName(node.name);
}

const SCOPES = 'pkg.torch.onnx.name_scopes';

/** The same from metadata alone. A node name has `norm_1` for the second use of `norm`; scopes name modules as they are. */
export function scopedPath({ metadata }: Pick<Node, 'metadata'>): string | undefined {
  const scopes = metadata.get(SCOPES);
  return scopes === undefined ? undefined : pathInScopes(scopes);
}

/** `['', 'features', 'features.0', 'conv2d']`: qualified names, then the call. */
function pathInScopes(scopes: string): string | undefined {
  const names = [...scopes.matchAll(/'([^']*)'|"([^"]*)"/g)].map(
    ([, single, double]) => single ?? double ?? '',
  );
  return names.length < 2 ? undefined : names.at(-2);
}

/** Segments are names within the parent; a child of a container repeats the parent's name: `layer1/layer1.0`. */
function pathInName(name: string): string | undefined {
  if (!name.startsWith('/')) {
    return undefined;
  }
  const modules = name.split('/').slice(1, -1);
  const path: string[] = [];
  let parent = '';
  for (const module of modules) {
    if (parent !== '' && module.startsWith(`${parent}.`)) {
      path[path.length - 1] = `${path.at(-1) ?? ''}${module.slice(parent.length)}`;
    } else {
      path.push(module);
    }
    parent = module;
  }
  return path.join('.');
}
