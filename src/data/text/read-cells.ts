/** Tables from cells whose types are known. */
import type {Misfit, ReadOptions} from '../read-options.ts';
import {takeRows} from '../table.ts';
import type {ColumnType, Table} from '../table.ts';
import {rowText} from './cells.ts';
import type {BadRow, Cells, OnBadRow} from './cells.ts';
import type {CellFile} from './cell-file.ts';
import {columnReader} from './column-reader.ts';
import {MissingValues} from './missing-values.ts';
import type {ColumnReader} from './reader.ts';
import {shortText} from './parse-number.ts';
import type {KnownTypes} from './survey-cells.ts';

export interface CellListeners {
  readonly onBadRow: OnBadRow;
  /** With it, a cell that does not fit does not make its row a bad one. */
  readonly onMisfit?: ((misfit: Misfit) => void) | undefined;
}

export interface CellPlan {
  readonly file: CellFile;
  /** Types that were said. */
  readonly known: KnownTypes;
  /** Of all columns of the file. */
  readonly types: readonly ColumnType[];
  /** Indices of the columns to give. */
  readonly wanted: readonly number[];
  /** Texts that mean a missing value in columns that have their own. */
  readonly missingOf: ReadOptions['missingOf'];
  /** With it, a cell of a type that was not said ends the reading when it does not fit. */
  readonly onWrongGuess?: () => never;
}

/**
 * @param batchRows the most rows of a table; the last one may have fewer
 * @param rows how many rows are expected in a table
 * @yields at least one table, empty when the file has no row
 */
export async function* readCells(
  plan: CellPlan,
  listeners: CellListeners,
  batchRows: number,
  rows = batchRows,
): AsyncIterable<Table> {
  let batch = new Batch(plan, rows, batchRows !== Infinity);
  let given = 0;
  for await (const cells of plan.file.windows(listeners.onBadRow)) {
    for (let from = 0; from < cells.rows;) {
      const to = Math.min(cells.rows, from + batchRows - batch.rows);
      batch.read(cells, from, to, listeners);
      from = to;
      if (batch.rows < batchRows) continue;
      given += 1;
      yield batch.table();
      batch = new Batch(plan, rows, batchRows !== Infinity);
    }
  }
  if (batch.rows > 0 || given === 0) yield batch.table();
}

/** The table that is being filled. */
class Batch {
  rows = 0;
  readonly #plan: CellPlan;
  readonly #readers: readonly ColumnReader[];
  readonly #bad = new Set<number>();

  constructor(plan: CellPlan, rows: number, isBatch: boolean) {
    const {file, known, types, wanted, missingOf = {}} = plan;
    this.#plan = plan;
    this.#readers = wanted.map((column) => {
      const name = file.names[column] ?? '';
      const own = Object.hasOwn(missingOf, name) ? missingOf[name] : undefined;
      return columnReader({
        name,
        type: types[column] ?? 'string',
        isGiven: known[column] !== undefined,
        rows,
        isBatch,
        rules: own === undefined ? file.rules : {...file.rules, missing: new MissingValues(own, true)},
      });
    });
  }

  read(cells: Cells, from: number, to: number, {onBadRow, onMisfit}: CellListeners): void {
    const misfits = new Map<number, BadRow>();
    const {known, onWrongGuess, wanted} = this.#plan;
    for (const [index, column] of wanted.entries()) {
      this.#readers[index]?.read(cells, column, from, to, (row) => {
        if (known[column] === undefined) onWrongGuess?.();
        if (onMisfit !== undefined) {
          const text = textOf(cells, column * cells.capacity + row, 1000);
          onMisfit({row: this.rows + row - from, column: this.#plan.file.names[column] ?? '', text});
        } else if (!misfits.has(row)) misfits.set(row, this.#misfit(cells, column, row));
      });
    }
    for (const [row, misfit] of [...misfits].sort(([one], [other]) => one - other)) {
      onBadRow(misfit);
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
    const {file, types} = this.#plan;
    const text = textOf(cells, column * cells.capacity + row, 100);
    return {
      line: cells.lines[row] ?? 0,
      reason: `\`${text}\` in column \`${file.names[column] ?? ''}\` is no ${types[column] ?? ''}`,
      text: rowText(cells.bytes, cells.rowStarts[row] ?? 0, cells.rowEnds[row] ?? 0),
    };
  }
}

/** The cell as it is written, at most so many bytes of it. */
function textOf({bytes, starts, ends}: Cells, cell: number, most: number): string {
  const start = starts[cell] ?? 0;
  return shortText(bytes, start, Math.min(ends[cell] ?? 0, start + most));
}
