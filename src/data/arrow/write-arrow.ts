/**
 * Arrow IPC files (Feather 2), a record batch a batch. The library encodes one batch as a whole file; its record batch is taken
 * out, and the footer of the first file is made the footer of all by giving it a list of all batches.
 */
import type {Batch, Column as ArrowColumn, DataType} from '@uwdata/flechette';
import {BIGINT_KEY} from '../binary-cells.ts';
import type {ByteSink} from '../byte-source.ts';
import {microsOf} from '../instants.ts';
import {isMissing} from '../table.ts';
import type {Column, StringColumn, Table} from '../table.ts';
import {fieldAt} from './messages.ts';

type Flechette = typeof import('@uwdata/flechette');

const DAY = 86_400_000;
const EMPTY = new Uint8Array(0);
const MAGIC = Uint8Array.of(65, 82, 82, 79, 87, 49);
const END_OF_STREAM = Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0);
/** Footer: version, schema, dictionaries, record batches. */
const RECORD_BATCHES = 3;
const BLOCK_BYTES = 24;

/** Where a record batch lies in the file. */
interface Block {
  readonly offset: number;
  readonly metadataLength: number;
  readonly bodyLength: number;
}

export class ArrowTableWriter {
  readonly #sink: ByteSink;
  #footer: Uint8Array | undefined;
  #written = 0;
  readonly #blocks: Block[] = [];

  constructor(sink: ByteSink) {
    this.#sink = sink;
  }

  async write(table: Table): Promise<void> {
    if (table.columns.length === 0) throw new Error('a table without columns cannot be written as Arrow');
    const bytes = fileOf(table, await import('@uwdata/flechette'));
    const footer = footerOf(bytes);
    const block = blockOf(footer);
    if (this.#footer === undefined) {
      this.#footer = footer.slice();
      await this.#put(bytes.subarray(0, block.offset));
    }
    if (table.rowCount === 0) return;
    this.#blocks.push({...block, offset: this.#written});
    await this.#put(bytes.subarray(block.offset, block.offset + block.metadataLength + block.bodyLength));
  }

