/** Arrow IPC (files, which are also called Feather, and streams), one record batch at a time: memory is that of a batch. */
import type {Column as ArrowColumn, DataType, Table as ArrowTable} from '@uwdata/flechette';
import {BIGINT_KEY, soundly, textOfValue, within64} from '../binary-cells.ts';
import type {BinaryColumn, BinaryFile} from '../binary-table.ts';
import type {ByteSource} from '../byte-source.ts';
import {millisOfMicros} from '../instants.ts';
import {bigintColumn, booleanColumn, numericColumn, stringColumn} from '../table-tools.ts';
import type {Column, ColumnType, Table} from '../table.ts';
import {directColumn} from './direct-column.ts';
import {decodeLz4} from './lz4.ts';
import {DICTIONARY, SCHEMA, messagesOf} from './messages.ts';

type Flechette = typeof import('@uwdata/flechette');

/** Whole numbers and instants as they are, nothing rounded. */
const EXTRACTION = {useBigInt: true, useBigIntTimestamp: true};

export async function openArrow(source: ByteSource): Promise<BinaryFile> {
  const flechette = await loadFlechette();
  const first = await soundly(source.name, 'Arrow', async () => {
    for await (const message of messagesOf(source.chunks())) return message;
    throw new Error('it holds nothing');
  });
  const {schema} = await soundly(source.name, 'Arrow', () => flechette.tableFromIPC([first.bytes], EXTRACTION));
  const always = schema.metadata?.get(BIGINT_KEY);
  const bigints = new Set(always === undefined ? [] : (JSON.parse(always) as readonly string[]));
  const types = schema.fields.map(({type}) => type);
  const columns = schema.fields.map(({name, type}): BinaryColumn => {
    const own = typeOf(type, flechette);
    return {name, type: own, mayBeInteger: own === 'bigint' && !bigints.has(name)};
  });
  const toTable = (arrow: ArrowTable, wanted: readonly number[]): Table => ({
    rowCount: arrow.numRows,
    columns: wanted.map((at) => {
      const {name, type} = columns[at] ?? {name: '', type: 'string'};
      const column = arrow.getChildAt(at);
      return directColumn(name, column, types[at], flechette) ?? toColumn(name, type, column, types[at], flechette);
    }),
  });
  return {
    name: source.name,
    columns,
    groups: async function* (wanted): AsyncIterable<Table> {
      // Dictionaries come before the batches that use them, and may be replaced or get more words.
      const before: Uint8Array[] = [];
      const messages = messagesOf(source.chunks());
      try {
        for (;;) {
          const next = await soundly(source.name, 'Arrow', () => messages.next());
          if (next.done === true) return;
          const {kind, bytes} = next.value;
          if (kind === SCHEMA || kind === DICTIONARY) {
            before.push(bytes);
            continue;
          }
          const table = await soundly(source.name, 'Arrow', () =>
            toTable(flechette.tableFromIPC([...before, bytes], EXTRACTION), wanted),
          );
          if (table.rowCount > 0) yield table;
        }
      } finally {
        await messages.return(undefined);
      }
    },
  };
}

async function loadFlechette(): Promise<Flechette> {
  const flechette = await import('@uwdata/flechette');
  const {decompressZstd} = await import('hyparquet-compressors');
  const encode = (): never => {
    throw new Error('buffers are only read compressed');
  };
  flechette.setCompressionCodec(flechette.CompressionType.LZ4_FRAME, {encode, decode: decodeLz4});
  // A copy, because numbers of 64 bits must begin at a multiple of 8 in their memory.
  const decode = (bytes: Uint8Array): Uint8Array => decompressZstd(bytes).slice();
  flechette.setCompressionCodec(flechette.CompressionType.ZSTD, {encode, decode});
  return flechette;
}

function typeOf(type: DataType, flechette: Flechette): ColumnType {
  const {Type} = flechette;
  switch (type.typeId) {
    case Type.Bool:
      return 'boolean';
    case Type.Int:
      return type.bitWidth === 64 ? 'bigint' : 'integer';
    case Type.Float:
    case Type.Decimal:
      return 'number';
    case Type.Date:
      return 'date';
    case Type.Timestamp:
      return 'datetime';
    case Type.Dictionary:
      return typeOf(type.dictionary, flechette);
    default:
      return 'string';
  }
}

type Cells<Value> = Iterable<Value | null | undefined>;

function toColumn(
  name: string,
  type: ColumnType,
  column: ArrowColumn<unknown>,
  arrow: DataType | undefined,
  flechette: Flechette,
): Column {
  const cells = column as Cells<unknown>;
  switch (type) {
    case 'boolean':
      return booleanColumn(name, cells as Cells<boolean>);
    case 'bigint':
      return bigintColumn(
        name,
        mapped(cells, (cell) => within64(cell as bigint, name)),
      );
    case 'string':
      return stringColumn(name, mapped(cells, textOfValue));
    case 'datetime':
      return numericColumn(
        name,
        mapped(cells, (cell) => millisOf(cell as bigint, arrow, flechette)),
        type,
      );
    case 'integer':
    case 'number':
    case 'date':
      return numericColumn(name, mapped(cells, Number), type);
  }
}

function* mapped<To>(cells: Cells<unknown>, map: (cell: unknown) => To): Iterable<To | undefined> {
  for (const cell of cells) yield cell === null || cell === undefined ? undefined : map(cell);
}

/** What is finer than a microsecond is cut. */
function millisOf(ticks: bigint, type: DataType | undefined, {TimeUnit, Type}: Flechette): number {
  const own = type?.typeId === Type.Dictionary ? type.dictionary : type;
  const unit = own?.typeId === Type.Timestamp ? own.unit : TimeUnit.MILLISECOND;
  if (unit === TimeUnit.SECOND) return Number(ticks) * 1000;
  if (unit === TimeUnit.MILLISECOND) return Number(ticks);
  return millisOfMicros(unit === TimeUnit.MICROSECOND ? ticks : ticks / 1000n);
}
