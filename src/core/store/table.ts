/** Tables on disk: Parquet files that are written group by group and read column by column. */

import { mkdir, open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

import { asyncBufferFromFile, parquetMetadataAsync, parquetScan } from 'hyparquet';
import type { FileMetaData, SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';

import { UserError } from '../errors.js';
import { ownMark, publishOnce, temporary, unwritable } from './files.js';

/** A column; `bytes` gives the length of its values, all of one. Types with a question mark may be null. */
export interface Column {
  readonly name: string;
  readonly type:
    | 'int32'
    | 'int32?'
    | 'float'
    | 'float?'
    | 'double'
    | 'double?'
    | 'text'
    | 'text?'
    | { readonly bytes: number };
}

type Cells =
  | Int32Array
  | Float32Array
  | Float64Array
  | readonly (number | null)[]
  | readonly (string | null)[]
  | readonly Uint8Array[];

/** Values by column, all of one length. */
export type Rows = Readonly<Record<string, Cells>>;

/** A whole table, made row group by row group when it is written. */
export interface Table {
  readonly columns: readonly Column[];
  /** Some thousand rows each. */
  readonly groups: () => Iterable<Rows>;
}

/** Writes one file under its temporary name; `commit` (files.ts) puts it in its place. */
export class TableWriter {
  private readonly bytes = new ByteWriter();
  private readonly writer: ParquetWriter;

  private constructor(
    private readonly file: string,
    private readonly handle: FileHandle,
    private readonly columns: readonly Column[],
  ) {
    const root: SchemaElement = { name: 'root', num_children: columns.length };
    this.writer = new ParquetWriter({
      writer: this.bytes,
      schema: [root, ...columns.map(schemaOf)],
      // Sums and vectors hardly compress; what repeats is kept as a dictionary.
      codec: 'SNAPPY',
      // Row groups are found by what a column holds throughout.
      statisticsTruncateLength: Infinity,
      createdBy: 'unpool',
    });
  }

  /** @param mark of the temporary name @throws UserError where nothing can be written there */
  static async create(file: string, columns: readonly Column[], mark = ''): Promise<TableWriter> {
    const failed = unwritable(file);
    await mkdir(dirname(file), { recursive: true }).catch(failed);
    return new TableWriter(file, await open(temporary(file, mark), 'w').catch(failed), columns);
  }

  /** Appends a row group; nothing for no rows. */
  async append(rows: Rows): Promise<void> {
    const columnData = this.columns.map(({ name, type }) => {
      const data = rows[name] ?? [];
      return typeof type === 'object'
        ? {
            name,
            data: [...data],
            encoding: 'PLAIN' as const,
            codec: 'UNCOMPRESSED' as const,
            statistics: false,
          }
        : type.startsWith('float') || type.startsWith('double')
          ? { name, data: plain(data), encoding: 'PLAIN' as const }
          : { name, data: plain(data) };
    });
    const count = columnData[0]?.data.length ?? 0;
    if (count > 0) {
      await this.writer.write({ columnData, rowGroupSize: count });
      await this.flush();
    }
  }

  /** Ends the file, which keeps its temporary name. */
  async finish(): Promise<void> {
    await this.writer.finish();
    await this.flush();
    await this.handle.datasync().catch(unwritable(this.file));
    await this.handle.close();
  }

  /** Closes a file that is not to be finished. */
  async abandon(): Promise<void> {
    await this.handle.close();
  }

  private async flush(): Promise<void> {
    const { bytes } = this;
    await this.handle.writeFile(new Uint8Array(bytes.buffer, 0, bytes.index)).catch(unwritable(this.file));
    bytes.index = 0;
  }
}

function plain(
  data: Cells,
): Int32Array | Float32Array | Float64Array | (number | string | null | Uint8Array)[] {
  return ArrayBuffer.isView(data) ? data : [...data];
}

function schemaOf({ name, type }: Column): SchemaElement {
  const required = { name, repetition_type: 'REQUIRED' } as const;
  const optional = { name, repetition_type: 'OPTIONAL' } as const;
  switch (type) {
    case 'int32':
      return { ...required, type: 'INT32' };
    case 'int32?':
      return { ...optional, type: 'INT32' };
    case 'float':
      return { ...required, type: 'FLOAT' };
    case 'float?':
      return { ...optional, type: 'FLOAT' };
    case 'double':
      return { ...required, type: 'DOUBLE' };
    case 'double?':
      return { ...optional, type: 'DOUBLE' };
    case 'text':
      return { ...required, type: 'BYTE_ARRAY', converted_type: 'UTF8' };
    case 'text?':
      return { ...optional, type: 'BYTE_ARRAY', converted_type: 'UTF8' };
    default:
      return { ...required, type: 'FIXED_LEN_BYTE_ARRAY', type_length: type.bytes };
  }
}

/** Writes a table of one group unless it is there: of several processes that try at once the first one's stays. */
export async function createTableOnce(file: string, columns: readonly Column[], rows: Rows): Promise<void> {
  const writer = await TableWriter.create(file, columns, ownMark());
  await writer.append(rows);
  await writer.finish();
  await publishOnce(temporary(file, ownMark()), file);
}

/** Columns as read: numbers as typed arrays where none is null, else values. */
export type ReadColumns = Readonly<Record<string, ArrayLike<unknown>>>;

/** Rows to read: of the row groups whose first column is one value throughout. */
export interface Group {
  readonly of: string;
  readonly value: string;
}

/**
 * Reads columns of a table.
 * @param group the row group to read; the whole file where it is left out
 * @throws UserError where the file is damaged
 */
export async function readTable(file: string, names: readonly string[], group?: Group): Promise<ReadColumns> {
  try {
    const buffer = await asyncBufferFromFile(file);
    const metadata = await parquetMetadataAsync(buffer);
    const [rowStart, rowEnd] = rowsOf(metadata, group);
    if (rowStart === rowEnd) {
      return Object.fromEntries(names.map((name) => [name, []]));
    }
    const scan = await parquetScan({ file: buffer, metadata, columns: [...names], rowStart, rowEnd });
    const read: Record<string, ArrayLike<unknown>> = {};
    for (const name of names) {
      const groups: ArrayLike<unknown>[] = [];
      // The scan has a range for each row group.
      for (const range of scan.ranges) {
        groups.push(await scan.readColumn({ column: name, ...range }));
      }
      read[name] = groups.length === 1 ? (groups[0] ?? []) : groups.flatMap((values) => Array.from(values));
    }
    return read;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`${file}: cannot be read (${reason}); remove it and run the index again`);
  }
}

/** The first row to read and the one behind the last. */
function rowsOf(
  { row_groups: groups, num_rows: all }: FileMetaData,
  group: Group | undefined,
): [number, number] {
  if (group === undefined) {
    return [0, Number(all)];
  }
  let start = 0;
  for (const { columns, num_rows: rows } of groups) {
    const ofColumn = columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === group.of);
    if (ofColumn?.meta_data?.statistics?.min_value === group.value) {
      return [start, start + Number(rows)];
    }
    start += Number(rows);
  }
  return [0, 0];
}
