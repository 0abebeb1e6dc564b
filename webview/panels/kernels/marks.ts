/** What is suspicious about kernels. */

import type { KernelsView } from '../../../src/protocol/panels/kernels.js';
import type { Mark } from '../../common/grid.js';
import { l10n } from '../../common/host.js';

/** The remarks on each kernel that has any. */
export function marksOf({ dead, nearDuplicates, notFinite }: KernelsView): Map<number, Mark[]> {
  const marks = new Map<number, Mark[]>();
  const add = (kernel: number, mark: Mark): void => {
    marks.set(kernel, [...(marks.get(kernel) ?? []), mark]);
  };
  for (const kernel of notFinite) {
    add(kernel, { icon: 'warning', text: 'NaN' });
  }
  for (const kernel of dead) {
    add(kernel, { icon: 'circle-slash', text: l10n('dead') });
  }
  const twins = new Map<number, number[]>();
  for (const { first, second } of nearDuplicates) {
    twins.set(first, [...(twins.get(first) ?? []), second]);
    twins.set(second, [...(twins.get(second) ?? []), first]);
  }
  for (const [kernel, others] of twins) {
    const more = others.length > 1 ? ` +${others.length - 1}` : '';
    add(kernel, { icon: 'copy', text: `≈ ${others[0] ?? ''}${more}` });
  }
  return marks;
}

/** The layer in a line. */
export function summaryOf({ shape, groups, dead, nearDuplicates, notFinite }: KernelsView): string {
  const [outputs = 0, inputs = 0, height = 0, width = 0] = shape;
  return [
    l10n('{0} kernels of {1}×{2}×{3}', outputs, height, width, inputs),
    ...(groups > 1 ? [l10n('{0} groups', groups)] : []),
    ...(dead.length > 0 ? [l10n('{0} dead', dead.length)] : []),
    ...(nearDuplicates.length > 0 ? [l10n('{0} near-duplicate pairs', nearDuplicates.length)] : []),
    ...(notFinite.length > 0 ? [l10n('{0} with NaN or infinities', notFinite.length)] : []),
  ].join(' · ');
}
