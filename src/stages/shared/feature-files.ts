/**
 * A feature folder: what `featurize` writes and `train` reads, made so that Python and R read it without mlp.
 *
 *     features.json       {version: 1, name?, rows, columns: [{name, storage: 'dense' | 'sparse', from?: [column]}],
 *                         kept: [{name, type}]}; the dense columns come first
 *     dense.npy           float32, rows x dense columns, column after column; absent without dense columns
 *     sparse-data.npy     float32  \
 *     sparse-indices.npy  int32     > rows x sparse columns, compressed by rows (CSR); absent without sparse columns
 *     sparse-indptr.npy   int32    /
 *     rows.csv            of each row the columns that are no features: its id, label, weight, ...; absent without any
 *
 * scipy.sparse.csr_matrix((data, indices, indptr)) is the sparse part. One file for all would need a reader in each
 * language; a Parquet file with 60,000 columns is slow in all of them.
 */
import {exactJson} from '../../base/exact-json.ts';
import type {ColumnType, Table} from '../../data/table.ts';
import type {Host} from '../../host/host.ts';
import type {FeatureMatrix, SparseColumns} from '../../ml/matrix.ts';
import {readJsonFile} from './json-file.ts';
import {readNpy, writeNpy} from './npy-files.ts';
import {createTableFile, readTableFile} from './table-files.ts';

export const FEATURES_FILE = 'features.json';
const VERSION = 1;
const MAX_INT32 = 2 ** 31 - 1;

export interface Features {
  /** Name of the feature set. */
  readonly name?: string;
  readonly matrix: FeatureMatrix;
  /** As many rows as the matrix; without columns when nothing was kept. */
  readonly kept: Table;
  /** Of each column of the matrix, the columns of the table that it was made from. */
  readonly from?: readonly (readonly string[])[];
}

/** features.json */
interface Description {
  readonly version: number;
  readonly name?: string;
  readonly rows: number;
  readonly columns: readonly {
    readonly name: string;
    readonly storage: 'dense' | 'sparse';
    readonly from?: readonly string[];
  }[];
  readonly kept?: readonly {readonly name: string; readonly type?: ColumnType}[];
}

/** Whether a path is a feature folder, not a table file. */
export function isFeatureFolder({files}: Host, path: string): boolean {
  return files.exists(`${path}/${FEATURES_FILE}`);
}

/** Writes a feature folder; what is in the folder already stays. */
export async function writeFeatures(host: Host, folder: string, features: Features): Promise<void> {
  const {matrix, kept, from, name} = features;
  const {rows, dense, sparse, names} = matrix;
  const columns = names.map((column, index) => ({
    name: column,
    storage: index < dense.length ? ('dense' as const) : ('sparse' as const),
    ...(from?.[index] === undefined ? {} : {from: from[index]}),
  }));
  const keptColumns = kept.columns.map((column) => ({name: column.name, type: column.type}));
  const lists = {columns: listText(columns), kept: listText(keptColumns)};
  const start = exactJson({version: VERSION, ...(name === undefined ? {} : {name}), rows}).slice(0, -1);
  host.files.writeAtomic(
    `${folder}/${FEATURES_FILE}`,
    `${start},\n"columns": ${lists.columns},\n"kept": ${lists.kept}}\n`,
  );
  if (dense.length > 0) writeNpy(host, `${folder}/dense.npy`, {type: '<f4', shape: [rows, dense.length]}, dense);
  if (sparse !== undefined) writeSparse(host, folder, sparse);
  if (kept.columns.length > 0) {
    const writer = await createTableFile(host, `${folder}/rows.csv`);
    await writer.write(kept);
    await writer.end();
  }
}

/** One entry a line: a file of 60,000 columns can still be looked at, and compared. */
function listText(entries: readonly unknown[]): string {
  return entries.length === 0 ? '[]' : `[\n${entries.map((entry) => exactJson(entry)).join(',\n')}\n]`;
}

function writeSparse(host: Host, folder: string, {starts, indices, values}: SparseColumns): void {
  const entries = starts.at(-1) ?? 0;
  if (entries > MAX_INT32) throw new Error(`${entries} values that are not 0 are too many: 2^31 can be stored`);
  const file = (part: string): string => `${folder}/sparse-${part}.npy`;
  writeNpy(host, file('data'), {type: '<f4', shape: [entries]}, [values.subarray(0, entries)]);
  writeNpy(host, file('indices'), {type: '<i4', shape: [entries]}, [indices.subarray(0, entries)]);
  writeNpy(host, file('indptr'), {type: '<i4', shape: [starts.length]}, [starts]);
}