  async end(): Promise<void> {
    if (this.#footer === undefined) throw new Error('a table without columns cannot be written as Arrow');
    const footer = withBlocks(this.#footer, this.#blocks);
    const size = new Uint8Array(4);
    new DataView(size.buffer).setInt32(0, footer.length, true);
    for (const part of [END_OF_STREAM, footer, size, MAGIC]) await this.#put(part);
  }

  async #put(bytes: Uint8Array): Promise<void> {
    await this.#sink.write(bytes);
    this.#written += bytes.length;
  }
}

function footerOf(file: Uint8Array): Uint8Array {
  const end = file.length - MAGIC.length - 4;
  const size = viewOf(file).getInt32(end, true);
  return file.subarray(end - size, end);
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** The only record batch of a file of one batch. */
function blockOf(footer: Uint8Array): Block {
  const view = viewOf(footer);
  const field = fieldAt(view, view.getUint32(0, true), RECORD_BATCHES);
  const first = field + view.getUint32(field, true) + 4;
  return {
    offset: Number(view.getBigInt64(first, true)),
    metadataLength: view.getInt32(first + 8, true),
    bodyLength: Number(view.getBigInt64(first + 16, true)),
  };
}

/** A footer with another list of record batches, which is put behind it: offsets in a flatbuffer point forward. */
function withBlocks(footer: Uint8Array, blocks: readonly Block[]): Uint8Array {
  // The blocks must lie at a multiple of 8, their count right before them.
  const vector = Math.ceil((footer.length + 4) / 8) * 8 - 4;
  const whole = new Uint8Array(vector + 4 + blocks.length * BLOCK_BYTES);
  whole.set(footer);
  const view = viewOf(whole);
  const field = fieldAt(view, view.getUint32(0, true), RECORD_BATCHES);
  view.setUint32(field, vector - field, true);
  view.setUint32(vector, blocks.length, true);
  for (const [index, {offset, metadataLength, bodyLength}] of blocks.entries()) {
    const at = vector + 4 + index * BLOCK_BYTES;
    view.setBigInt64(at, BigInt(offset), true);
    view.setInt32(at + 8, metadataLength, true);
    view.setBigInt64(at + 16, BigInt(bodyLength), true);
  }
  return whole;
}

function fileOf(table: Table, flechette: Flechette): Uint8Array {
  const columns = table.columns.map((column): [string, ArrowColumn<unknown>] => [
    column.name,
    arrowColumn(column, table.rowCount, flechette),
  ]);
  const arrow = flechette.tableFromColumns(columns);
  const bigints = table.columns.filter(({type}) => type === 'bigint').map(({name}) => name);
  if (bigints.length > 0) {
    (arrow.schema as {metadata: Map<string, string> | null}).metadata = new Map([
      [BIGINT_KEY, JSON.stringify(bigints)],
    ]);
  }
  const bytes = flechette.tableToIPC(arrow, {format: 'file'});
  if (bytes === null) throw new Error('the encoder of Arrow gave no bytes');
  return bytes;
}

/** The buffers of a column as Arrow lays them out. */
function arrowColumn(column: Column, length: number, flechette: Flechette): ArrowColumn<unknown> {
  const {validity, nullCount} = validityOf(column, length);
  const make = (type: DataType, buffers: object): ArrowColumn<unknown> => {
    const BatchOf = flechette.batchType(type, {}) as unknown as new (options: object) => Batch<unknown>;
    return new flechette.Column([new BatchOf({length, nullCount, type, validity, ...buffers})], type);
  };
  switch (column.type) {
    case 'number':
      return make(flechette.float64(), {values: column.values});
    case 'integer':
      return make(flechette.int64(), {values: bigints(column.values, (value) => BigInt(value))});
    case 'bigint':
      return make(flechette.int64(), {values: column.values});
    case 'boolean':
      return make(flechette.bool(), {values: bitsOf(length, (row) => column.values[row] === 1)});
    case 'date':
      return make(flechette.dateDay(), {values: Int32Array.from(column.values, (value) => Math.floor(value / DAY))});
    case 'datetime':
      return make(flechette.timestamp(flechette.TimeUnit.MICROSECOND, 'UTC'), {
        values: bigints(column.values, microsOf),
      });
    case 'string':
      return make(flechette.utf8(), textBuffers(column));
  }
}

const bigints = (values: Float64Array, toBigint: (value: number) => bigint): BigInt64Array =>
  BigInt64Array.from(values as Iterable<number>, (value) => (Number.isNaN(value) ? 0n : toBigint(value)));

function bitsOf(length: number, isSet: (row: number) => boolean): Uint8Array {
  const bits = new Uint8Array(Math.ceil(length / 8));
  for (let row = 0; row < length; row += 1) if (isSet(row)) bits[row >> 3] = (bits[row >> 3] ?? 0) | (1 << (row & 7));
  return bits;
}

function validityOf(column: Column, length: number): {readonly validity: Uint8Array; readonly nullCount: number} {
  let nullCount = 0;
  for (let row = 0; row < length; row += 1) if (isMissing(column, row)) nullCount += 1;
  return {validity: nullCount === 0 ? EMPTY : bitsOf(length, (row) => !isMissing(column, row)), nullCount};
}

function textBuffers({codes, words}: StringColumn): {readonly offsets: Int32Array; readonly values: Uint8Array} {
  const encoder = new TextEncoder();
  // Words that no row has any more may be many.
  const encoded = new Map<number, Uint8Array>();
  const offsets = new Int32Array(codes.length + 1);
  let end = 0;
  for (const [row, code] of codes.entries()) {
    const bytes = encoded.get(code) ?? encoder.encode(words[code] ?? '');
    encoded.set(code, bytes);
    end += bytes.length;
    offsets[row + 1] = end;
  }
  if (end > 2 ** 31 - 1) throw new Error('a batch holds more than 2 GiB of text: write fewer rows at a time');
  const values = new Uint8Array(end);
  for (const [row, code] of codes.entries()) values.set(encoded.get(code) ?? EMPTY, offsets[row]);
  return {offsets, values};
}
