/**
 * The commonest columns straight from the buffers of a record batch: floats, whole numbers and UTF-8, without a value for each
 * cell in between. Everything else goes the library's way.
 */
import type {Column as ArrowColumn, DataType} from '@uwdata/flechette';
import type {Column} from '../table.ts';
import {Words} from '../text/words.ts';

type Flechette = typeof import('@uwdata/flechette');

/** The buffers of a column, as the library lays them out. */
interface Buffers {
  readonly length: number;
  readonly nullCount: number;
  /** A bit a row, 0 where the cell is missing; the lowest bit of a byte comes first. */
  readonly validity?: Uint8Array;
  readonly values?: unknown;
  readonly offsets?: unknown;
}

/** @returns undefined for a column that needs more than copying */
export function directColumn(
  name: string,
  column: ArrowColumn<unknown>,
  type: DataType | undefined,
  {Type}: Flechette,
): Column | undefined {
  const [batch, ...others] = column.data as readonly Buffers[];
  if (batch === undefined || others.length > 0) return undefined;
  const {length, values, offsets} = batch;
  const missing = missingOf(batch);
  const part = missing === undefined ? {name} : {name, missing};
  if (type?.typeId === Type.Float && (values instanceof Float64Array || values instanceof Float32Array)) {
    return {...part, type: 'number', values: withNaN(Float64Array.from(values.subarray(0, length)), missing)};
  }
  if (type?.typeId === Type.Int && values instanceof BigInt64Array) {
    const own = values.slice(0, length);
    for (let row = 0; row < length; row += 1) if (missing?.[row] === 1) own[row] = 0n;
    return {...part, type: 'bigint', values: own};
  }
  if (
    type?.typeId === Type.Int &&
    (values instanceof Int32Array || values instanceof Int16Array || values instanceof Int8Array)
  ) {
    return {...part, type: 'integer', values: withNaN(Float64Array.from(values.subarray(0, length)), missing)};
  }
  if (type?.typeId === Type.Utf8 && values instanceof Uint8Array && offsets instanceof Int32Array) {
    const words = new Words();
    const codes = new Int32Array(length);
    for (let row = 0; row < length; row += 1) {
      codes[row] = missing?.[row] === 1 ? -1 : words.codeOf(values, offsets[row] as number, offsets[row + 1] as number);
    }
    return {...part, type: 'string', codes, words: words.texts(true)};
  }
  return undefined;
}

function missingOf({length, nullCount, validity}: Buffers): Uint8Array | undefined {
  if (nullCount === 0 || validity === undefined) return undefined;
  const missing = new Uint8Array(length);
  for (let row = 0; row < length; row += 1) missing[row] = (((validity[row >> 3] as number) >> (row & 7)) & 1) ^ 1;
  return missing;
}

function withNaN(values: Float64Array, missing: Uint8Array | undefined): Float64Array {
  if (missing !== undefined) for (let row = 0; row < values.length; row += 1) if (missing[row] === 1) values[row] = NaN;
  return values;
}
