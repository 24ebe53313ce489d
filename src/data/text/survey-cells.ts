/** What the columns of a text file are, found by looking at its cells. */
import type {ColumnType} from '../table.ts';
import {ABSENT, BARE, BARE_INTEGER} from './cells.ts';
import type {Cells, OnBadRow} from './cells.ts';
import {BARE_CELL, HUGE, INTEGER, MISSING, NUMBER, TEXT, VALUES, kindOfBare, typeOfKinds} from './cell-kinds.ts';
import type {CellFile} from './cell-file.ts';

/** Of each column the type where it is known, undefined where it must be found. */
export type KnownTypes = readonly (ColumnType | undefined)[];

export interface Survey {
  readonly rowCount: number;
  readonly types: readonly ColumnType[];
}

/** Looks at all rows. @param onBadRow is told of rows that are not read */
export async function surveyCells(file: CellFile, known: KnownTypes, onBadRow: OnBadRow): Promise<Survey> {
  const kinds = new Int32Array(known.length);
  let rowCount = 0;
  for await (const cells of file.windows(onBadRow)) {
    rowCount += cells.rows;
    addKinds(cells, file, known, kinds);
  }
  return {rowCount, types: typesOf(file, known, kinds)};
}

/** What the beginning of a file promises. */
export interface Guess {
  readonly types: readonly ColumnType[];
  /** Of the whole file. */
  readonly rowCount: number;
}

/**
 * Looks at the first stretch of rows. The types are right if every cell of the file is of its column's type, by the same
 * rules; where the beginning says nothing (no value yet, quotes everywhere, codes of many digits that one fraction below makes
 * numbers of) there is no guess.
 * @param size of the file in bytes
 */
export async function guessCells(file: CellFile, known: KnownTypes, size: number): Promise<Guess | undefined> {
  const kinds = new Int32Array(known.length);
  for await (const cells of file.windows(() => undefined)) {
    addKinds(cells, file, known, kinds);
    const isOpen = (kind: number, column: number): boolean =>
      known[column] === undefined &&
      (kind & TEXT) === 0 &&
      ((kind & VALUES) === 0 ||
        (kind & (HUGE | NUMBER)) === HUGE ||
        (file.quotesCount !== 'never' && (kind & BARE_CELL) === 0));
    if (kinds.some(isOpen)) return undefined;
    const bytes = (cells.rowEnds[cells.rows - 1] ?? 0) - (cells.rowStarts[0] ?? 0);
    const rowCount = Math.ceil((size / Math.max(1, bytes)) * cells.rows);
    return {types: typesOf(file, known, kinds), rowCount};
  }
  return undefined;
}

function typesOf(file: CellFile, known: KnownTypes, kinds: Int32Array): readonly ColumnType[] {
  const someBare = kinds.some((kind) => (kind & BARE_CELL) !== 0);
  const quotesCount = file.quotesCount === 'always' || (file.quotesCount === 'when-some-are-bare' && someBare);
  return known.map((type, column) => type ?? typeOfKinds(kinds[column] ?? 0, quotesCount));
}

/** Unites the kinds of all cells with what is known of their columns. */
function addKinds(cells: Cells, file: CellFile, known: KnownTypes, kinds: Int32Array): void {
  for (const [column, type] of known.entries()) {
    if (type === undefined) kinds[column] = kindsOf(cells, column, kinds[column] ?? 0, file);
  }
}

function kindsOf(cells: Cells, column: number, before: number, file: CellFile): number {
  const {missing, decimal} = file.rules;
  const {bytes, starts, ends, marks, rows, capacity} = cells;
  const first = column * capacity;
  let kinds = before;
  for (let cell = first; cell < first + rows; cell += 1) {
    // Nothing changes the type of a text any more.
    if ((kinds & (TEXT | BARE_CELL)) === (TEXT | BARE_CELL)) break;
    const mark = marks[cell] as number;
    if (mark >= BARE_INTEGER && !missing.mayBeValues) kinds |= (mark === BARE_INTEGER ? INTEGER : NUMBER) | BARE_CELL;
    else if (mark === BARE || mark >= BARE_INTEGER)
      kinds |= kindOfBare(bytes, starts[cell] as number, ends[cell] as number, missing, decimal);
    else kinds |= mark === ABSENT ? MISSING : file.kindOfQuoted(cells, cell);
  }
  return kinds;
}
