/** The command that projects the same unit. */

import { fileWords } from '../../common/commandLine.js';
import type { ProjectionRequests } from '../../../src/protocol/panels/projection.js';
import type { ModelView, PhotoView } from '../../../src/protocol/view.js';

type Projected = ProjectionRequests['project']['params'];

/** What is left out is as the command takes it by itself. */
export function projectionCommand(
  model: ModelView,
  photo: PhotoView,
  { layer, unit, method, normalization, percentile }: Omit<Projected, 'photo'>,
): readonly string[] {
  return [
    ...['unpool', 'project', ...fileWords(model, photo), '--layer', layer, ...unitWords(unit)],
    ...(method === 'deconvnet' ? [] : ['--method', method]),
    ...(method === 'deconvnet' && normalization === 'exact' ? ['--normalization', normalization] : []),
    ...(percentile === 99.5 ? [] : ['--percentile', String(percentile)]),
    ...['--out', 'projection.png'],
  ];
}

function unitWords(unit: Projected['unit']): readonly string[] {
  switch (unit.kind) {
    case 'strongest':
      return [];
    case 'map':
      return ['--map', String(unit.channel)];
    case 'strongestOfMap':
      return ['--unit', String(unit.channel)];
    case 'unit':
      return ['--unit', [unit.channel, unit.y, unit.x].join(',')];
  }
}