/**
 * Reads a feature folder that mlp, Python or R wrote.
 * @throws Error with a sentence when files are missing, not whole or do not fit together
 */
export async function readFeatures(host: Host, folder: string): Promise<Features> {
  const {name, rows, columns, kept: keptColumns = []} = readDescription(host, folder);
  const names = columns.map((column) => column.name);
  const denseCount = columns.filter(({storage}) => storage === 'dense').length;
  if (columns.some(({storage}, index) => (storage === 'dense') !== index < denseCount))
    throw new Error(`\`${folder}/${FEATURES_FILE}\` must name the dense columns first, then the sparse ones`);
  const dense = denseCount === 0 ? [] : readDense(host, `${folder}/dense.npy`, rows, denseCount);
  const sparseCount = columns.length - denseCount;
  const sparse = sparseCount === 0 ? {} : {sparse: readSparse(host, folder, rows, sparseCount)};
  const types = Object.fromEntries(
    keptColumns.flatMap((column) => (column.type === undefined ? [] : [[column.name, column.type] as const])),
  );
  const rowsFile = `${folder}/rows.csv`;
  const kept = host.files.exists(rowsFile)
    ? await readTableFile(host, rowsFile, {types})
    : {rowCount: rows, columns: []};
  if (kept.rowCount !== rows)
    throw new Error(`\`${rowsFile}\` has ${kept.rowCount} rows, but the features are of ${rows}`);
  const from = columns.every((column) => column.from === undefined)
    ? {}
    : {from: columns.map((column) => column.from ?? [])};
  return {...(name === undefined ? {} : {name}), matrix: {rows, names, dense, ...sparse}, kept, ...from};
}

function readDescription(host: Host, folder: string): Description {
  const path = `${folder}/${FEATURES_FILE}`;
  if (!host.files.exists(path))
    throw new Error(`\`${folder}\` is no feature folder: \`${FEATURES_FILE}\` is not in it`);
  const description = readJsonFile(host, path) as unknown as Description;
  if (description.version !== VERSION)
    throw new Error(`\`${path}\` is of version ${String(description.version)}; this version of mlp reads ${VERSION}`);
  if (!Number.isInteger(description.rows) || !Array.isArray(description.columns))
    throw new Error(`\`${path}\` must have the number of \`rows\` and the list \`columns\``);
  return description;
}

function readDense(host: Host, path: string, rows: number, count: number): readonly Float32Array[] {
  const {shape, fortranOrder, values} = readNpy(host, path, (length) => new Float32Array(length));
  if (shape.length !== 2 || shape[0] !== rows || shape[1] !== count)
    throw new Error(`\`${path}\` is ${shape.join(' x ')}, but ${FEATURES_FILE} says ${rows} x ${count}`);
  if (fortranOrder || count === 1)
    return Array.from({length: count}, (_, column) => values.subarray(column * rows, (column + 1) * rows));
  return Array.from({length: count}, (_, column) => {
    const turned = new Float32Array(rows);
    for (let row = 0; row < rows; row += 1) turned[row] = values[row * count + column] ?? 0;
    return turned;
  });
}

function readSparse(host: Host, folder: string, rows: number, columns: number): SparseColumns {
  const file = (part: string): string => `${folder}/sparse-${part}.npy`;
  const starts = readNpy(host, file('indptr'), (length) => new Uint32Array(length)).values;
  const indices = readNpy(host, file('indices'), (length) => new Uint32Array(length)).values;
  const {values} = readNpy(host, file('data'), (length) => new Float32Array(length));
  const wrong = (what: string): Error => new Error(`the sparse part of \`${folder}\` does not fit together: ${what}`);
  if (starts.length !== rows + 1) throw wrong(`indptr has ${starts.length} values for ${rows} rows, not ${rows + 1}`);
  if (starts[0] !== 0 || starts[rows] !== indices.length || indices.length !== values.length)
    throw wrong(
      `indptr ends at ${String(starts[rows])}, there are ${indices.length} indices and ${values.length} values`,
    );
  for (let row = 0; row < rows; row += 1) {
    const end = starts[row + 1] ?? 0;
    const start = starts[row] ?? 0;
    if (end < start || end > indices.length) throw wrong(`indptr goes from ${start} to ${end} in row ${row}`);
    for (let at = start, before = -1; at < end; at += 1) {
      const index = indices[at] ?? 0;
      if (index >= columns) throw wrong(`row ${row} has a value in column ${index} of ${columns}`);
      if (index <= before)
        throw wrong(`the columns of row ${row} do not rise; in Python, call sum_duplicates() before you save it`);
      before = index;
    }
  }
  return {columns, starts, indices, values};
}
