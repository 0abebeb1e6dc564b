/** Kernels as pictures: zero is mid-grey. */

import type { KernelsView } from '../../../src/protocol/panels/kernels.js';
import type { Picture } from '../../../src/protocol/view.js';
import { mapPicture } from '../../common/canvas.js';
import { GREY, writeColour } from '../../common/colour.js';
import type { Range } from '../../common/colour.js';

/** The weights of one kernel, [inputs, height, width]. */
export function weightsOf({ shape, weights }: KernelsView, kernel: number): Float32Array {
  const length = shape.slice(1).reduce((product, size) => product * size, 1);
  return weights.subarray(kernel * length, (kernel + 1) * length);
}

/** The weights of one kernel for one of its input channels, [height, width]. */
export function sliceOf(view: KernelsView, kernel: number, channel: number): Float32Array {
  const [, , height = 1, width = 1] = view.shape;
  return weightsOf(view, kernel).subarray(channel * height * width, (channel + 1) * height * width);
}

/** In colours where the inputs are colours; else all slices, row by row, one pixel apart. */
export function kernelPicture(view: KernelsView, kernel: number, range: Range): Picture {
  return view.colours === null ? mosaic(view, kernel, range) : coloured(view, kernel, range);
}

/** One slice in grey. */
export function slicePicture(view: KernelsView, kernel: number, channel: number, range: Range): Picture {
  const [, , height = 1, width = 1] = view.shape;
  return mapPicture(sliceOf(view, kernel, channel), height, width, GREY, range);
}

/** Width and height of a kernel's picture in its own pixels. */
export function pictureSize({ shape, colours }: KernelsView): { width: number; height: number } {
  const [, inputs = 1, height = 1, width = 1] = shape;
  if (colours !== null) {
    return { width, height };
  }
  const { columns, gap } = mosaicLayout(inputs, height, width);
  return {
    width: columns * (width + gap) - gap,
    height: Math.ceil(inputs / columns) * (height + gap) - gap,
  };
}

function mosaicLayout(inputs: number, height: number, width: number): { columns: number; gap: number } {
  // Slices of a single weight are pixels already.
  return { columns: Math.ceil(Math.sqrt(inputs)), gap: height * width > 1 ? 1 : 0 };
}

function coloured(view: KernelsView, kernel: number, range: Range): Picture {
  const [, , height = 1, width = 1] = view.shape;
  const order = view.colours === 'BGR' ? [2, 1, 0] : [0, 1, 2];
  const planes = order.map((channel) => slicePicture(view, kernel, channel, range).rgba);
  const [red, green, blue] = planes.map((plane) => new Uint8ClampedArray(plane));
  const rgba = new Uint8ClampedArray(height * width * 4);
  for (let at = 0; at < rgba.length; at += 4) {
    rgba[at] = red?.[at] ?? 0;
    rgba[at + 1] = green?.[at + 1] ?? 0;
    rgba[at + 2] = blue?.[at + 2] ?? 0;
    rgba[at + 3] = 255;
  }
  return { width, height, rgba: rgba.buffer };
}

function mosaic(view: KernelsView, kernel: number, range: Range): Picture {
  const [, inputs = 1, height = 1, width = 1] = view.shape;
  const { columns, gap } = mosaicLayout(inputs, height, width);
  const size = pictureSize(view);
  const rgba = new Uint8ClampedArray(size.width * size.height * 4);
  const weights = weightsOf(view, kernel);
  for (let channel = 0; channel < inputs; channel++) {
    const left = (channel % columns) * (width + gap);
    const top = Math.floor(channel / columns) * (height + gap);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const pixel = (top + y) * size.width + left + x;
        const value = weights[(channel * height + y) * width + x] ?? NaN;
        writeColour(rgba, pixel, GREY, value, range);
      }
    }
  }
  return { ...size, rgba: rgba.buffer };
}
