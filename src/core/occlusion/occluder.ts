/** The model that puts an occluder on a photo, at a batch of positions at once. */

import { codeOf } from '../onnx/dataTypes.js';
import { encodeModel } from '../onnx/encode.js';
import type { ImageInput } from '../network/imageInput.js';
import { makeNode } from '../onnx/makeNode.js';
import type { Attribute, Constant, DerivedModel, Node } from '../onnx/model.js';

export const OCCLUDED = 'occluded';

/**
 * Feeds: `photo` [1, C, H, W] (or NHWC), `fill` of one value a channel, shaped [1, C, 1, 1] (or [1, 1, 1, C]),
 * `top` and `left` [batch, 1, 1, 1] in pixels. Output `occluded` [batch, C, H, W].
 */
export function occluderModel(input: ImageInput, size: number, batch: number): DerivedModel {
  const rowAxis = input.layout === 'NCHW' ? 2 : 1;
  const [channelAxis, columnAxis] = input.layout === 'NCHW' ? [1, 3] : [3, 2];
  const shape = input.shape;
  const along = (axis: number): number[] => shape.map((length, each) => (each === axis ? length : 1));
  const nodes: Node[] = [];
  const constants = new Map<string, Constant>();

  const emit = (
    opType: string,
    inputs: string[],
    output: string,
    attributes: Record<string, Attribute> = {},
  ): string => {
    nodes.push(makeNode(output, opType, inputs, [output], attributes));
    return output;
  };
  const constant = (name: string, dims: readonly number[], values: readonly number[]): string => {
    const bytes = new Uint8Array(Float32Array.from(values).buffer);
    constants.set(name, {
      name,
      dtype: 'float32',
      typeCode: codeOf('float32'),
      shape: dims,
      data: { kind: 'inline', bytes },
    });
    return name;
  };
  /** True where the occluder covers the coordinate along `axis`. */
  const covered = (corner: string, axis: number): string => {
    const length = shape[axis] ?? 1;
    const coordinate = constant(`${corner}_axis`, along(axis), [...Array(length).keys()]);
    const end = emit('Add', [corner, constant(`${corner}_size`, [], [size])], `${corner}_end`);
    const from = emit('GreaterOrEqual', [coordinate, corner], `${corner}_from`);
    const until = emit('Less', [coordinate, end], `${corner}_until`);
    return emit('And', [from, until], `${corner}_covered`);
  };

  const mask = emit('And', [covered('top', rowAxis), covered('left', columnAxis)], 'mask');
  emit('Where', [mask, 'fill', 'photo'], OCCLUDED);
  const float = { dtype: 'float32' } as const;
  const corner = [batch, 1, 1, 1];
  return encodeModel({
    graph: {
      name: 'occluder',
      nodes,
      inputs: [
        { name: 'photo', shape, ...float },
        { name: 'fill', shape: along(channelAxis), ...float },
        { name: 'top', shape: corner, ...float },
        { name: 'left', shape: corner, ...float },
      ],
      outputs: [{ name: OCCLUDED, ...float }],
      constants,
      valueInfo: new Map(),
    },
    opsets: new Map([['', 17]]),
    irVersion: 8,
    folder: '',
  });
}
