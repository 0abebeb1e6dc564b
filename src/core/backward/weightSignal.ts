/** The signal at the weights of a convolution, which is a convolution itself. */

import { int, ints } from '../onnx/attributes.js';
import type { Shaped } from './indexAdd.js';
import type { BackwardContext, ValueName } from './rule.js';
import { overhang, spatial } from './window.js';
import type { WindowAxis } from './window.js';

/**
 * Correlates the fine side of a convolution with its coarse side: the weight between coarse channel o and fine channel
 * c at tap k gets the sum over images n and windows p of coarse[n, o, p] · fine[n, c, p·stride + k·dilation - pad].
 *
 * That is a convolution in which images and channels change places: the coarse side is the kernel, its steps are the
 * strides, so they become dilations, and the taps are the dilations, so they become strides. The groups' images are
 * channels of as many groups.
 * @param fine input of a Conv, or signal at the output of a ConvTranspose: [N, C, ...]
 * @param coarse signal at the output of a Conv, or input of a ConvTranspose: [N, O, ...]
 * @returns [O, C / group, kernel...]
 */
export function weightSignal(
  c: BackwardContext,
  fine: Shaped,
  coarse: Shaped,
  windows: readonly WindowAxis[],
  group: number,
): ValueName {
  const [batch = 1, channels = 1, ...sizes] = fine.shape;
  const share = channels / group;
  const grouped = c.emit('Reshape', [fine.value, c.int64([batch, group, share, ...sizes])]);
  const behind = (first: number): number[] => sizes.map((_, axis) => axis + first);
  const turned = c.emit('Transpose', [grouped], { perm: ints([2, 1, 0, ...behind(3)]) });
  const kernels = c.emit('Transpose', [coarse.value], { perm: ints([1, 0, ...behind(2)]) });
  const after = windows.map((axis) => Math.max(overhang(axis), 0));
  const taps = c.emit(
    'Conv',
    [c.emit('Reshape', [turned, c.int64([share, group * batch, ...sizes])]), kernels],
    {
      kernel_shape: ints(spatial(coarse.shape)),
      strides: ints(windows.map(({ dilation }) => dilation)),
      dilations: ints(windows.map(({ stride }) => stride)),
      pads: ints([...windows.map(({ pads }) => pads[0]), ...after]),
      group: int(group),
    },
  );
  // Elements behind the last window are read by further positions, which are no taps.
  const isLonger = windows.some((axis) => -overhang(axis) >= axis.dilation);
  const zeros = c.int64(windows.map(() => 0));
  const ends = c.int64(windows.map(({ kernel }) => kernel));
  const kept = isLonger ? c.emit('Slice', [taps, zeros, ends, c.int64(behind(2))]) : taps;
  return c.emit('Transpose', [kept], { perm: ints([1, 0, ...behind(2)]) });
}
