/** The curves of a time line as one table: a row a checkpoint and layer. */

import type { Column, Rows, Table } from '../../store/table.js';
import type { CheckpointFile } from './checkpointFiles.js';
import type { CheckpointRow } from './evolution.js';

const COLUMNS: readonly Column[] = [
  { name: 'epoch', type: 'double' },
  { name: 'file', type: 'text' },
  { name: 'layer', type: 'text' },
  { name: 'weight_norm', type: 'double?' },
  { name: 'step', type: 'double?' },
  { name: 'measured', type: 'text?' },
  { name: 'maps', type: 'int32?' },
  { name: 'dead_maps', type: 'int32?' },
  { name: 'mean_activation', type: 'double?' },
  { name: 'accuracy', type: 'double?' },
];

export function evolutionTable(
  files: readonly Pick<CheckpointFile, 'name' | 'epoch'>[],
  rows: readonly CheckpointRow[],
): Table {
  return {
    columns: COLUMNS,
    *groups() {
      for (const row of rows) {
        yield rowsOf(files[row.place], row);
      }
    },
  };
}

function rowsOf(
  file: Pick<CheckpointFile, 'name' | 'epoch'> | undefined,
  { layers, accuracy }: CheckpointRow,
): Rows {
  return {
    epoch: layers.map(() => file?.epoch ?? NaN),
    file: layers.map(() => file?.name ?? ''),
    layer: layers.map(({ layer }) => layer),
    weight_norm: layers.map(({ norm }) => norm ?? null),
    step: layers.map(({ step }) => step ?? null),
    measured: layers.map(({ measured }) => measured ?? null),
    maps: layers.map(({ maps }) => maps ?? null),
    dead_maps: layers.map(({ dead }) => dead ?? null),
    mean_activation: layers.map(({ mean }) => mean ?? null),
    accuracy: layers.map(() => (accuracy === undefined ? null : accuracy.right / accuracy.of)),
  };
}
