/** What a row is known by: the texts of some of its cells, as a key of a map or as a stable hash. */
import {Hash64} from '../base/hash64.ts';
import {type Column, columnNamed, isMissing, type Table} from './table.ts';

/** Neither byte is in any UTF-8 text. */
const NEXT_CELL = 0xfe;
const MISSING_CELL = 0xff;

/**
 * A cell as text, the same from whatever file format it came: numbers as JavaScript writes them, `true` and `false`,
 * dates as `2024-01-31`, times as `2024-01-31T12:00:00.000Z`; undefined when it is missing.
 */
export function cellText(column: Column, row: number): string | undefined {
  if (isMissing(column, row)) return undefined;
  switch (column.type) {
    case 'string':
      return column.words[column.codes[row] ?? -1];
    case 'boolean':
      return column.values[row] === 1 ? 'true' : 'false';
    case 'bigint':
      return String(column.values[row]);
    case 'date':
    case 'datetime': {
      const iso = new Date(column.values[row] ?? Number.NaN).toISOString();
      return column.type === 'date' ? iso.slice(0, iso.indexOf('T')) : iso;
    }
    case 'integer':
    case 'number':
      return String(column.values[row]);
  }
}

/** The columns of these names. @throws Error naming one that is not there */
export function columnsNamed(table: Table, names: readonly string[]): readonly Column[] {
  return names.map((name) => {
    const column = columnNamed(table, name);
    if (column) return column;
    const there = table.columns.map((other) => `\`${other.name}\``).join(', ');
    throw new Error(`there is no column \`${name}\`: the table has ${there === '' ? 'none' : there}`);
  });
}

/** A text for each row that two rows share exactly when all their cells do; missing cells are equal to each other. */
export function rowKeys(columns: readonly Column[]): (row: number) => string {
  return (row) =>
    columns
      .map((column) => cellText(column, row))
      .map((text) => (text === undefined ? '-' : `${text.length}:${text}`))
      .join('');
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
