/** Parquet, one row group at a time and one column after the other: memory is that of a row group. */
import type {AsyncBuffer, FileMetaData, SchemaElement, SchemaTree} from 'hyparquet';
import {groupBy} from '../../base/group-by.ts';
import {BIGINT_KEY, soundly, textOfValue, within64} from '../binary-cells.ts';
import type {BinaryColumn, BinaryFile} from '../binary-table.ts';
import type {ByteSource} from '../byte-source.ts';
import {wholeOf} from '../byte-source-tools.ts';
import {millisOfMicros} from '../instants.ts';
import {bigintColumn, booleanColumn, numericColumn, stringColumn} from '../table-tools.ts';
import type {Column, ColumnType, Table} from '../table.ts';

const DAY = 86_400_000;

export async function openParquet(source: ByteSource): Promise<BinaryFile> {
  const {parquetMetadataAsync, parquetRead, parquetSchema} = await import('hyparquet');
  const {compressors} = await import('hyparquet-compressors');
  const file = await bufferOf(source);
  const metadata = await soundly(source.name, 'Parquet', () => parquetMetadataAsync(file));
  const leaves = await soundly(source.name, 'Parquet', () => parquetSchema(metadata).children);
  const groups = groupsOf(metadata);
  const columns = await soundly(source.name, 'Parquet', () => {
    const bigints = alwaysBigint(metadata);
    return leaves.map((leaf) => columnOf(leaf, groups, bigints));
  });
  const metadataOf = narrowed(metadata, groups, leaves);
  const readColumn = (column: number, rowStart: number, rowEnd: number): Promise<Column> =>
    soundly(source.name, 'Parquet', async () => {
      const name = columns[column]?.name ?? '';
      const values: unknown[] = [];
      await parquetRead({
        file,
        metadata: metadataOf(column),
        columns: [name],
        rowStart,
        rowEnd,
        compressors,
        parsers,
        geoparquet: false,
        onChunk: (chunk) => {
          // A chunk is a page, of which a group may have thousands.
          const end = Math.min(rowEnd, chunk.rowEnd);
          for (let row = Math.max(rowStart, chunk.rowStart); row < end; row += 1)
            values[row - rowStart] = chunk.columnData[row - chunk.rowStart];
        },
      });
      const leaf = leaves[column];
      if (leaf === undefined || values.length !== rowEnd - rowStart)
        throw new Error(`column ${name} has too few values`);
      return toColumn(name, columns[column]?.type ?? 'string', values, leaf.element);
    });
  return {
    name: source.name,
    columns,
    groups: async function* (wanted): AsyncIterable<Table> {
      let rowStart = 0;
      for (const group of metadata.row_groups) {
        const rowCount = Number(group.num_rows);
        const read: Column[] = [];
        for (const column of wanted) read.push(await readColumn(column, rowStart, rowStart + rowCount));
        if (rowCount > 0) yield {rowCount, columns: read};
        rowStart += rowCount;
      }
    },
  };
}

/** A row group, and what it holds of each column by the column's name. */
interface Group {
  readonly group: FileMetaData['row_groups'][number];
  readonly chunks: ReadonlyMap<string | undefined, FileMetaData['row_groups'][number]['columns']>;
}

const groupsOf = (metadata: FileMetaData): readonly Group[] =>
  metadata.row_groups.map((group) => ({
    group,
    chunks: groupBy(group.columns, ({meta_data: data}) => data?.path_in_schema[0]),
  }));

/**
 * Metadata as if a file had one of its columns only: the library goes through all of them at each call, so that ten thousand
 * columns one after the other would take minutes.
 */
function narrowed(
  metadata: FileMetaData,
  groups: readonly Group[],
  leaves: readonly SchemaTree[],
): (column: number) => FileMetaData {
  const [root] = metadata.schema;
  return (column) => {
    const leaf = leaves[column];
    if (root === undefined || leaf === undefined) throw new Error(`there is no column ${String(column)}`);
    return {
      ...metadata,
      schema: [{...root, num_children: 1}, ...elementsOf(leaf)],
      row_groups: groups.map(({group, chunks}) => ({...group, columns: chunks.get(leaf.element.name) ?? []})),
    };
  };
}

const elementsOf = ({element, children}: SchemaTree): SchemaElement[] => [element, ...children.flatMap(elementsOf)];

async function bufferOf(source: ByteSource): Promise<AsyncBuffer> {
  const start = String.fromCharCode(...source.readAt(0, 4));
  if (start === 'PAR1') {
    return {
      byteLength: source.size,
      slice: (from, to = source.size) => Uint8Array.from(source.readAt(from, to - from)).buffer,
    };
  }
  // Compressed as a whole: it must be jumped about in, so it must lie in memory.
  const bytes = await wholeOf(source);
  return {byteLength: bytes.length, slice: (from, to) => bytes.slice(from, to).buffer};
}

