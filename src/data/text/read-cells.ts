/**
 * A table from cells, in two passes over the file: the survey finds rows and types, the second pass fills columns. So
 * types come from all rows, a whole table is allocated once at its exact size, and no text is kept in between.
 */
import type {Misfit} from '../read-options.ts';
import {takeRows} from '../table.ts';
import type {ColumnType, Table} from '../table.ts';
import {ABSENT, BARE, rowText} from './cells.ts';
import type {BadRow, Cells, OnBadRow} from './cells.ts';
import {BARE_CELL, MISSING, TEXT, kindOfBare, typeOfKinds} from './cell-kinds.ts';
import {columnReader} from './column-reader.ts';
import type {CellRules, ColumnReader} from './column-reader.ts';
import {shortText} from './parse-number.ts';

/** A text file whose format is known. */
export interface CellFile {
  /** For messages. */
  readonly name: string;
  /** Of all columns, distinct. */
  readonly names: readonly string[];
  readonly rules: CellRules;
  /** Whether quotes mark a cell as text even where every cell of its column has them; see `typeOfKinds`. */
  readonly quotesCount: 'always' | 'never' | 'when-some-are-bare';
  /** The kinds that a cell in quotes may be. */
  kindOfQuoted(cells: Cells, cell: number): number;
  /** Reads the file from its first row. */
  windows(onBadRow: OnBadRow): AsyncIterable<Cells>;
}

export interface Survey {
  readonly rowCount: number;
  readonly types: readonly ColumnType[];
}

/** @param known of each column the type, undefined where it must be found. @param onBadRow is told of rows that are not read */
export async function surveyCells(
  file: CellFile,
  known: readonly (ColumnType | undefined)[],
  onBadRow: OnBadRow,
): Promise<Survey> {
  const kinds = new Int32Array(known.length);
  const open = known.flatMap((type, column) => (type === undefined ? [column] : []));
  let rowCount = 0;
  for await (const cells of file.windows(onBadRow)) {
    rowCount += cells.rows;
    for (const column of open) kinds[column] = kindsOf(cells, column, kinds[column] ?? 0, file);
  }
  const someBare = kinds.some((kind) => (kind & BARE_CELL) !== 0);
  const quotesCount = file.quotesCount === 'always' || (file.quotesCount === 'when-some-are-bare' && someBare);
  const types = known.map((type, column) => type ?? typeOfKinds(kinds[column] ?? 0, quotesCount));
  return {rowCount, types};
}

/** The kinds of a column, united with what is known. */
function kindsOf(cells: Cells, column: number, known: number, file: CellFile): number {
  const {missing, decimal} = file.rules;
  const {bytes, starts, ends, marks, rows, width} = cells;
  let kinds = known;
  for (let cell = column; cell < rows * width; cell += width) {
    // Nothing changes the type of a text any more.
    if ((kinds & (TEXT | BARE_CELL)) === (TEXT | BARE_CELL)) break;
    const mark = marks[cell];
    if (mark === BARE) kinds |= kindOfBare(bytes, starts[cell] as number, ends[cell] as number, missing, decimal);
    else kinds |= mark === ABSENT ? MISSING : file.kindOfQuoted(cells, cell);
  }
  return kinds;
}

export interface CellListeners {
  readonly onBadRow: OnBadRow;
  /** With it, a cell that does not fit does not make its row a bad one. */
  readonly onMisfit?: ((misfit: Misfit) => void) | undefined;
}

/**
 * @param types of all columns of the file
 * @param wanted indices of the columns to give
 * @param batchRows the most rows of a table; the last one may have fewer
 * @yields at least one table, empty when the file has no row
 */
export async function* readCells(
  file: CellFile,
  types: readonly ColumnType[],
  wanted: readonly number[],
  batchRows: number,
  listeners: CellListeners,
): AsyncIterable<Table> {
  const {onBadRow} = listeners;
  let batch = new Batch(file, types, wanted, batchRows);
  let given = 0;
  for await (const cells of file.windows(onBadRow)) {
    for (let from = 0; from < cells.rows;) {
      const to = Math.min(cells.rows, from + batchRows - batch.rows);
      batch.read(cells, from, to, listeners);
      from = to;
      if (batch.rows < batchRows) continue;
      given += 1;
      yield batch.table();
      batch = new Batch(file, types, wanted, batchRows);
    }
  }
  if (batch.rows > 0 || given === 0) yield batch.table();
}

/** The table that is being filled. */
class Batch {
  rows = 0;
  readonly #file: CellFile;
  readonly #types: readonly ColumnType[];
  readonly #wanted: readonly number[];
  readonly #readers: readonly ColumnReader[];
  readonly #bad = new Set<number>();

  constructor(file: CellFile, types: readonly ColumnType[], wanted: readonly number[], capacity: number) {
    this.#file = file;
    this.#types = types;
    this.#wanted = wanted;
    this.#readers = wanted.map((column) =>
      columnReader(file.names[column] ?? '', types[column] ?? 'string', capacity, file.rules),
    );
  }

  read(cells: Cells, from: number, to: number, {onBadRow, onMisfit}: CellListeners): void {
    const misfits = new Map<number, BadRow>();
    for (const [index, column] of this.#wanted.entries()) {
      this.#readers[index]?.read(cells, column, from, to, (row) => {
        if (onMisfit !== undefined) {
          const text = textOf(cells, row * cells.width + column, 1000);
          onMisfit({row: this.rows + row - from, column: this.#file.names[column] ?? '', text});
        } else if (!misfits.has(row)) misfits.set(row, this.#misfit(cells, column, row));
      });
    }
    for (const row of [...misfits.keys()].sort((a, b) => a - b)) {
      const misfit = misfits.get(row);
      if (misfit !== undefined) onBadRow(misfit);
      this.#bad.add(this.rows + row - from);
    }
    this.rows += to - from;
  }

  table(): Table {
    const table = {rowCount: this.rows, columns: this.#readers.map((reader) => reader.column())};
    if (this.#bad.size === 0) return table;
    const good = Int32Array.from({length: this.rows}, (_, row) => row).filter((row) => !this.#bad.has(row));
    return takeRows(table, good);
  }

  #misfit(cells: Cells, column: number, row: number): BadRow {
    const text = textOf(cells, row * cells.width + column, 100);
    return {
      line: cells.lines[row] ?? 0,
      reason: `\`${text}\` in column \`${this.#file.names[column] ?? ''}\` is no ${this.#types[column] ?? ''}`,
      text: rowText(cells.bytes, cells.rowStarts[row] ?? 0, cells.rowEnds[row] ?? 0),
    };
  }
}

/** The cell as it is written, at most so many bytes of it. */
function textOf({bytes, starts, ends}: Cells, cell: number, most: number): string {
  const start = starts[cell] ?? 0;
  return shortText(bytes, start, Math.min(ends[cell] ?? 0, start + most));
}
