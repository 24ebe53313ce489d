/** What a row is known by: the texts of some of its cells, as a key of a map or as a stable hash. */
import {Hash64} from '../base/hash64.ts';
import {formatCell} from './format-cell.ts';
import {type Column, isMissing} from './table.ts';

/** Neither byte is in any UTF-8 text. */
const NEXT_CELL = 0xfe;
const MISSING_CELL = 0xff;

/**
 * A cell as text, the same from whatever file format it came. A whole number is written without a fraction also in a column
 * of type `number`, since one more row can turn a column of integers into one of numbers; undefined when it is missing.
 */
export function cellText(column: Column, row: number): string | undefined {
  if (column.type === 'number' && !isMissing(column, row)) return String(column.values[row]);
  return formatCell(column, row);
}

/** A text for each row that two rows share exactly when all their cells do; missing cells are equal to each other. */
export function rowKeys(columns: readonly Column[]): (row: number) => string {
  const cells = columns.map(cellKeys);
  const [only] = cells;
  if (only !== undefined && cells.length === 1) return only;
  return (row) => {
    let key = '';
    for (const cell of cells) key += cell(row);
    return key;
  };
}

/** The length goes first, so that keys of several cells can stand behind each other. */
function cellKeys(column: Column): (row: number) => string {
  const keyOf = (text: string | undefined): string => (text === undefined ? '-' : `${text.length}:${text}`);
  if (column.type !== 'string') return (row) => keyOf(cellText(column, row));
  const keys = column.words.map(keyOf);
  return (row) => keys[column.codes[row] ?? -1] ?? '-';
}

/**
 * A fraction from 0 up to 1 for each row, by `Hash64` of: the salt; then for each cell the byte 0xfe and its text, or 0xff
 * when it is missing. The same for the same cells, in any table, whatever rows are beside it.
 */
export function rowFractions(columns: readonly Column[], salt: string): (row: number) => number {
  const hash = new Hash64();
  return (row) => {
    hash.reset();
    hash.text(salt);
    for (const column of columns) {
      hash.byte(NEXT_CELL);
      const text = cellText(column, row);
      if (text === undefined) hash.byte(MISSING_CELL);
      else hash.text(text);
    }
    return hash.uniform();
  };
}
