/** Small tables for tests. */
import type {Column, ColumnType, Table} from '../../src/data/table.ts';

type Cells = readonly (string | number | boolean | bigint | null)[];

/** A column of cells; null is missing. The type follows from the first value: a text, true or false, a bigint, else `number`. */
export function column(name: string, cells: Cells, type?: ColumnType): Column {
  const first = cells.find((cell) => cell !== null);
  const of =
    type ?? ({string: 'string', boolean: 'boolean', bigint: 'bigint'} as const)[typeof first as string] ?? 'number';
  const missing = cells.includes(null) ? {missing: Uint8Array.from(cells, (cell) => Number(cell === null))} : {};
  if (of === 'string') {
    const words = [...new Set(cells.filter((cell) => cell !== null).map(String))];
    const places = new Map(words.map((word, place) => [word, place]));
    return {
      name,
      type: of,
      ...missing,
      words,
      codes: Int32Array.from(cells, (cell) => (cell === null ? -1 : (places.get(String(cell)) ?? -1))),
    };
  }
  if (of === 'boolean') return {name, type: of, ...missing, values: Uint8Array.from(cells, Number)};
  if (of === 'bigint')
    return {name, type: of, ...missing, values: BigInt64Array.from(cells, (cell) => BigInt(cell ?? 0))};
  return {name, type: of, ...missing, values: Float64Array.from(cells, (cell) => (cell === null ? NaN : Number(cell)))};
}

export function table(columns: {readonly [name: string]: Cells} | readonly Column[]): Table {
  const list = Array.isArray(columns)
    ? (columns as readonly Column[])
    : Object.entries(columns as {readonly [name: string]: Cells}).map(([name, cells]) => column(name, cells));
  const [first] = list;
  return {
    rowCount: first === undefined ? 0 : first.type === 'string' ? first.codes.length : first.values.length,
    columns: list,
  };
}

/** The rows of a table as batches of at most `size` rows. */
export function batches(whole: Table, size: number, take: (table: Table, rows: Int32Array) => Table): readonly Table[] {
  const cuts = Array.from({length: Math.ceil(whole.rowCount / size)}, (_, index) => index * size);
  return cuts.map((from) =>
    take(
      whole,
      Int32Array.from({length: Math.min(size, whole.rowCount - from)}, (_, index) => from + index),
    ),
  );
}