/** Times as milliseconds, and texts left alone. */
const parsers = {
  timestampFromMilliseconds: Number,
  timestampFromMicroseconds: millisOfMicros,
  // What is finer than a microsecond is cut.
  timestampFromNanoseconds: (nanos: bigint) => millisOfMicros(nanos / 1000n),
  dateFromDays: (days: number) => days * DAY,
  jsonFromBytes: (bytes: Uint8Array) => new TextDecoder().decode(bytes),
};

function columnOf(
  {element, children}: SchemaTree,
  groups: readonly Group[],
  bigints: ReadonlySet<string>,
): BinaryColumn {
  const {name} = element;
  const type = children.length > 0 ? 'string' : typeOf(element);
  if (type !== 'bigint' || bigints.has(name)) return {name, type, mayBeInteger: false};
  return isSmall(name, groups) ? {name, type: 'integer', mayBeInteger: false} : {name, type, mayBeInteger: true};
}

function alwaysBigint(metadata: FileMetaData): ReadonlySet<string> {
  const list = metadata.key_value_metadata?.find(({key}) => key === BIGINT_KEY)?.value;
  return new Set(list === undefined ? [] : (JSON.parse(list) as readonly string[]));
}

/** Whether the statistics of all row groups say that a column of whole numbers needs no more than 53 bits. */
function isSmall(name: string, groups: readonly Group[]): boolean {
  return groups.every(({chunks}) => {
    const chunk = chunks.get(name)?.find(({meta_data: data}) => data?.path_in_schema.length === 1);
    const {min_value: least, max_value: most} = chunk?.meta_data?.statistics ?? {};
    return typeof least === 'bigint' && typeof most === 'bigint' && least >= -SAFE && most <= SAFE;
  });
}

const SAFE = BigInt(Number.MAX_SAFE_INTEGER);

function typeOf({
  type,
  converted_type: converted,
  logical_type: logical,
  repetition_type: repetition,
}: SchemaElement): ColumnType {
  if (repetition === 'REPEATED') return 'string';
  if (converted === 'DATE' || logical?.type === 'DATE') return 'date';
  if (converted === 'TIMESTAMP_MILLIS' || converted === 'TIMESTAMP_MICROS' || logical?.type === 'TIMESTAMP')
    return 'datetime';
  if (converted === 'DECIMAL' || logical?.type === 'DECIMAL' || logical?.type === 'FLOAT16') return 'number';
  if (converted === 'TIME_MILLIS' || converted === 'TIME_MICROS' || logical?.type === 'TIME') return 'string';
  switch (type) {
    case 'BOOLEAN':
      return 'boolean';
    case 'INT32':
      return 'integer';
    case 'INT64':
      return 'bigint';
    case 'INT96':
      return 'datetime';
    case 'FLOAT':
    case 'DOUBLE':
      return 'number';
    default:
      return 'string';
  }
}

type Cell<Value> = Value | null | undefined;

function toColumn(name: string, type: ColumnType, values: readonly unknown[], element: SchemaElement): Column {
  if (type === 'boolean') return booleanColumn(name, values as readonly Cell<boolean>[]);
  if (type === 'bigint')
    return bigintColumn(
      name,
      (values as readonly Cell<bigint>[]).map((cell) => (typeof cell === 'bigint' ? within64(cell, name) : cell)),
    );
  if (type !== 'string') {
    const numbers = (values as readonly Cell<number | bigint>[]).map((cell) =>
      typeof cell === 'bigint' ? Number(cell) : cell,
    );
    return numericColumn(name, numbers, type);
  }
  const isTime = element.logical_type?.type === 'TIME' || element.converted_type?.startsWith('TIME_') === true;
  const unit = element.logical_type?.type === 'TIME' ? element.logical_type.unit : element.converted_type?.slice(5);
  return stringColumn(
    name,
    values.map((cell) =>
      isTime ? timeText(cell, unit) : cell === null || cell === undefined ? cell : textOfValue(cell),
    ),
  );
}

/** `12:30:59.000001` */
function timeText(cell: unknown, unit: string | undefined): string | undefined {
  if (typeof cell !== 'number' && typeof cell !== 'bigint') return undefined;
  const perSecond = unit === 'NANOS' ? 9 : unit === 'MICROS' ? 6 : 3;
  const ticks = BigInt(cell);
  const seconds = Number(ticks / 10n ** BigInt(perSecond));
  const fraction = String(ticks % 10n ** BigInt(perSecond)).padStart(perSecond, '0');
  const clock = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return `${clock.map((part) => String(part).padStart(2, '0')).join(':')}${/[1-9]/.test(fraction) ? `.${fraction}` : ''}`;
}
